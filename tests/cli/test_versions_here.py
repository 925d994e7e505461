"""apply, diff and remove: the programs on this machine say their versions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.apply_home import Home, refused

if TYPE_CHECKING:
    from pathlib import Path

AUTO = ("--client-version", "auto")
TRIED = ("--client-version", "tried")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with an account that NeoMutt can have over IMAP from 20230407 on, and a newer one installed."""
    home = Home(tmp_path / "home")
    (home.path / ".muttrc").unlink()
    wanted(home, "")
    (tmp_path / "bin").mkdir()
    says(home, "neomutt", "echo NeoMutt 20250510")
    return home


def wanted(home: Home, more: str, targets: str = "neomutt") -> None:
    entry = f"address: ada@163.com, targets: [{targets}], password_command: [pass, x]{more}"
    home.accounts.write_text(f"accounts: {{me: {{{entry}}}}}\n")


def says(home: Home, name: str, line: str) -> None:
    program = home.path.parent / "bin" / name
    program.write_text(f"#!/bin/sh\n{line}\n")
    program.chmod(0o755)


def applied(home: Home, *words: str) -> tuple[str, str]:
    """What apply says, and what it has written for the account."""
    done = home.run("apply", *words, PATH=f"{home.path.parent}/bin:/usr/bin:/bin")
    assert done.status == 0, done.stderr
    account = home.path / ".config/mailgen/neomutt/account.me"
    return " ".join(done.stderr.split()), account.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [(), AUTO])
def test_the_installed_version_counts_and_is_told(home: Home, words: tuple[str, ...]) -> None:
    said, text = applied(home, *TRIED)
    assert "POP3 is used instead" in said
    assert "imap.163.com" not in text
    said, text = applied(home, *words)
    assert "found on this machine: NeoMutt 20250510" in said
    assert "POP3 is used instead" not in said
    assert "imap.163.com" in text
    # Who compares the same way finds nothing to do.
    path = f"{home.path.parent}/bin:/usr/bin:/bin"
    assert home.run("diff", *words, "-q", PATH=path).stdout == ""


def test_only_a_version_that_was_not_tried_is_news(home: Home) -> None:
    says(home, "neomutt", "echo NeoMutt 20220429; echo +gnutls")
    assert "found on this machine" not in applied(home)[0]
    assert "found on this machine: NeoMutt 20220429 with GnuTLS" in applied(home, *AUTO)[0]
    says(home, "neomutt", "echo NeoMutt 20250510; echo -gnutls +openssl")
    assert "found on this machine: NeoMutt 20250510 with OpenSSL" in applied(home)[0]


def test_what_is_taken_away_leaves_the_rest_as_it_was(home: Home) -> None:
    other = "other: {address: bob@163.com, targets: [neomutt], password_command: [pass, y]}"
    home.accounts.write_text(home.accounts.read_text().replace("accounts: {", f"accounts: {{{other}, "))
    before = applied(home)[1]
    done = home.run("remove", "other", PATH=f"{home.path.parent}/bin:/usr/bin:/bin")
    assert done.status == 0, done.stderr
    after = home.path / ".config/mailgen/neomutt/account.me"
    assert after.read_text(encoding="utf-8") == before


def test_a_tree_for_another_machine_asks_nobody(home: Home) -> None:
    done = home.run("apply", "-o", str(home.path / "tree"), PATH=f"{home.path.parent}/bin:/usr/bin:/bin")
    assert done.status == 0, done.stderr
    assert "POP3 is used instead" in " ".join(done.stderr.split())


def test_what_the_accounts_file_says_counts_more(home: Home) -> None:
    wanted(home, ', client_version: {neomutt: "20220429"}')
    assert "imap.163.com" not in applied(home, *AUTO)[1]


def test_a_program_that_hangs_or_tells_nothing_is_judged_as_tried(home: Home) -> None:
    says(home, "neomutt", 'case "$1" in -v) exec sleep 30;; esac')
    begin = time.monotonic()
    said, text = applied(home, *AUTO)
    assert time.monotonic() - begin < 20
    assert "found on this machine" not in said
    assert "imap.163.com" not in text


def test_programs_of_another_machine_are_not_asked(home: Home) -> None:
    refused(
        home,
        "apply",
        *AUTO,
        "-o",
        str(home.path / "tree"),
        status=2,
        says=("cannot be asked", "client_version"),
    )
    assert not (home.path / "tree").exists()
