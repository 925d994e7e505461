"""`lint --with-program` and `apply` ask the programs; no file is left that one of them refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailgen.catalog.opening import open_catalogue
from tests.cases import forms
from tests.cli.apply_home import Home, refused
from tests.lint.test_lint import GOOD
from tests.programs import need
from tests.support import assert_refused, cli

if TYPE_CHECKING:
    from typing import Any

OWN = "account old\nhost h.example\nfrom ada@h.example\n"
_SECRET = "hunter2-Geheim"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    (made.path / ".muttrc").unlink()
    return made


def accounts(home: Home, target: str, more: str = "") -> None:
    words = f"{{address: ada@sohu.com, targets: [{target}], credential: prompt{more}}}"
    home.accounts.write_text(f"accounts: {{home: {words}}}\n", encoding="utf-8")


def linted(file: Path, target: str) -> list[dict[str, Any]]:
    done = cli("lint", "--with-program", "--format", "json", "--as", target, str(file))
    return [one for one in json.loads(done.stdout) if one["rule"] == "program-refuses"]


@pytest.mark.parametrize("command", ["logfile ~/x.log", "aliases /etc/aliases", "auth on", "tls on"])
def test_commands_above_the_first_account_clash(home: Home, command: str) -> None:
    """They are an account default for msmtp, though no line says so; the program need not be there for it."""
    accounts(home, "msmtp")
    (home.path / ".msmtprc").write_text(f"# mine\n{command}\n{OWN}")
    refused(home, "apply", "--adopt", says=("~/.msmtprc, line 2", "an 'account default'"), PATH="/nowhere")
    (home.path / ".msmtprc").write_text(f"# mine\ndefaults\n{command}\n{OWN}")
    home.done("apply", "--adopt", PATH="/nowhere")


#: Target, its file, the user's own lines in it, and what the program says to them, with the line.
REFUSED = [
    ("msmtp", ".msmtprc", f"{OWN}auth plainn\n", "line 4: invalid argument plainn for command auth"),
    ("msmtp", ".msmtprc", f"{OWN}account old\n", "line 4: account old was already defined"),
    ("msmtp", ".msmtprc", f"{OWN}account new : odd\n", "line 4: account odd"),
    ("fetchmail", ".fetchmailrc", "poll x.example protcol imap\n", "line 1: syntax error"),
    ("mutt", ".muttrc", "set sort = thredds\n", "line 1: "),
    ("neomutt", ".neomuttrc", "set no_such_setting = 1\n", "line 1: "),
]


@pytest.mark.parametrize(("target", "name", "own", "said"), REFUSED)
def test_lint_says_what_the_program_says(tmp_path: Path, target: str, name: str, own: str, said: str) -> None:
    need(target, target)
    file = tmp_path / name
    file.write_text(own)
    file.chmod(0o600)
    line, words = said.split(": ", 1)
    told = [one for one in linted(file, target) if words in one["what"]]
    assert {(one["line"], one["severity"]) for one in told} == {(int(line.removeprefix("line ")), "error")}


@pytest.mark.parametrize(("target", "name", "own", "said"), REFUSED[:4])
def test_apply_leaves_no_file_that_the_program_refuses(
    home: Home, target: str, name: str, own: str, said: str
) -> None:
    need(target, target)
    accounts(home, target)
    (home.path / name).write_text(own)
    says = (f"{target} would not take this file; nothing has changed: {said}", f"~/{name}")
    refused(home, "apply", "--adopt", says=says)
    refused(home, "apply", "--adopt", "-n", says=says)
    home.done("apply", "--adopt", PATH="/nowhere")


@pytest.mark.parametrize(("target", "name", "own", "said"), REFUSED[4:])
def test_what_a_program_goes_on_after_is_no_obstacle(
    home: Home, target: str, name: str, own: str, said: str
) -> None:
    """mutt had complained of the user's own line before; of ours it may not."""
    need(target, target)
    accounts(home, target)
    (home.path / name).write_text(own)
    home.done("apply", "--adopt")
    accounts(home, target, f", extra: {{{target}: ['set odd_setting_of_all = 1']}}")
    says = (f"~/.config/mailgen/{target}/account.home, line ", "odd_setting_of_all: unknown variable")
    refused(home, "apply", says=says)


def test_an_archive_holds_no_file_that_the_program_refuses(home: Home, tmp_path: Path) -> None:
    """As with files, and only where the program is there."""
    need("msmtp", "msmtp")
    accounts(home, "msmtp", ", extra: {msmtp: [auth plainn]}")
    for words in (("apply", "--dry-run"), ("apply", "--format", "tar")):
        refused(home, *words, says=("~/.msmtprc", "invalid argument plainn for command auth"))
    home.done("apply", "--format", "tar", PATH="/nowhere")


def test_lines_of_ones_own_are_asked_about_too(home: Home) -> None:
    need("msmtp", "msmtp")
    accounts(home, "msmtp", ", extra: {msmtp: ['no_such_command on']}")
    refused(home, "apply", says=("msmtp would not take this file", "unknown command"))


@pytest.mark.parametrize("target", forms())
def test_no_good_file_is_refused(tmp_path: Path, target: str) -> None:
    manifest = open_catalogue().manifest(target)
    file = tmp_path / ("user.js" if target == "thunderbird" else "rc")
    file.write_text(GOOD[target])
    file.chmod(0o600)
    if "check" in manifest:
        need(manifest["version"]["probe"][0], target)
        assert linted(file, target) == []
    else:  # there is no way to ask it, which is told
        assert [one["severity"] for one in linted(file, target)] == ["note"]


def test_nothing_is_run_and_no_secret_is_shown(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    files = {
        "msmtp": f"{OWN}passwordeval touch {trace}\neval touch {trace}\npassword {_SECRET}\n"
        f"passwrd {_SECRET}\n",
        "mutt": f"set imap_pass = `touch {trace}; echo {_SECRET}`\nsource 'touch {trace} |'\n"
        f'set imap_pass = x {_SECRET}\nset x = "`touch {trace}`"; source "touch {trace}|" # y\n',
        "fetchmail": f"poll h.example user u password {_SECRET} preconnect 'touch {trace}' {_SECRET} x\n",
    }
    for target, text in files.items():
        need(target, target)
        file = tmp_path / f"{target}.rc"
        file.write_text(text)
        file.chmod(0o600)
        done = cli("lint", "--with-program", "--as", target, str(file))
        assert done.status == 1
        assert _SECRET not in done.stdout + done.stderr
        assert not trace.exists(), target


def test_a_program_that_is_not_here_is_a_note(tmp_path: Path) -> None:
    file = tmp_path / "msmtprc"
    file.write_text(OWN + "tls on\n")
    done = cli("lint", "--with-program", str(file), env={"PATH": "/nowhere"})
    assert (done.status, "note: the program was not asked" in done.stdout) == (0, True), done


def test_standard_input_has_no_second_reading() -> None:
    done = cli("lint", "--with-program", "--as", "msmtp", "-")
    assert_refused(done, 2, "cannot be read twice", "--with-program")
