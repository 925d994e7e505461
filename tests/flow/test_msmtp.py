"""msmtp sends real mail with what mailgen printed."""

import shlex
from collections.abc import Callable

import pytest

from tests.lab.desk import Desk, own_servers
from tests.lab.lab import Lab
from tests.lab.logs import Login

STARTTLS = own_servers("starttls.example", "imap", "starttls")
CHINESE = own_servers("chinese.example", "imap", "implicit")
LOCALPART = [*own_servers("localpart.example", "imap", "implicit"), "--username", "user"]


@pytest.mark.parametrize(
    ("address", "options", "host", "port"),
    [
        ("user@sohu.com", [], "smtp.sohu.com", 465),
        ("user@qq.com", [], "smtp.qq.com", 465),
        ("user@163.com", [], "smtp.163.com", 465),
        ("user@gmail.com", [], "smtp.gmail.com", 465),
        ("o'brien+tag@sohu.com", [], "smtp.sohu.com", 465),
        ("a$b@qq.com", [], "smtp.qq.com", 465),
        ("user@qq.com", ["--smtp-host", "smtp.qq.com", "--smtp-port", "587"], "smtp.qq.com", 587),
        ("user@starttls.example", STARTTLS, "smtp.starttls.example", 587),
        ("o'brien+tag@starttls.example", STARTTLS, "smtp.starttls.example", 587),
        ("user@localpart.example", LOCALPART, "smtp.localpart.example", 465),
    ],
)
def test_sends(
    lab: Lab, desk: Callable[[str], Desk], address: str, options: list[str], host: str, port: int
) -> None:
    sender = desk(address)
    sender.install("msmtp", *options)
    watch = lab.watch()
    subject = f"msmtp {address} {port}"

    sent = sender.msmtp("user@gmail.com", subject)

    assert (sent.rc, sent.stderr) == (0, "")
    assert lab.arrived("user@gmail.com", subject)["From"] == address
    assert watch.login(host) == Login(host, port, sender.user.login, tls=True, sender=address)


def test_the_printed_file_is_enough(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """`mailgen msmtp user@sohu.com > ~/.msmtprc`, with the mode that the shell gives, as the README says."""
    sender = desk("user@sohu.com")
    (sender.home / ".msmtprc").write_text(sender.mailgen("msmtp").stdout)
    (sender.home / ".msmtprc").chmod(0o644)

    assert sender.msmtp("user@qq.com", "printed").rc == 0
    assert lab.arrived("user@qq.com", "printed")


def test_a_wrong_password_is_refused(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """The servers really check: without this, every other test here could pass with any password."""
    sender = desk("user@sohu.com")
    sender.install("msmtp")
    (sender.home / "my password").write_text("wrong\n")
    watch = lab.watch()

    assert sender.msmtp("user@qq.com", "never").rc == 77
    assert watch.logins() == []


def test_a_foreign_sender_is_refused(lab: Lab, desk: Callable[[str], Desk]) -> None:
    """The servers compare the sender with the login, so a delivered message proves that both were right."""
    sender = desk("user@sohu.com")
    sender.install("msmtp")
    config = sender.home / ".msmtprc"
    changed = config.read_text().replace("from           user@sohu.com", "from           user@qq.com")
    assert changed != config.read_text()
    config.write_text(changed)

    sent = sender.msmtp("user@gmail.com", "never")

    assert sent.rc not in (0, None)
    assert "not owned by user" in sent.stderr


def test_the_password_command_may_hold_quotes(lab: Lab, desk: Callable[[str], Desk]) -> None:
    sender = desk("user@sohu.com")
    (sender.home / 'o\'brien "x"').write_text(sender.user.password)
    command = shlex.join(["sh", "-c", 'cat "$0"', str(sender.home / 'o\'brien "x"')])
    sender.install("msmtp", "--password-command", command)

    assert sender.msmtp("user@qq.com", "quoted command").rc == 0
