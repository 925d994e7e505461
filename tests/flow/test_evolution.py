"""Evolution's libraries log in, read and send with what mailgen wrote; no stranger sees the password."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.flow.test_negative import HONEST, judge, meet
from tests.formats.sourcefile import program
from tests.lab.desk import Desk, own_servers
from tests.lab.logs import Login

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.lab import Lab

FRIEND = "user@gmail.com"

pytestmark = pytest.mark.timeout(150)


def does(client: Desk, *jobs: tuple[str, ...]) -> list[Any]:
    """Have a session do jobs, each a verb and its words; the account's name and password are put in."""
    parts = {"read": "account", "send": "identity"}
    [account] = (client.home / ".config/evolution/sources").glob("mailgen-account-*")
    name = account.stem.removeprefix("mailgen-account-")
    words = [[verb, f"mailgen-{parts[verb]}-{name}", client.user.password, *rest] for verb, *rest in jobs]
    result = client.lab.run(
        [*program.ARGV, json.dumps(words)], client.home, env=program.settled(client.home), timeout=60
    )
    assert result.rc == 0, result.stderr
    answers: list[Any] = json.loads(result.stdout)
    return answers


@pytest.mark.parametrize(
    ("address", "tls", "ports"),
    [
        ("o'brien+tag@sohu.com", "", (993, 465)),
        ("user@starttls.example", "starttls", (143, 587)),
    ],
)
def test_reads_and_sends(
    lab: Lab, desk: Callable[[str], Desk], address: str, tls: str, ports: tuple[int, int]
) -> None:
    client = desk(address)
    domain = address.rpartition("@")[2]
    servers = own_servers(domain, "imap", tls) if tls else ["--protocol", "imap"]
    client.install("evolution", *servers, "--name", 'Ada "of" \\ $HOME')
    lab.deliver(address, f"evolution reads {address}")
    watch = lab.watch()

    read, sent = does(client, ("read",), ("send", FRIEND, f"evolution from {address}"))

    assert f"evolution reads {address}" in read
    assert sent == "sent"
    assert watch.login(f"imap.{domain}") == Login(
        f"imap.{domain}", ports[0], client.user.login, tls=True, sni=f"imap.{domain}"
    )
    message = lab.arrived(FRIEND, f"evolution from {address}")
    [sender] = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Ada "of" \\ $HOME', address)
    login = watch.login(f"smtp.{domain}")
    assert (login.port, login.user, login.tls, login.sender) == (ports[1], client.user.login, True, address)
    assert watch.refused() == []


def test_mail_is_read_over_pop3(lab: Lab, desk: Callable[[str], Desk]) -> None:
    client = desk("user@sohu.com")
    client.install("evolution", "--protocol", "pop3")
    lab.deliver("user@sohu.com", "evolution pops")
    watch = lab.watch()
    first, again = does(client, ("read",), ("read",))
    assert "evolution pops" in first
    assert again == first, "nothing was deleted"
    assert watch.login("pop3.sohu.com").tls


@meet
def test_a_stranger_sees_no_password(lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str) -> None:
    """A certificate that cannot be verified becomes a question; without STARTTLS the connection ends."""
    client = desk(f"user@{domain}")
    client.install("evolution", *own_servers(domain, "imap", tls))
    watch = lab.watch()

    answers = does(client, ("read",), ("send", FRIEND, "secret"))

    assert [isinstance(one, dict) for one in answers] == [domain != HONEST] * 2, answers
    judge(watch, client, domain)
