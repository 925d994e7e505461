"""`mailgen apply` and `remove` where our accounts are tables in a file beside the user's own ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cli.apply_home import Home, refused

ACCOUNTS = """\
defaults: {password_command: "pass show mail/{address}", targets: [himalaya]}
accounts:
  home: {address: ada@sohu.com}
  work: {address: ada@qq.com}
"""
OWN = """\
# Mine, as I like it.
display-name = "Ada"   # of all

[accounts.mine]
default = true
email = 'ada@own.example'
imap.server = "imap.own.example"
imap.sasl.plain.password.raw = "geheim"
# a remark at the end
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.accounts.write_text(ACCOUNTS, encoding="utf-8")
    return made


def config(home: Home, text: str | None = None) -> Path:
    path = home.path / ".config" / "himalaya" / "config.toml"
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ours_comes_and_goes(home: Home) -> None:
    before = home.texts()
    home.done("apply")
    found = tomllib.loads(config(home).read_text(encoding="utf-8"))
    assert list(found) == ["accounts"]
    assert list(found["accounts"]) == ["home", "work"]
    assert config(home).stat().st_mode & 0o777 == 0o600
    assert home.done("apply").endswith("as it should be\n") or home.run("diff").status == 0
    home.done("remove", "--all")
    assert home.texts() == before


def test_the_user_s_own_stand_as_they_were_and_are_left(home: Home) -> None:
    own = config(home, OWN)
    refused(home, "apply", says=("~/.config/himalaya/config.toml", "the file is yours", "--adopt"))
    home.done("apply", "--adopt")
    text = own.read_text(encoding="utf-8")
    assert text.startswith(OWN)
    assert list(tomllib.loads(text)["accounts"]) == ["mine", "home", "work"]
    assert home.run("diff").status == 0

    mine = text.replace("# Mine", "# Mine still") + '\n[accounts.later]\nemail = "l@own.example"\n'
    own.write_text(mine, encoding="utf-8")
    home.accounts.write_text(ACCOUNTS.replace("ada@qq.com", "bob@qq.com"), encoding="utf-8")
    home.done("apply")
    text = own.read_text(encoding="utf-8")
    accounts = tomllib.loads(text)["accounts"]
    assert list(accounts) == ["mine", "home", "work", "later"]
    assert accounts["work"]["email"] == "bob@qq.com"
    assert text.startswith("# Mine still")

    home.done("remove", "--all")
    rest = own.read_text(encoding="utf-8")
    assert rest.startswith(OWN.replace("# Mine", "# Mine still"))
    assert list(tomllib.loads(rest)["accounts"]) == ["mine", "later"]


def test_removal_gives_every_byte_back(home: Home) -> None:
    own = config(home, OWN.rstrip("\n"))
    home.done("apply", "--adopt")
    home.done("remove", "--all")
    assert own.read_text(encoding="utf-8") == OWN.rstrip("\n")


def test_a_name_that_the_user_has_given_is_refused(home: Home) -> None:
    config(home, OWN.replace("[accounts.mine]", '[accounts."work"]'))
    refused(home, "apply", says=("config.toml", "work is a name in it that is yours already"))


def test_what_somebody_changed_in_ours_is_not_written_over(home: Home) -> None:
    home.done("apply")
    text = config(home).read_text(encoding="utf-8")
    config(home, text.replace("ada@sohu.com", "eve@sohu.com"))
    refused(home, "apply", says=("config.toml", "has been changed since"))


def test_a_file_that_is_no_toml_is_told_with_its_line(home: Home) -> None:
    config(home, 'a = 1\nb = "never closed\n')
    refused(home, "apply", "--adopt", says=("nothing can be put beside", "config.toml, line 2"))


def test_a_diff_shows_ours_and_nothing_of_the_user_s(home: Home) -> None:
    config(home, OWN)
    outcome = home.run("diff")
    assert outcome.status == 3
    assert "geheim" not in outcome.stdout
    assert "own.example" not in outcome.stdout
    assert '+command = ["pass", "show", "mail/ada@sohu.com"]' in outcome.stdout
    home.done("apply", "--adopt")
    text = config(home).read_text(encoding="utf-8")
    config(home, text.replace('email = "ada@sohu.com"', 'email = "ada@sohu.com"\npassword.raw = "streng"'))
    outcome = home.run("diff")
    assert outcome.status == 3
    assert "-password.raw = ***" in outcome.stdout
    assert "streng" not in outcome.stdout
    assert "geheim" not in outcome.stdout
