"""S-nail reads mail and sends it with what mailgen wrote; no stranger sees the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flow.test_negative import HONEST, judge, meet
from tests.formats.mailrc.program import AS_A_USER
from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.programs import need

if TYPE_CHECKING:
    from collections.abc import Callable

FRIEND = "user@gmail.com"


def run(client: Desk, *words: str, typed: str = "") -> Result:
    return client.lab.run(
        [*AS_A_USER, need("s-nail", "s-nail"), *words], client.home, stdin=typed, env={"USER": "nobody"}
    )


def command(client: Desk) -> list[str]:
    return ["--password-command", f"cat '{client.home}/my password'"]


def sends(client: Desk, subject: str) -> Result:
    return run(client, "-s", subject, FRIEND, typed="Hello from S-nail.\n")


def reads(client: Desk) -> Result:
    """Show the inbox, its last message (others may have come before), and leave as people do."""
    return run(client, typed="from *\ntype $\nquit\n")


@pytest.mark.parametrize(
    ("address", "tls", "ports", "folder"),
    [
        ("user@sohu.com", "", (993, 465), "Sent"),
        ("o'brien+tag@sohu.com", "", (993, 465), "O'Sent #1 $HOME %41"),
        ("user@qq.com", "", (993, 465), "已发送"),
        ("a$b@qq.com", "", (993, 465), 'R&D "x" \\ *'),
        ("user@starttls.example", "starttls", (143, 587), "Sent"),
    ],
)
def test_reads_and_sends(
    lab: Lab, desk: Callable[[str], Desk], address: str, tls: str, ports: tuple[int, int], folder: str
) -> None:
    client = desk(address)
    servers = own_servers("starttls.example", "imap", tls) if tls else []
    client.install(
        "s-nail", *servers, *command(client), "--folder", f"sent={folder}", "--name", 'Ada "of" $HOME'
    )
    lab.deliver(address, f"s-nail reads {address}")
    watch = lab.watch()

    result = reads(client)

    assert result.rc == 0, result.stdout + result.stderr
    assert f"s-nail reads {address}" in result.stdout
    domain = address.rpartition("@")[2]
    assert watch.login(f"imap.{domain}") == Login(
        f"imap.{domain}", ports[0], client.user.login, tls=True, sni=f"imap.{domain}"
    )
    assert lab.arrived(address, f"s-nail reads {address}"), "it stays in the inbox"
    watch = lab.watch()
    sent = sends(client, f"s-nail from {address}")
    assert sent.rc == 0, sent.stdout + sent.stderr
    message = lab.arrived(FRIEND, f"s-nail from {address}")
    assert message["From"] == f'"Ada \\"of\\" $HOME" <{address}>'
    assert lab.arrived(address, f"s-nail from {address}", folder=folder), "the copy"
    login = watch.login(f"smtp.{domain}")
    assert (login.port, login.user, login.tls, login.sender) == (ports[1], client.user.login, True, address)
    assert watch.refused() == []


def test_mail_is_read_over_pop3(lab: Lab, desk: Callable[[str], Desk]) -> None:
    client = desk("user@sohu.com")
    client.install("s-nail", "--protocol", "pop3", *command(client))
    lab.deliver("user@sohu.com", "s-nail pops")
    watch = lab.watch()
    result = reads(client)
    assert result.rc == 0, result.stdout + result.stderr
    assert "s-nail pops" in result.stdout
    assert watch.login("pop3.sohu.com").tls
    assert lab.arrived("user@sohu.com", "s-nail pops"), "nothing was deleted"


@meet
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_stranger_sees_no_password_when_mail_is_read(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str, protocol: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("s-nail", *own_servers(domain, protocol, tls), *command(client))
    watch = lab.watch()

    done = run(client, "-e")

    assert done.rc is not None, "it hangs"
    judge(watch, client, domain)


@meet
def test_a_stranger_sees_no_password_when_mail_is_sent(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("s-nail", *own_servers(domain, "imap", tls), *command(client))
    watch = lab.watch()

    done = sends(client, "secret")

    assert done.rc is not None, "it hangs"
    assert (done.rc == 0) == (domain == HONEST), done.stdout + done.stderr
    judge(watch, client, domain)
