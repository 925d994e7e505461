"""Ansible configures a machine over ssh; then its users send real mail."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import USERS
from tests.lab.remote import Remote, remote
from tests.programs import need

HOSTILE = "o'brien+tag@sohu.com"


@pytest.fixture
def machine(lab: Lab) -> Iterator[Remote]:
    need("msmtp", "msmtp")
    with remote(lab, "ada", "bob") as one:
        yield one


def message(sender: str, to: str, subject: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made.set_content("Hello from a machine that Ansible has set up.\n")
    return made.as_bytes()


def configs(**arguments: Any) -> dict[str, Any]:
    return {"name": "Mail", "mailgen.mail.configs": arguments}


def test_users_send_what_root_has_configured(lab: Lab, machine: Remote) -> None:
    """One task, two users: a command for the password, and a literal that is hard to quote."""
    key = machine.far / "home/ada/my password"
    key.write_text(USERS["user@qq.com"].password + "\n")
    key.chmod(0o644)
    task = configs(
        users={
            "ada": {
                "accounts": {
                    "work": {"address": "user@qq.com", "password_command": ["cat", "/home/ada/my password"]}
                }
            },
            "bob": {"accounts": {"home": {"address": HOSTILE, "password": "{{ secret }}"}}},
        },
        defaults={"targets": ["msmtp"]},
    )
    variables = {"vars.yml": f"secret: !unsafe {USERS[HOSTILE].password!r}\n"}
    played = machine.play([task], "-e", "@vars.yml", files=variables)
    assert played.rc == 0, played.stdout + played.stderr
    for user, address, host in (("ada", "user@qq.com", "smtp.qq.com"), ("bob", HOSTILE, "smtp.sohu.com")):
        watch = lab.watch()
        subject = f"ansible {user}"

        sent = machine.run(user, "msmtp user@gmail.com", message(address, "user@gmail.com", subject))

        assert (sent.rc, sent.stderr) == (0, "")
        assert lab.arrived("user@gmail.com", subject)["From"] == address
        assert watch.login(host) == Login(host, 465, USERS[address].login, tls=True, sender=address)
        status = (machine.far / "home" / user / ".msmtprc").stat()
        assert (status.st_uid, status.st_mode & 0o777) == ((machine.far / "home" / user).stat().st_uid, 0o600)
    again = machine.play([task], "-e", "@vars.yml")
    assert "changed=0" in again.stdout, again
    assert machine.leftovers() == []


def test_a_user_may_configure_herself(lab: Lab, machine: Remote) -> None:
    """Logged in as she is, without root; another's files are refused, and then hers stay as they were too."""
    ada = {"accounts": {"work": {"address": "user@sohu.com", "password": USERS["user@sohu.com"].password}}}
    defaults = {"targets": ["msmtp"]}

    refused = machine.play([configs(users={"ada": ada, "bob": ada}, defaults=defaults)], user="ada")
    assert refused.rc == 2
    assert "say become: true" in refused.stdout
    assert not (machine.far / "home/ada/.msmtprc").exists()

    played = machine.play([configs(users={"ada": ada}, defaults=defaults)], user="ada")
    assert played.rc == 0, played.stdout + played.stderr
    mail = message("user@sohu.com", "user@qq.com", "by herself")
    assert machine.run("ada", "msmtp user@qq.com", mail).rc == 0
    assert lab.arrived("user@qq.com", "by herself")
    assert machine.leftovers() == []


def test_cron_sends_what_root_has_configured(lab: Lab, machine: Remote) -> None:
    """/etc/msmtprc, which only msmtp's group may read, serves a user without any, in cron's environment."""
    account = {"address": "user@sohu.com", "password": USERS["user@sohu.com"].password}
    task = configs(users={"root": {"accounts": {"relay": account}}}, defaults={"targets": ["msmtp-system"]})
    played = machine.play([task])
    assert played.rc == 0, played.stdout + played.stderr
    file = machine.far / "etc/msmtprc"
    assert (file.stat().st_uid, file.stat().st_mode & 0o777) == (0, 0o640)
    assert machine.run("bob", "cat /etc/msmtprc").rc != 0, "a user cannot read it himself"

    cron = "exec env -i HOME=/var/empty PATH=/usr/bin:/bin LOGNAME=bob SHELL=/bin/sh"
    mail = message("user@sohu.com", "user@qq.com", "from cron")
    sent = machine.run("bob", f"{cron} msmtp --read-envelope-from user@qq.com", mail)

    assert (sent.rc, sent.stderr) == (0, "")
    assert lab.arrived("user@qq.com", "from cron")["From"] == "user@sohu.com"
    again = machine.play([task])
    assert "changed=0" in again.stdout, again.stdout
    assert machine.leftovers() == []
