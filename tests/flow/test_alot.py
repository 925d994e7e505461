"""alot sends through msmtp what it has written, with what mailgen wrote, and its copy goes to the server."""

from __future__ import annotations

import pytest

from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.programs import need

A, B, FRIEND = "user@sohu.com", "user@qq.com", "user@gmail.com"
#: alot's own account of an address sends a message, and keeps the copy.
SEND = """
import asyncio, email.message, sys
import alot.settings.manager as manager
config, sender, receiver, subject = sys.argv[1:]
settings = manager.SettingsManager()
settings.read_config(config)
account = settings.account_matching_address(sender)
mail = email.message.Message()
mail["From"], mail["To"], mail["Subject"] = str(account.address), receiver, subject
mail.set_payload("x")
asyncio.run(account.send_mail(mail))
account.store_sent_mail(mail)
"""

pytestmark = pytest.mark.timeout(150)


def test_each_account_sends_as_itself_and_keeps_its_copy(lab: Lab) -> None:
    for program, package in (
        ("mbsync", "isync"),
        ("msmtp", "msmtp"),
        ("notmuch", "notmuch"),
        ("alot", "alot"),
    ):
        need(program, package)
    chain = {
        "targets": ["mbsync", "msmtp", "notmuch", "alot"],
        "folders": {"sent": "Sent", "drafts": "Drafts"},
    }
    accounts = {
        "one": {"address": A, "name": 'Ada "A.", the first', **chain},
        "two": {"address": B, "maildir": "~/Mail/a (2nd) one", **chain},
    }
    home = Household(lab, "alot", accounts)
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    watch = lab.watch()
    config = str(home.home / ".config/alot/config")
    for address in (A, B):
        subject = f"alot from {address}"
        argv = ["/usr/bin/python3", "-c", SEND, config, address, FRIEND, subject]
        sent = home.run(argv, env={"PYTHONPATH": "/usr/share/alot"})
        assert sent.rc == 0, sent.stderr
        assert address in lab.arrived(FRIEND, subject)["From"]
        assert watch.login(f"smtp.{address.rpartition('@')[2]}").sender == address
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    assert lab.arrived(A, f"alot from {A}", folder="Sent"), "the copy comes to the server"
