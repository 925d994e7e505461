"""What people type who know what they want, and not yet how it is called here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.cases import Outcome, run
from tests.support import assert_refused

#: Words -> what the mend says.
MEANT = {
    "accounts remove a": "did you mean 'rm'?",
    "accounts lst": "did you mean 'list'?",
    "secret get a": "did you mean 'check'?",
    "msmtp u@qq.com --pas": "did you mean '--pass'?",
    "accounts add -q": "'mailgen accounts add --help'",
    "accounts add u@qq.com --targte mutt": "did you mean '--target'?",
    "msmtp u@qq.com v@qq.com": "one address at a time",
    "completion bsh": "did you mean 'bash'?",
    "diff --colour always": "did you mean '--color'?",
    "dataset import x --zzz": "'mailgen dataset import --help'",
}


@pytest.mark.parametrize("words", MEANT)
def test_wrong_words_are_told_what_was_meant(words: str) -> None:
    assert_refused(run(*words.split()), 2, MEANT[words])


def test_an_address_alone_is_told_which_programs_are_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_refused(run("u@qq.com"), 2, "mailgen TARGET u@qq.com")
    for name in ("msmtp", "neomutt"):
        (tmp_path / name).symlink_to("/bin/true")
    assert_refused(run("u@qq.com"), 2, "installed here are msmtp, neomutt: mailgen msmtp u@qq.com")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    ok("accounts", "add", "a", "ada@qq.com", "--target", "mutt", "--pass")
    ok("accounts", "add", "b", "bob@sohu.com", "--target", "msmtp", "--credential", "prompt")
    return tmp_path


def ok(*words: str) -> Outcome:
    done = run(*words)
    assert done.status == 0, done
    return done


def test_targets_are_set_as_people_write_them(home: Path) -> None:
    for given, kept in (
        ("mutt,msmtp", ["mutt", "msmtp"]),
        ("mutt", ["mutt"]),
        ("[msmtp, mutt]", ["msmtp", "mutt"]),
    ):
        ok("accounts", "set", "a", f"targets={given}")
        data = yaml.safe_load((home / "mailgen/accounts.yaml").read_text(encoding="utf-8"))
        assert data["accounts"]["a"]["targets"] == kept


def test_a_difference_may_be_that_of_some_accounts(home: Path) -> None:
    whole, of_b = run("diff", "--stat"), run("diff", "b", "--stat")
    assert (whole.status, of_b.status) == (3, 3)
    assert of_b.stdout == "would create ~/.msmtprc\n"
    assert "mutt" in whole.stdout
    ok("apply", "-q")
    assert run("diff", "a", "b").status == 0
    assert_refused(run("diff", "zz"), 2, "there is no account 'zz'")


def test_what_is_removed_is_told_as_data_or_not_at_all(home: Path) -> None:
    ok("apply", "-q")
    done = ok("remove", "b", "--json", "-q")
    assert [
        (one["path"], one["change"]) for one in json.loads(done.stdout) if one["change"] != "unchanged"
    ] == [("~/.msmtprc", "remove")]
    assert done.stderr == ""
    assert "the next apply writes it again" in ok("remove", "a").stderr


def test_an_account_that_goes_leaves_its_secret(home: Path) -> None:
    assert "its secret stays in pass" in ok("accounts", "rm", "a").stderr
    assert "stays" not in ok("accounts", "rm", "b").stderr


def test_all_secrets_are_tried(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of an account whose client asks is no failure, unless that account is named."""
    ok("accounts", "rm", "a")
    done = ok("secret", "check")
    assert "b: no command prints the secret of b" in done.stdout
    assert_refused(run("secret", "check", "b"), 1, "its clients ask for it")
    ok("accounts", "add", "c", "c@qq.com", "--target", "mutt", "--password-command", "printf x")
    ok("accounts", "add", "d", "d@sohu.com", "--target", "mutt", "--password-command", "false")
    done = run("secret", "check", "--json")
    assert {one["id"]: one["works"] for one in json.loads(done.stdout)} == {"b": None, "c": True, "d": False}
    assert done.status == 1
    assert "c: works\n" in run("secret", "check").stdout


def test_a_refusal_of_a_file_comes_before_any_advice(tmp_path: Path) -> None:
    (tmp_path / ".msmtprc").write_text("mine\n")
    done = run("msmtp", "u@qq.com", "-o", str(tmp_path))
    assert_refused(done, 1, "a file with other contents is already there")
    assert "authorisation code" not in done.stderr
