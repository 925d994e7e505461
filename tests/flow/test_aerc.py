"""aerc reads mail and sends it, on a terminal, with what mailgen wrote; no stranger sees the password."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

FRIEND = "user@gmail.com"
HONEST = "honest.example"

pytestmark = pytest.mark.timeout(150)

#: The keys: p prints the message under the cursor, n goes to the next, c writes one, y sends it,
#: q throws it away, x leaves.
_BINDS = """\
[messages]
p = :pipe -bm tee -a printed<Enter>
n = :next<Enter>
c = :compose -H "To: {to}" -H "Subject: {subject}" Hello.<Enter>
x = :quit<Enter>

[compose::review]
y = :send<Enter>
q = :abort<Enter>
"""


def settle(home: Path, subject: str = "") -> None:
    """Put beside the accounts what makes a terminal's keys do as the tests want."""
    need("aerc", "aerc")
    folder = home / ".config/aerc"
    (folder / "binds.conf").write_text(_BINDS.format(to=FRIEND, subject=subject))
    (folder / "aerc.conf").write_text("[compose]\neditor=true\n")


def commanded(client: Desk) -> list[str]:
    """Return the option for a command with a blank in it, which prints the password."""
    return ["--password-command", shlex.join(["cat", str(client.home / "my password")])]


def reads(lab: Lab, home: Path) -> tuple[Result, str]:
    """Open the first account's inbox, print two messages and leave; returns also what was printed.

    On a busy machine the list may still load when all is typed, and aerc then prints nothing: once more.
    """
    typed = [*["p"] * 12, "n", *["p"] * 6, *["x"] * 10]
    printed = home / "printed"
    for _ in range(3):
        result = lab.run(["aerc"], home, terminal=typed, timeout=40)
        if printed.exists():
            break
    return result, printed.read_text(errors="replace") if printed.exists() else ""


def sends(lab: Lab, home: Path, subject: str) -> Result:
    """Write a message and send it."""
    settle(home, subject)
    return lab.run(["aerc"], home, terminal=[*["z"] * 8, "c", *["y"] * 20, *"qx" * 5], timeout=40)


@pytest.mark.parametrize(
    ("address", "tls", "ports"),
    [
        ("user@sohu.com", "", (993, 465)),
        ("o'brien+tag@sohu.com", "", (993, 465)),
        ("user@starttls.example", "starttls", (143, 587)),
    ],
)
def test_reads_and_sends(
    lab: Lab, desk: Callable[[str], Desk], address: str, tls: str, ports: tuple[int, int]
) -> None:
    client = desk(address)
    servers = own_servers("starttls.example", "imap", tls)[2:] if tls else []
    client.install("aerc", *servers, "--folder", "sent=Sent", *commanded(client))
    settle(client.home)
    lab.deliver(address, f"aerc reads {address}")
    watch = lab.watch()

    result, printed = reads(lab, client.home)

    assert f"Subject: aerc reads {address}" in printed, result.stdout[-1500:]
    domain = address.rpartition("@")[2]
    assert watch.login(f"imap.{domain}") == Login(
        f"imap.{domain}", ports[0], client.user.login, tls=True, sni=f"imap.{domain}"
    )
    sent = sends(lab, client.home, f"aerc from {address}")
    assert lab.arrived(FRIEND, f"aerc from {address}"), sent.stdout[-1500:]
    assert lab.arrived(address, f"aerc from {address}", folder="Sent"), "the copy"
    login = watch.login(f"smtp.{domain}")
    assert (login.port, login.user, login.tls, login.sender) == (ports[1], client.user.login, True, address)
    assert watch.refused() == []


def test_mail_that_lies_here_is_read_here_and_sent_through_another_program(lab: Lab) -> None:
    need("mbsync", "isync")
    need("msmtp", "msmtp")
    folders = {"sent": "Sent", "drafts": "Drafts"}
    chain = {"targets": ["mbsync", "msmtp", "aerc"], "folders": folders, "maildir": "~/Mail/it's 100% #1"}
    home = Household(lab, "aerc", {"one": {"address": "user@sohu.com", **chain}})
    settle(home.home)
    lab.deliver("user@sohu.com", "aerc chain")
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    watch = lab.watch()

    result, printed = reads(lab, home.home)
    sent = sends(lab, home.home, "aerc chain answers")

    assert "Subject: aerc chain" in printed, result.stdout[-1500:]
    assert lab.arrived(FRIEND, "aerc chain answers"), sent.stdout[-1500:]
    hosts = [login.host for login in watch.logins()]
    assert hosts == ["smtp.sohu.com"], "what lies here is asked of no server"
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    assert lab.arrived("user@sohu.com", "aerc chain answers", folder="Sent"), "the copy comes to the server"


MEETINGS = [
    (HONEST, "implicit"),
    (HONEST, "starttls"),
    ("wrongname.example", "implicit"),
    ("wrongname.example", "starttls"),
    ("rogue.example", "implicit"),
    ("rogue.example", "starttls"),
    ("hidden.example", "starttls"),
    ("refused.example", "starttls"),
]


@pytest.mark.parametrize(("domain", "tls"), MEETINGS)
def test_a_stranger_sees_no_password_when_mail_is_read(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("aerc", *own_servers(domain, "imap", tls)[2:], *commanded(client))
    settle(client.home)
    watch = lab.watch()

    reads(lab, client.home)

    wire = watch.whole_wire(domain)
    assert wire.connections > 0
    assert wire.reveals(client.user) == (domain == HONEST), wire.data


@pytest.mark.parametrize(("domain", "tls"), MEETINGS)
def test_a_stranger_sees_no_password_when_mail_is_sent(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    maildir = client.home / "Mail/x"
    for folder in ("INBOX/cur", "INBOX/new", "INBOX/tmp"):
        (maildir / folder).mkdir(parents=True)
    servers = own_servers(domain, "imap", tls)[8:]
    client.install("aerc", *servers, "--set", "maildir=~/Mail/x", *commanded(client))
    settle(client.home)
    watch = lab.watch()

    sends(lab, client.home, "secret")

    wire = watch.whole_wire(domain)
    assert wire.connections > 0
    assert wire.reveals(client.user) == (domain == HONEST), wire.data
