"""Gnus reads and sends real mail with what mailgen wrote, and tells its password to no server that cheats."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.flow.test_negative import HONEST, judge, meet
from tests.lab.agent import Result
from tests.lab.desk import Desk
from tests.lab.lab import Lab
from tests.lab.logs import Login
from tests.lab.names import IMPLICIT_PORT, STARTTLS_PORT
from tests.programs import need

#: Opens the server and prints all messages of the inbox.
READ = """
(let ((method (car gnus-secondary-select-methods)))
  (unless (gnus-open-server method) (error "%s" (gnus-status-message method)))
  (nnimap-change-group "INBOX" (nth 1 method))
  (with-current-buffer (nnimap-buffer)
    (nnimap-command "FETCH 1:* BODY.PEEK[]")
    (princ (buffer-string))))
"""
SEND = """
(with-temp-buffer
  (insert "To: user@gmail.com\\nFrom: {sender}\\nSubject: {subject}\\n" mail-header-separator "\\nHello.\\n")
  (funcall message-send-mail-function))
"""


def own_servers(domain: str, tls: str) -> dict[str, object]:
    ports = IMPLICIT_PORT if tls == "implicit" else STARTTLS_PORT
    roles = ("imap", "smtp")
    return {role: {"host": f"{role}.{domain}", "port": ports[role], "tls": tls} for role in roles}


def install(client: Desk, **account: object) -> None:
    """Set Gnus up in this home, the password in a file of its own."""
    if "imap" in account:
        account["provider"] = "sohu.com"  # whose servers are then not used
    wanted = {"address": client.address, "targets": ["gnus"], "credential": "literal", **account}
    (client.home / ".emacs.d").mkdir()  # Emacs makes it at its first start with a window or terminal
    accounts = client.home / "accounts.yaml"
    accounts.write_text(json.dumps({"accounts": {"home": wanted}}))
    argv = [sys.executable, "-m", "mailgen", "apply", "--accounts", accounts, "-o", client.home]
    subprocess.run(
        [*argv, "--secret-from-file", f"home={client.home / 'my password'}"],
        check=True,
        capture_output=True,
        env={**os.environ, "XDG_STATE_HOME": str(client.home / "state")},
        timeout=60,
    )


def in_emacs(client: Desk, what: str) -> Result:
    """Have Emacs do something once Gnus has read its file."""
    need("emacs", "emacs-nox")
    loaded = ("gnus", "gnus-int", "gnus-msg", "nnimap", str(client.home / ".gnus.el"))
    words = [word for one in loaded for word in ("-l", one)]
    return client.lab.run(["emacs", "--batch", "-Q", *words, "--eval", f"(progn {what})"], client.home)


def sends(client: Desk, subject: str) -> Result:
    return in_emacs(client, SEND.format(sender=client.address, subject=subject))


@pytest.mark.parametrize(
    ("address", "domain", "tls"),
    [
        ("user@sohu.com", "sohu.com", "implicit"),
        ("user@starttls.example", "starttls.example", "starttls"),
    ],
)
def test_reads_and_sends(lab: Lab, desk: Callable[[str], Desk], address: str, domain: str, tls: str) -> None:
    client = desk(address)
    install(client, **({} if domain == "sohu.com" else own_servers(domain, tls)))
    ports = IMPLICIT_PORT if tls == "implicit" else STARTTLS_PORT
    subject = f"gnus {address}"
    lab.deliver(address, subject)
    watch = lab.watch()

    read = in_emacs(client, READ)
    sent = sends(client, f"answer {address}")

    assert read.rc == 0, read.stderr
    assert f"Subject: {subject}\r\n" in read.stdout
    assert sent.rc == 0, sent.stderr
    assert lab.arrived("user@gmail.com", f"answer {address}")["From"] == address
    assert watch.login(f"imap.{domain}") == Login(
        f"imap.{domain}", ports["imap"], client.user.login, tls=True, sni=f"imap.{domain}"
    )
    assert watch.login(f"smtp.{domain}") == Login(
        f"smtp.{domain}", ports["smtp"], client.user.login, tls=True, sender=address
    )


@meet
def test_a_password_is_told_to_the_honest_server_only(
    lab: Lab, desk: Callable[[str], Desk], domain: str, tls: str
) -> None:
    client = desk(f"user@{domain}")
    install(client, **own_servers(domain, tls))
    watch = lab.watch()

    read = in_emacs(client, READ)
    sent = sends(client, "secret")

    assert read.rc is not None, "it hangs"
    assert (sent.rc == 0) == (domain == HONEST), sent.stderr
    judge(watch, client, domain)
