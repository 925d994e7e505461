"""What is written for Claws Mail is what it reads; and what it writes anew is still mailgen's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unrepresentable
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED, TESTS
from tests.formats.accountrc import program, reader
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = open_catalogue()
HOUSE = TESTS / "golden-households/windows/home/dot-claws-mail/accountrc"
GOLDEN = [case.file for case in RENDERED if case.target == "claws-mail"]
NAMES = [
    "Ada", "O'Brien", 'a, "b" c', "a\\b\\", " x  y ", "#x", "[x]", "a = b", "$HOME", "`touch canary`",
    "100% %s", "ü 中 😀", "[Account: 1]",
]  # fmt: skip
#: What the program makes of a number that says how old the words of the file are.
ITS_OWN = "config_version"


def test_the_program_reads_everything_as_the_reader_does(tmp_path: Path) -> None:
    """All golden files, the household, and names that could mean something, as accounts of one run."""
    texts = [file.read_text(encoding="utf-8") for file in (*GOLDEN, HOUSE)]
    for name in NAMES:
        wish = Wish(name=name, label=f"x{name}", username=f"u{name}", reply_to="r@qq.com")
        texts.append(generate("claws-mail", "u@qq.com", wish, catalogue=CATALOGUE).files[0].text)
    accounts = [account for text in texts for account in reader.read(text).values()]
    assert len(accounts) > 10 + 2 + len(NAMES)
    folder = tmp_path / ".claws-mail"
    folder.mkdir()
    (folder / "accountrc").write_text(
        "".join(
            f"[Account: {number}]\n" + "".join(f"{key}={value}\n" for key, value in account.items()) + "\n"
            for number, account in enumerate(accounts, 1)
        ),
        encoding="utf-8",
    )

    found = reader.read(program.written_anew(tmp_path))

    assert list(found) == [str(number) for number in range(1, len(accounts) + 1)]
    for account, told in zip(accounts, found.values(), strict=True):
        ours = {key: value for key, value in account.items() if key != ITS_OWN}
        assert {key: told[key] for key in ours} == ours
    assert not (tmp_path / "canary").exists()


def test_what_claws_mail_writes_anew_is_still_ours(tmp_path: Path) -> None:
    """Beside an account of the user's own: nothing is to be done then, and ours alone goes at the end."""
    folder = tmp_path / ".claws-mail"
    folder.mkdir()
    file = folder / "accountrc"
    file.write_text("[Account: 1]\naccount_name=mine\nconfig_version=1\nprotocol=0\n")
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text("accounts: {one: {address: a@qq.com, targets: [claws-mail], protocol: imap}}\n")
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    argv = ("--accounts", str(accounts))
    first = cli("apply", *argv, "--adopt", env=env)
    assert first.status == 0, first.stderr
    before = reader.read(file.read_text())

    after = program.written_anew(tmp_path)

    [(number, ours)] = [(key, one) for key, one in before.items() if key != "1"]
    told = reader.read(after)
    assert {key: told[number][key] for key in ours if key != ITS_OWN} == {
        key: value for key, value in ours.items() if key != ITS_OWN
    }
    assert len(told[number]) > 2 * len(ours), "it has added settings of its own"
    again = cli("apply", *argv, env=env)
    assert again.status == 0, again.stderr
    assert file.read_text() == after

    accounts.write_text(accounts.read_text().replace("imap", "imap, label: other"))
    assert cli("apply", *argv, env=env).status == 0
    assert file.read_text() == after.replace("account_name=one", "account_name=other")

    gone = cli("remove", "one", *argv, env=env)
    assert gone.status == 0, gone.stderr
    left = reader.read(file.read_text())
    assert list(left) == ["1"]
    assert left["1"] == told["1"]


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\x1bb", "a\u2028b"])
def test_what_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(Unrepresentable):
        generate("claws-mail", "user@qq.com", Wish(name=name), catalogue=CATALOGUE)
