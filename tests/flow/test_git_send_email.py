"""git send-email sends patches with what mailgen wrote; no stranger sees the password."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest

from tests.lab.agent import Result
from tests.lab.desk import Desk, own_servers
from tests.lab.household import Household, sender_of
from tests.lab.lab import Lab
from tests.programs import need

FRIEND = "user@gmail.com"
HONEST = "honest.example"


def command(client: Desk) -> list[str]:
    return ["--password-command", shlex.join(["cat", str(client.home / "my password")])]


def sends(client: Desk | Household, subject: str, *options: str) -> Result:
    """Send a patch, without a question."""
    need("git", "git")
    need("/usr/lib/git-core/git-send-email", "git-email")
    patch = client.home / "0001-x.patch"
    head = f"From 0000 Mon Sep 17 00:00:00 2001\nSubject: {subject}\n"
    patch.write_text(f"{head}Date: Sat, 28 Nov 2026 10:00:00 +0000\n\nA patch.\n")
    argv = ["git", "send-email", "--quiet", "--confirm=never", f"--to={FRIEND}", *options, str(patch)]
    env = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
    return client.lab.run(argv, client.home, env=env, timeout=30)


@pytest.mark.parametrize(
    ("address", "tls", "port"),
    [
        ("user@sohu.com", "", 465),
        ("o'brien+tag@sohu.com", "", 465),
        ("user@starttls.example", "starttls", 587),
    ],
)
def test_sends(lab: Lab, desk: Callable[[str], Desk], address: str, tls: str, port: int) -> None:
    client = desk(address)
    servers = own_servers("starttls.example", "imap", tls)[8:] if tls else []
    client.install("git-send-email", *servers, "--name", 'Ada, "A" L\'O', *command(client))
    watch = lab.watch()

    done = sends(client, f"git {address}")

    assert done.rc == 0, done.stderr
    message = lab.arrived(FRIEND, f"git {address}")
    assert sender_of(message) == ('Ada, "A" L\'O', address)
    login = watch.login(f"smtp.{address.rpartition('@')[2]}")
    assert (login.port, login.user, login.tls, login.sender) == (port, client.user.login, True, address)
    assert not (client.home / ".git-credentials").exists()


def test_each_identity_sends_through_its_account(lab: Lab) -> None:
    need("msmtp", "msmtp")
    home = Household(
        lab,
        "git-send-email",
        {
            "one": {"address": "user@sohu.com", "name": "First", "default": True},
            "two": {"address": "user@qq.com", "name": "Second", "targets": ["msmtp", "git-send-email"]},
        },
    )
    watch = lab.watch()
    for options, subject in (((), "git usual"), (("--identity=two",), "git second")):
        done = sends(home, subject, *options)
        assert done.rc == 0, done.stderr
    assert sender_of(lab.arrived(FRIEND, "git usual")) == ("First", "user@sohu.com")
    assert sender_of(lab.arrived(FRIEND, "git second")) == ("Second", "user@qq.com")
    assert [login.host for login in watch.logins() if login.sender] == ["smtp.sohu.com", "smtp.qq.com"]


@pytest.mark.parametrize(
    ("domain", "tls"),
    [
        (HONEST, "implicit"),
        (HONEST, "starttls"),
        ("wrongname.example", "implicit"),
        ("wrongname.example", "starttls"),
        ("rogue.example", "implicit"),
        ("rogue.example", "starttls"),
        ("hidden.example", "starttls"),
        ("refused.example", "starttls"),
    ],
)
def test_a_stranger_sees_no_password(lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str) -> None:
    client = desk(f"user@{domain}")
    client.install("git-send-email", *own_servers(domain, "imap", tls)[8:], *command(client))
    watch = lab.watch()

    done = sends(client, "secret")

    assert done.rc is not None, "it hangs"
    assert (done.rc == 0) == (domain == HONEST), done.stderr
    wire = watch.whole_wire(domain)
    assert wire.connections > 0
    assert wire.reveals(client.user) == (domain == HONEST), wire.data


@pytest.mark.parametrize(
    ("domain", "trusted", "told"),
    [
        ("rogue.example", "rogue-ca.pem", True),
        ("rogue.example", "ca.pem", False),
        ("wrongname.example", "ca.pem", False),
    ],
)
def test_a_file_of_certificates_is_what_is_trusted(
    lab: Lab, desk: Callable[[str], Desk], domain: str, trusted: str, told: bool
) -> None:
    client = desk(f"user@{domain}")
    servers = own_servers(domain, "imap", "implicit")[8:]
    trust = ["--set", f"ca_file={lab.base / 'tls' / trusted}"]
    client.install("git-send-email", *servers, *trust, *command(client))
    watch = lab.watch()

    done = sends(client, "secret")

    assert (done.rc == 0) == told, done.stderr
    assert watch.whole_wire(domain).reveals(client.user) == told


def test_an_empty_path_of_certificates_is_why_it_is_a_clash(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """git then checks nothing: what lies around mailgen's part must not say so."""
    client = desk("user@rogue.example")
    client.install("git-send-email", *own_servers("rogue.example", "imap", "implicit")[8:], *command(client))
    with (client.home / ".gitconfig").open("a") as file:
        file.write('[sendemail]\n\tsmtpSSLCertPath = ""\n')
    watch = lab.watch()
    sends(client, "secret")
    assert watch.whole_wire("rogue.example").reveals(client.user)
