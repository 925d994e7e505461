"""meli reads mail and sends it, on a terminal, with what mailgen wrote; no stranger sees the password."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.programs import need

FRIEND = "user@gmail.com"
HONEST = "honest.example"

pytestmark = pytest.mark.timeout(150)


def commanded(client: Desk) -> list[str]:
    """Return the option for a command with a blank in it, which prints the password."""
    return ["--password-command", shlex.join(["cat", str(client.home / "my password")])]


def sends(lab: Lab, home: Path, subject: str, after: str, shown: str) -> Result:
    """Write a message `after` something is shown, and send it, until something else is."""
    need("meli", "meli")
    need("m4", "m4")
    editor = home / "editor"
    headers = f"s/^To:.*/To: {FRIEND}/; s/^Subject:.*/Subject: {subject}/"
    editor.write_text(f"#!/bin/sh\nsed -i '{headers}' \"$1\"\n")
    editor.chmod(0o755)
    config = home / ".config/meli/config.toml"  # else a notice on an index hides what is looked for
    config.write_text(config.read_text().replace("\nformat =", '\nsearch_backend = "none"\nformat ='))
    typed = [(after, "m"), ("COMPOSING", "e"), (subject, "s"), ("send mail?", "\r"), (shown, "")]
    return lab.run(["meli"], home, terminal=typed, timeout=40, env={"EDITOR": str(editor)})


@pytest.mark.parametrize(
    ("address", "tls", "ports"),
    [("user@sohu.com", "", (993, 465)), ("user@starttls.example", "starttls", (143, 587))],
)
def test_reads_and_sends(
    lab: Lab, desk: Callable[[str], Desk], address: str, tls: str, ports: tuple[int, int]
) -> None:
    client = desk(address)
    domain = address.rpartition("@")[2]
    servers = own_servers(domain, "imap", tls)[2:] if tls else []
    client.install("meli", *servers, "--name", 'Ada "A" (syscmd)', *commanded(client))
    lab.deliver(address, f"meli reads {address}")
    watch = lab.watch()

    result = sends(lab, client.home, f"from {address}", after=f"meli reads {address}", shown="Message saved")

    message = lab.arrived(FRIEND, f"from {address}")
    assert message, result.stdout[-1500:]
    [sender] = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Ada "A" (syscmd)', address)
    assert {login.host for login in watch.logins()} == {f"imap.{domain}", f"smtp.{domain}"}
    login = next(one for one in watch.logins() if one.host == f"imap.{domain}")
    assert login == Login(f"imap.{domain}", ports[0], client.user.login, tls=True, sni=f"imap.{domain}")
    sent = watch.login(f"smtp.{domain}")
    assert (sent.port, sent.user, sent.tls, sent.sender) == (ports[1], client.user.login, True, address)
    assert watch.refused() == []


def test_mail_that_lies_here_is_read_here_and_another_program_sends(lab: Lab) -> None:
    need("mbsync", "isync")
    need("msmtp", "msmtp")
    folders = {"sent": "Sent", "drafts": "Drafts"}
    chain = {"targets": ["mbsync", "msmtp", "meli"], "folders": folders, "maildir": "~/Mail/it's 100% #1"}
    home = Household(lab, "meli", {"one": {"address": "user@sohu.com", **chain}})
    lab.deliver("user@sohu.com", "meli chain")
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    watch = lab.watch()

    sent = sends(lab, home.home, "meli chain answers", after="meli chain", shown="Message saved")

    assert lab.arrived(FRIEND, "meli chain answers"), sent.stdout[-1500:]
    assert [login.host for login in watch.logins()] == ["smtp.sohu.com"], (
        "what lies here is asked of no server"
    )
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    assert lab.arrived("user@sohu.com", "meli chain answers", folder="Sent"), "the copy comes to the server"


@pytest.mark.parametrize(
    ("domain", "tls"),
    [
        (HONEST, "implicit"),
        ("wrongname.example", "implicit"),
        ("rogue.example", "implicit"),
        ("rogue.example", "starttls"),
        ("hidden.example", "starttls"),
        ("refused.example", "starttls"),
    ],
)
def test_a_stranger_sees_no_password_when_mail_is_read(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("meli", *own_servers(domain, "imap", tls)[2:], *commanded(client))
    need("meli", "meli")
    need("m4", "m4")
    watch = lab.watch()

    for _ in range(4):  # it never gives up: what is seen of it is that it has tried again
        lab.run(["meli"], client.home, terminal=[("this is never shown", "")], timeout=5)
        if watch.whole_wire(domain).connections > 1:
            break

    wire = watch.whole_wire(domain)
    assert wire.connections > 1
    assert wire.reveals(client.user) == (domain == HONEST), wire.data


@pytest.mark.parametrize(
    ("domain", "tls", "shown"),
    [
        ("wrongname.example", "implicit", "verify failed"),
        ("rogue.example", "implicit", "verify failed"),
        ("rogue.example", "starttls", "verify failed"),
        ("hidden.example", "starttls", "SMTP reply code"),
        ("refused.example", "starttls", "SMTP reply code"),
    ],
)
def test_a_stranger_sees_no_password_when_mail_is_sent(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str, shown: str
) -> None:
    client = desk(f"user@{domain}")
    for folder in ("INBOX/cur", "INBOX/new", "INBOX/tmp"):
        (client.home / "Mail/x" / folder).mkdir(parents=True)
    servers = own_servers(domain, "imap", tls)[8:]
    client.install("meli", *servers, "--set", "maildir=~/Mail/x", *commanded(client))
    watch = lab.watch()

    result = sends(lab, client.home, "secret", after="INBOX", shown=shown)

    assert shown in result.stdout
    wire = watch.whole_wire(domain)
    assert wire.connections > 0
    assert not wire.reveals(client.user), wire.data
