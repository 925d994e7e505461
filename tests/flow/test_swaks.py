"""Swaks sends with what mailgen wrote, shows no password, and tells none to a stranger."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest

from tests.flow.test_negative import HONEST, judge, meet
from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.programs import need

FRIEND = "user@gmail.com"


def sends(client: Desk, subject: str) -> Result:
    """Send a message; the password is typed when it is asked for."""
    argv = [need("swaks", "swaks"), "--to", FRIEND, "--header", f"Subject: {subject}"]
    return client.lab.run(argv, client.home, terminal=[("Password: ", client.user.password + "\n")])


@pytest.mark.parametrize(
    ("address", "tls"),
    [("user@sohu.com", ""), ("o'brien+tag@sohu.com", ""), ("user@starttls.example", "starttls")],
)
def test_sends(lab: Lab, desk: Callable[[str], Desk], address: str, tls: str) -> None:
    client = desk(address)
    client.install("swaks", *(own_servers("starttls.example", "imap", tls)[8:] if tls else []))
    watch = lab.watch()

    done = sends(client, f"swaks {address}")

    assert done.rc == 0, done.stdout + done.stderr
    assert lab.arrived(FRIEND, f"swaks {address}")["From"] == address
    login = watch.login(f"smtp.{address.rpartition('@')[2]}")
    port = 587 if tls else 465
    assert (login.port, login.user, login.tls, login.sender) == (port, client.user.login, True, address)
    assert "AUTH PLAIN" in done.stdout
    shown = (
        client.user.password,
        b64encode(f"\0{client.user.login}\0{client.user.password}".encode()).decode(),
    )
    assert not any(one in done.stdout for one in shown)


@meet
def test_a_stranger_sees_no_password(lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str) -> None:
    client = desk(f"user@{domain}")
    client.install("swaks", *own_servers(domain, "imap", tls)[8:])
    watch = lab.watch()

    done = sends(client, "secret")

    assert done.rc is not None, "it hangs"
    assert (done.rc == 0) == (domain == HONEST), done.stdout
    judge(watch, client, domain)
