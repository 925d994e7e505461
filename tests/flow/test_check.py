"""`mailgen check` against Dovecot and Postfix, and servers that cheat, on the lab's real names and ports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.lab import Lab
from tests.support import MAILGEN, ROOT

PYTHON = {"PYTHONPATH": str(ROOT / "generator"), "PYTHONDONTWRITEBYTECODE": "1"}


def check(lab: Lab, address: str, *words: str, secret: str | None = None) -> tuple[int | None, Any]:
    """Check an account in the lab, with its right password unless another is given."""
    given = lab.users[address].password if secret is None else secret
    argv = [*MAILGEN, "check", address, *words, "--json", "--from-stdin"]
    done = lab.run(argv, lab.new_home(), stdin=f"{given}\n", env=PYTHON, timeout=60)
    assert done.stdout, done.stderr
    assert given not in done.stdout + done.stderr
    return done.rc, json.loads(done.stdout)


def stages(data: Any, place: int) -> dict[str, Any]:
    return {one["stage"]: one for one in data["endpoints"][place]["stages"]}


@pytest.mark.parametrize(
    "address", ["user@sohu.com", "user@qq.com", "user@163.com", "o'brien+tag@sohu.com", "a$b@qq.com"]
)
def test_all_is_well_with_the_servers_of_a_provider(lab: Lab, address: str) -> None:
    """Passwords of all kinds of characters, and a server that wants to be told an ID, behind real names."""
    status, data = check(lab, address)
    assert status == 0, data
    assert data["ok"]
    assert stages(data, 0)["inbox"]["ok"]
    assert stages(data, 1)["recipient"]["ok"]


def test_pop3_and_starttls(lab: Lab) -> None:
    own = ["--pop3-host", "pop.starttls.example", "--pop3-port", "110", "--pop3-tls", "starttls"]
    own += ["--smtp-host", "smtp.starttls.example", "--smtp-port", "587", "--smtp-tls", "starttls"]
    status, data = check(lab, "user@starttls.example", *own)
    assert status == 0, data
    assert [one["port"] for one in data["endpoints"]] == [110, 587]


def test_a_login_name_of_ones_own(lab: Lab) -> None:
    own = ["--imap-host", "imap.localpart.example", "--smtp-host", "smtp.localpart.example"]
    status, data = check(lab, "user@localpart.example", *own, "--username", "user")
    assert status == 0, data


def test_folders_in_another_language_are_told(lab: Lab) -> None:
    own = ["--imap-host", "imap.chinese.example", "--smtp-host", "smtp.chinese.example"]
    status, data = check(lab, "user@chinese.example", *own)
    assert status == 0, data
    assert data["folders"]["found"] == {
        "sent": "已发送",
        "drafts": "草稿箱",
        "trash": "已删除",
        "junk": "垃圾邮件",
    }


def test_a_wrong_secret_reaches_one_server_once(lab: Lab) -> None:
    watch = lab.watch()
    status, data = check(lab, "user@sohu.com", secret="Wrong-8842")
    assert status == 1
    assert stages(data, 0)["login"]["ok"] is False
    assert stages(data, 1)["login"]["ok"] is None
    assert watch.logins() == []


@pytest.mark.parametrize("domain", ["wrongname.example", "rogue.example"])
@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_no_secret_goes_where_the_certificate_is_bad(lab: Lab, domain: str, tls: str) -> None:
    own = [
        f"--imap-host=imap.{domain}",
        f"--imap-tls={tls}",
        f"--smtp-host=smtp.{domain}",
        f"--smtp-tls={tls}",
    ]
    before = (lab.base / "log/wire.jsonl").read_text()
    status, data = check(lab, f"user@{domain}", *own)
    assert status == 1
    assert all("login" not in stages(data, place) for place in (0, 1))
    said = (lab.base / "log/wire.jsonl").read_text()[len(before) :]
    assert "LOGIN" not in said


@pytest.mark.parametrize("domain", ["hidden.example", "refused.example"])
def test_without_starttls_nothing_goes_on(lab: Lab, domain: str) -> None:
    own = [
        f"--imap-host=imap.{domain}",
        "--imap-tls=starttls",
        f"--smtp-host=smtp.{domain}",
        "--smtp-tls=starttls",
    ]
    status, data = check(lab, f"user@{domain}", *own)
    assert status == 1
    for place in (0, 1):
        failed = stages(data, place)["starttls"]
        assert failed["cause"] == ["no-starttls"]
        assert "answers from here" in failed["mend"]


def test_a_name_that_is_none(lab: Lab) -> None:
    status, data = check(
        lab,
        "user@sohu.com",
        "--imap-host",
        "nowhere.example",
        "--smtp-host",
        "nowhere.example",
        secret="x1y2z3",
    )
    assert status == 1
    assert stages(data, 0)["dns"]["cause"][0] in ("no-such-name", "resolver-down")


def test_a_message_goes_round_and_nothing_is_left(lab: Lab) -> None:
    """It is sent by Postfix, found by its Message-ID, and it alone is removed."""
    address = "user@sohu.com"
    lab.deliver(address, "mine, and there before")
    before = len(lab.mailbox(address))
    status, data = check(lab, address, "--send")
    assert status == 0, data
    step = stages(data, 1)["round-trip"]
    assert step["ok"]
    assert "found in INBOX" in step["note"]
    assert len(lab.mailbox(address)) == before


def test_without_send_nothing_is_sent(lab: Lab) -> None:
    address = "user@qq.com"
    before = len(lab.mailbox(address))
    status, data = check(lab, address)
    assert status == 0, data
    assert "round-trip" not in stages(data, 1)
    assert len(lab.mailbox(address)) == before


def test_all_servers_of_a_provider_can_be_looked_at(lab: Lab) -> None:
    """Those that the lab has not are told as such; nobody logs in."""
    argv = [*MAILGEN, "check", "user@sohu.com", "--all-endpoints", "--no-login", "--json"]
    watch = lab.watch()
    done = lab.run(argv, lab.new_home(), env=PYTHON, timeout=90)
    data = json.loads(done.stdout)
    assert {one["protocol"] for one in data["endpoints"]} == {"imap", "pop3", "smtp"}
    assert watch.logins() == []
    assert watch.refused() == []
