"""What sends through another server than its account is read as that, and written again as it was."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.api import plan
from tests.importer.test_import import imported

HOME: dict[str, Any] = {"address": "ada@qq.com", "protocol": "imap"}
OWN = {"address": "ada@lab.example", "name": "Ada", "smtp": {"host": "smtp.lab.example", "port": 465}}


def files(target: str, **accounts: dict[str, Any]) -> list[tuple[str, str, str]]:
    made = plan({"defaults": {"targets": [target]}, "accounts": accounts})
    return [(target, file.text or "", file.path) for file in made if file.path != f"~/.{target}rc"]


@pytest.mark.parametrize("target", ["thunderbird", "mutt", "neomutt"])
def test_it_comes_back(target: str) -> None:
    accounts = {
        "home": {**HOME, "identities": [OWN]},
        "shop": {"address": "shop@163.com", "protocol": "none"},
    }
    written = files(target, **accounts)

    data, _ = imported(*written)

    found = {one["address"]: one for one in data["accounts"].values()}
    assert found["shop@163.com"]["protocol"] == "none"
    assert "smtp" not in found["shop@163.com"], "the provider's own"
    assert found["ada@lab.example"]["protocol"] == "none"
    assert found["ada@lab.example"]["smtp"]["host"] == "smtp.lab.example"
    assert "identities" not in found["ada@qq.com"]
    again = files(target, **data["accounts"])
    hosts = [text.count("smtp.lab.example") for _, text, _ in written]
    assert sum(hosts) == sum(text.count("smtp.lab.example") for _, text, _ in again) > 0


def test_an_identity_of_a_hand_made_profile_keeps_its_server() -> None:
    prefs = """
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1,id2,id3");
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "imap.qq.com");
user_pref("mail.server.server1.port", 993);
user_pref("mail.server.server1.socketType", 3);
user_pref("mail.server.server1.userName", "ada@qq.com");
user_pref("mail.identity.id1.useremail", "ada@qq.com");
user_pref("mail.identity.id1.smtpServer", "smtp1");
user_pref("mail.identity.id2.useremail", "alias@qq.com");
user_pref("mail.identity.id2.smtpServer", "smtp1");
user_pref("mail.identity.id3.useremail", "ada@lab.example");
user_pref("mail.identity.id3.smtpServer", "smtp2");
user_pref("mail.smtpservers", "smtp1,smtp2");
user_pref("mail.smtpserver.smtp1.hostname", "smtp.qq.com");
user_pref("mail.smtpserver.smtp1.port", 465);
user_pref("mail.smtpserver.smtp1.try_ssl", 3);
user_pref("mail.smtpserver.smtp1.username", "ada@qq.com");
user_pref("mail.smtpserver.smtp2.hostname", "smtp.lab.example");
user_pref("mail.smtpserver.smtp2.port", 587);
user_pref("mail.smtpserver.smtp2.try_ssl", 2);
user_pref("mail.smtpserver.smtp2.username", "ada");
"""
    data, losses = imported(("thunderbird", prefs))

    home, lab = data["accounts"].values()
    assert home["identities"] == ["alias@qq.com"]
    assert (
        lab
        == {
            "address": "ada@lab.example",
            "protocol": "none",
            "smtp": {"host": "smtp.lab.example", "port": 587, "tls": "starttls"},
            "username": "ada",
            "targets": ["thunderbird"],
        }
        or lab["smtp"].get("username") == "ada"
    )
    assert not losses


def test_a_lone_file_that_only_sends_stays_what_it_was() -> None:
    """Beside nothing that receives it could not be written so."""
    data, _ = imported(
        ("mutt", "set from = ada@qq.com\nset smtp_url = 'smtps://ada%40qq.com@smtp.qq.com:465/'\n")
    )
    [only] = data["accounts"].values()
    assert "protocol" not in only
