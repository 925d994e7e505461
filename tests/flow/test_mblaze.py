"""mblaze reads mail that mbsync has brought, and sends through msmtp, with what mailgen wrote."""

from __future__ import annotations

import pytest

from tests.lab.household import Household
from tests.lab.lab import Lab
from tests.programs import need

A, B, FRIEND = "user@sohu.com", "user@qq.com", "user@gmail.com"

pytestmark = pytest.mark.timeout(150)


def test_mail_is_read_here_and_each_account_sends_as_itself(lab: Lab) -> None:
    for program, package in (("mbsync", "isync"), ("msmtp", "msmtp"), ("mcom", "mblaze")):
        need(program, package)
    chain = {"targets": ["mbsync", "msmtp", "mblaze"], "folders": {"sent": "Sent", "drafts": "Drafts"}}
    accounts = {
        "one": {"address": A, "name": 'Ada "A.", the first', **chain},
        "two": {"address": B, "maildir": "~/Mail/a (2nd) one", **chain},
    }
    home = Household(lab, "mblaze", accounts)
    lab.deliver(A, "mblaze reads")
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    watch = lab.watch()

    seen = home.run(["sh", "-c", "mlist ~/Mail/one/INBOX | mhdr -h subject"])

    assert "mblaze reads" in seen.stdout, seen.stderr
    for address, profile in ((A, ".mblaze"), (B, ".config/mailgen/mblaze/two")):
        subject = f"mblaze from {address}"
        env = {"MBLAZE": str(home.home / profile)}
        sent = home.run(["mcom", FRIEND, "-subject", subject, "-send"], env=env)
        assert sent.rc == 0, sent.stdout + sent.stderr
        assert address in lab.arrived(FRIEND, subject)["From"]
        domain = address.rpartition("@")[2]
        assert watch.login(f"smtp.{domain}").sender == address
    assert home.run(["mbsync", "-q", "-a"]).rc == 0
    assert lab.arrived(A, f"mblaze from {A}", folder="Sent"), "the copy comes to the server"
