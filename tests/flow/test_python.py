"""A module that mailgen wrote reads mail and sends it; no stranger sees the password."""

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


def run(client: Desk, *words: str, typed: str = "") -> Result:
    [module] = (client.home / ".config/mailgen/python").glob("*.py")
    return client.lab.run([need("python3", "python3"), str(module), *words], client.home, stdin=typed)


def command(client: Desk) -> list[str]:
    return ["--password-command", f"cat '{client.home}/my password'"]


def sends(client: Desk, subject: str) -> Result:
    return run(client, "send", typed=f"To: {FRIEND}\nSubject: {subject}\n\nHello.\n")


@pytest.mark.parametrize(
    ("address", "protocol", "tls", "port"),
    [
        ("o'brien+tag@sohu.com", "imap", "", 993),
        ("user@qq.com", "pop3", "", 995),
        ("user@163.com", "imap", "", 993),
        ("user@starttls.example", "imap", "starttls", 143),
    ],
)
def test_reads_and_sends(
    lab: Lab, desk: Callable[[str], Desk], address: str, protocol: str, tls: str, port: int
) -> None:
    client = desk(address)
    servers = own_servers("starttls.example", "imap", tls) if tls else ["--protocol", protocol]
    client.install("python", *servers, *command(client), "--name", 'Ada "of" $HOME')
    lab.deliver(address, f"python reads {address}")
    watch = lab.watch()

    result = run(client)

    assert result.rc == 0, result.stderr
    assert int(result.stdout) == len(lab.mailbox(address))
    domain = address.rpartition("@")[2]
    host = f"{'pop' if protocol == 'pop3' else 'imap'}.{domain}"
    assert watch.login(host) == Login(host, port, client.user.login, tls=True, sni=host)
    watch = lab.watch()
    sent = sends(client, f"python from {address}")
    assert sent.rc == 0, sent.stderr
    assert lab.arrived(FRIEND, f"python from {address}")["From"] == f'"Ada \\"of\\" $HOME" <{address}>'
    login = watch.login(f"smtp.{domain}")
    assert (login.user, login.tls, login.sender) == (client.user.login, True, address)


@meet
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_stranger_sees_no_password_when_mail_is_read(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str, protocol: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("python", *own_servers(domain, protocol, tls), *command(client))
    watch = lab.watch()
    done = run(client)
    assert done.rc is not None, "it hangs"
    judge(watch, client, domain)


@meet
def test_a_stranger_sees_no_password_when_mail_is_sent(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    client.install("python", *own_servers(domain, "imap", tls), *command(client))
    watch = lab.watch()
    done = sends(client, "secret")
    assert done.rc is not None, "it hangs"
    assert (done.rc == 0) == (domain == HONEST), done.stderr
    judge(watch, client, domain)
