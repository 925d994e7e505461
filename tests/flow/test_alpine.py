"""Alpine reads mail and sends it, on a terminal, with what mailgen wrote; no stranger sees the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flow.test_negative import HONEST, judge, meet
from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.programs import need

if TYPE_CHECKING:
    from collections.abc import Callable

FRIEND = "user@gmail.com"
SENDS, YES, ENTER = "\x18", "y", "\r"
#: What people set for themselves: fewer questions.
OWN = """\
feature-list=quit-without-confirm,
	send-without-confirm,
	fcc-without-attachments
new-version-threshold=99
default-fcc=""
"""

pytestmark = pytest.mark.timeout(150)


def settle(client: Desk) -> None:
    need("alpine", "alpine")
    (client.home / ".pinerc").write_text(OWN)


def password(client: Desk) -> list[tuple[str, str]]:
    return [("ENTER PASSWORD", client.user.password + ENTER), ("Preserve password", "n")]


def in_alpine(client: Desk, options: list[str], *script: tuple[str, str], timeout: float = 30) -> Result:
    """Start Alpine on a terminal, and type what the script says once it shows what stands beside."""
    argv = ["alpine", *options]
    return client.lab.run(argv, client.home, terminal=script, timeout=timeout)


def reads(client: Desk, subject: str, *before: tuple[str, str]) -> Result:
    """Open the inbox, and leave once it shows a message."""
    return in_alpine(client, ["-i"], *(before or password(client)), (subject, "q"))


def sends(client: Desk, subject: str, *then: tuple[str, str]) -> Result:
    url = f"mailto:{FRIEND}?subject={subject.replace(' ', '%20')}"
    return in_alpine(client, ["-url", url], ("To Spell", SENDS), *then)


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
    servers = own_servers("starttls.example", "imap", tls) if tls else []
    client.install("alpine", *servers, "--folder", "sent=Sent", "--name", 'Ada "of" $HOME')
    settle(client)
    ours = (client.home / ".pinercex").read_text()
    lab.deliver(address, f"alpine reads {address}")
    watch = lab.watch()

    result = reads(client, "alpine reads")

    assert result.rc == 0, result.stdout[-1500:]
    domain = address.rpartition("@")[2]
    assert watch.login(f"imap.{domain}") == Login(
        f"imap.{domain}", ports[0], client.user.login, tls=True, sni=f"imap.{domain}"
    )
    assert (client.home / ".pinercex").read_text().count(ours) == 1, (
        "Alpine writes the file anew, ours as it is"
    )
    watch = lab.watch()
    sent = sends(client, f"alpine from {address}", *password(client), *password(client))
    assert sent.rc == 0, sent.stdout[-1500:]
    message = lab.arrived(FRIEND, f"alpine from {address}")
    assert message["From"] == f'"Ada \\"of\\" $HOME" <{address}>'
    assert lab.arrived(address, f"alpine from {address}", folder="Sent"), "the copy"
    login = watch.login(f"smtp.{domain}")
    assert (login.port, login.user, login.tls, login.sender) == (ports[1], client.user.login, True, address)
    assert watch.refused() == []


def test_mail_is_read_over_pop3(lab: Lab, desk: Callable[[str], Desk]) -> None:
    client = desk("user@sohu.com")
    client.install("alpine", "--protocol", "pop3")
    settle(client)
    lab.deliver("user@sohu.com", "alpine pops")
    watch = lab.watch()
    result = reads(client, "alpine pops")
    assert result.rc == 0, result.stdout[-1500:]
    assert watch.login("pop3.sohu.com").tls
    assert reads(client, "alpine pops").rc == 0, "nothing was deleted"


def stops(domain: str, without: str) -> tuple[str, str]:
    """What Alpine shows instead of a question for the password, and that this is enough."""
    stripped = domain in ("hidden.example", "refused.example")
    return (without if stripped else "Yes, continue"), ""


@meet
def test_a_stranger_sees_no_password_when_mail_is_read(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    """A certificate that cannot be verified becomes a question; without STARTTLS the connection ends."""
    client = desk(f"user@{domain}")
    client.install("alpine", *own_servers(domain, "imap", tls))
    settle(client)
    watch = lab.watch()
    stop = stops(domain, "Unable to negotiate TLS")
    opened = [*password(client), ("opened", "q")]

    in_alpine(client, ["-i"], *(opened if domain == HONEST else [stop]))

    judge(watch, client, domain)


@pytest.mark.parametrize(
    ("domain", "tls"),
    [
        (HONEST, "implicit"),
        ("rogue.example", "implicit"),
        ("wrongname.example", "starttls"),
        ("hidden.example", "starttls"),
        ("refused.example", "starttls"),
    ],
)
def test_a_stranger_sees_no_password_when_mail_is_sent(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("alpine", *own_servers(domain, "pop3", tls))
    settle(client)
    watch = lab.watch()
    stop = stops(domain, "TLS unavailable")

    sends(client, "secret", *(password(client) if domain == HONEST else [stop]))

    judge(watch, client, domain)
