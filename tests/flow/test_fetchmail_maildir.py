"""fetchmail has real mail filed in a Maildir, by mdeliver of mblaze, and others read it there."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.lab.agent import Result
from tests.lab.household import PRINT_ALL, Household, go_to
from tests.lab.lab import Lab
from tests.programs import need

FETCHED, NOTHING_NEW = 0, 1
OVER_POP3, OVER_IMAP = "user@sohu.com", "user@qq.com"
HOSTS = {OVER_POP3: "pop3.sohu.com", OVER_IMAP: "imap.qq.com"}
#: What fetchmail replaces, what a shell would, and quotes of all kinds.
HOSTILE = '~/Mail/it\'s "%T %F%s" $HOME `id` \\x41 100%;&#é'
INBOXES = {"pop": f"{HOSTILE.removeprefix('~/')}/INBOX", "imap": "Mail/imap/INBOX"}


@pytest.fixture
def home(lab: Lab) -> Household:
    """One account over POP3 and one over IMAP; mutt reads the mail of both."""
    need("mdeliver", "mblaze")
    chain = {"targets": ["fetchmail", "msmtp", "mutt"], "credential": "netrc"}
    accounts = {
        "pop": {"address": OVER_POP3, "protocol": "pop3", "maildir": HOSTILE, **chain},
        "imap": {"address": OVER_IMAP, "protocol": "imap", "maildir": "~/Mail/imap", **chain},
    }
    home = Household(lab, "mutt", accounts)
    home.keep_in_netrc(HOSTS)
    return home


def fetch(home: Household, environment: dict[str, str] | None = None) -> Result:
    """Run fetchmail; root's usual file of its process would be that of other labs, too."""
    need("fetchmail", "fetchmail")
    return home.run(["fetchmail", "--pidfile", str(home.home / "pid")], env=environment)


def count(home: Household, subject: str) -> list[int]:
    """Return how many messages with this subject lie in each inbox."""
    return [
        sum(f"Subject: {subject}\n" in path.read_text() for path in (home.home / inbox).glob("[cn]*/*"))
        for inbox in INBOXES.values()
    ]


def test_mail_comes_once_and_is_read_here(lab: Lab, home: Household) -> None:
    for address in HOSTS:
        lab.deliver(address, "filed by fetchmail")

    done = fetch(home)

    assert done.rc == FETCHED, done.stderr
    assert count(home, "filed by fetchmail") == [1, 1]
    assert fetch(home).rc == NOTHING_NEW
    assert count(home, "filed by fetchmail") == [1, 1]
    for address in HOSTS:
        assert any(one["Subject"] == "filed by fetchmail" for one in lab.mailbox(address)), "it is kept there"
    watch = lab.watch()
    result, printed = home.mutt(PRINT_ALL + go_to(2) + PRINT_ALL)
    assert result.rc == 0, result.stdout[-2000:]
    assert printed.count("Subject: filed by fetchmail\n") == 2
    assert watch.logins() == [], "what lies here is asked of no server"


def no_folder(home: Household) -> dict[str, str]:
    for inbox in INBOXES.values():
        (home.home / inbox / "tmp").rmdir()
    return {}


def _instead(home: Household, *script: str) -> dict[str, str]:
    """Put a script in the place of mdeliver, or nothing; return the environment in which it is found."""
    folder = home.home / "bin"
    folder.mkdir()
    (folder / "fetchmail").symlink_to(need("fetchmail", "fetchmail"))
    if script:
        (folder / "mdeliver").write_text("\n".join(["#!/bin/sh", *script, ""]))
        (folder / "mdeliver").chmod(0o755)
    return {"PATH": str(folder)}


def no_program(home: Household) -> dict[str, str]:
    return _instead(home)


def refuses(home: Household) -> dict[str, str]:
    return _instead(home, "/bin/cat > /dev/null", "exit 1")


def may_write_nothing(home: Household) -> dict[str, str]:
    return _instead(home, "ulimit -f 0", f'exec {shutil.which("mdeliver")} "$@"')


@pytest.mark.parametrize("fault", [no_folder, no_program, refuses, may_write_nothing])
def test_what_could_not_be_filed_comes_with_the_next_run(
    lab: Lab, home: Household, fault: Callable[[Household], dict[str, str]]
) -> None:
    subject = f"mdeliver, {fault.__name__}"
    fetch(home)
    for address in HOSTS:
        lab.deliver(address, subject)
    environment = fault(home)

    for _ in range(2):
        failed = fetch(home, environment)
        assert "MDA" in failed.stderr
        assert count(home, subject) == [0, 0]
    for inbox in INBOXES.values():
        (home.home / inbox / "tmp").mkdir(exist_ok=True)
    done = fetch(home)

    assert done.rc == FETCHED, done.stderr
    assert count(home, subject) == [1, 1]
