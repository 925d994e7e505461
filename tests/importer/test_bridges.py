"""Bridges and proxies on this machine that speak no TLS: from a file to an accounts file and the program."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mailgen.lint.linter import lint
from tests.formats.fetchmail import program as fetchmail
from tests.formats.prefs import program as thunderbird
from tests.importer.test_import import SHELF, TARGETS, imported, rendered
from tests.loopback import Server
from tests.programs import need
from tests.support import cli

if TYPE_CHECKING:
    from pathlib import Path

    from mailgen.importer.losses import Loss


def msmtprc(tls: str, host: str = "127.0.0.1", port: int = 1025) -> str:
    return (
        f"account default\nhost {host}\nport {port}\n{tls}auth on\nfrom ada@lab.example\nuser ada\n"
        'passwordeval "cat code"\n'
    )


def user_js(incoming: str, smtp: str) -> str:
    words = {
        "accountmanager.accounts": "account1",
        "account.account1.identities": "id1",
        "account.account1.server": "server1",
        "identity.id1.useremail": "ada@lab.example",
        "identity.id1.smtpServer": "smtp1",
        "server.server1.type": "imap",
        "server.server1.hostname": "127.0.0.1",
        "server.server1.userName": "ada",
        "smtpservers": "smtp1",
        "smtpserver.smtp1.hostname": "localhost",
        "smtpserver.smtp1.username": "ada",
    }
    lines = [f'user_pref("mail.{name}", "{value}");\n' for name, value in words.items()]
    numbers = 'user_pref("mail.server.server1.port", 1143);\nuser_pref("mail.smtpserver.smtp1.port", 1025);\n'
    return "".join(lines) + numbers + incoming + smtp


def fetchmailrc(words: str, host: str = "localhost") -> str:
    return (
        f'poll {host} protocol imap port 1143\n  user "ada@lab.example" password "erdbeere" keep\n  {words}\n'
    )


#: Target, a file that says so in its client's way, and the protocols that go without.
WAYS = [
    ("msmtp", msmtprc("tls off\n"), ["smtp"]),
    ("msmtp", msmtprc(""), ["smtp"]),
    ("msmtp", msmtprc("tls off\ntls_starttls off\n", "localhost"), ["smtp"]),
    ("msmtp", msmtprc("", "localhost."), ["smtp"]),
    ("msmtp", "defaults\ntls off\n" + msmtprc(""), ["smtp"]),
    ("fetchmail", fetchmailrc("sslproto ''"), ["imap"]),
    ("fetchmail", fetchmailrc('sslproto "" no sslcertck', "127.0.0.1"), ["imap"]),
    ("thunderbird", user_js("", ""), ["imap", "smtp"]),
    (
        "thunderbird",
        user_js(
            'user_pref("mail.server.server1.socketType", 0);\n',
            'user_pref("mail.smtpserver.smtp1.try_ssl", 0);\n',
        ),
        ["imap", "smtp"],
    ),
]


def entry_of(data: dict[str, Any]) -> dict[str, Any]:
    [entry] = data["accounts"].values()
    return entry


def about_tls(losses: list[Loss]) -> list[Loss]:
    return [one for one in losses if "TLS" in one.why or "TLS" in one.name or "differs" in one.why]


@pytest.mark.parametrize(("target", "text", "protocols"), WAYS)
def test_a_bridge_without_tls_is_kept_so(target: str, text: str, protocols: list[str]) -> None:
    data, losses = imported((target, text))
    entry = entry_of(data)
    assert {one: entry[one]["tls"] for one in protocols} == dict.fromkeys(protocols, "none")
    assert about_tls(losses) == []
    # What is rendered is read as the same, and is the note that the file was.
    [again] = rendered(target, data)
    assert entry_of(imported((target, again))[0]) == entry
    format = SHELF.formats[target]
    notes = lint(format.read(again, target), format, SHELF, TARGETS[target])
    assert {one.severity for one in notes if one.rule == "tls-off"} == {"note"}


@pytest.mark.parametrize(("target", "text", "protocols"), WAYS)
def test_at_any_other_host_it_is_not(target: str, text: str, protocols: list[str]) -> None:
    far = re.sub(r"localhost\.?|127\.0\.0\.1", "mail.lab.example", text)
    data, losses = imported((target, far))
    entry = entry_of(data)
    assert {entry[one]["tls"] for one in protocols} == {"starttls"}
    assert "mailgen writes only TLS that is insisted on and verified" in [one.why for one in losses]


@pytest.mark.parametrize("words", ["no sslcertck", "sslproto auto no sslcertck"])
def test_where_starttls_is_only_tried_it_is_left_out_and_told(words: str) -> None:
    data, losses = imported(("fetchmail", fetchmailrc(words)))
    assert entry_of(data)["imap"] == {"host": "localhost", "port": 1143, "tls": "none"}
    [told] = about_tls(losses)
    assert "only tried" in told.why
    assert "starttls" in told.mend


@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_a_client_that_cannot_be_told_so_says_so(target: str) -> None:
    text = (
        "set from=ada@lab.example\nset folder=imap://ada@127.0.0.1:1143/\nset spoolfile=+INBOX\n"
        "set smtp_url=smtp://ada@localhost:1025\nset ssl_starttls=no\nset ssl_force_tls=no\n"
    )
    data, losses = imported((target, text))
    entry = entry_of(data)
    assert (entry["imap"]["tls"], entry["smtp"]["tls"]) == ("starttls", "starttls")
    [told] = {(one.why, one.mend) for one in about_tls(losses)}
    assert "never told to go without TLS, on this machine neither" in told[0]
    # Of a server on this machine it is not said that mailgen would never do so.
    assert "insisted" not in told[0]


def test_where_one_client_cannot_the_others_are_not_told_so_either() -> None:
    text = (
        "set from=ada@lab.example\nset folder=imaps://ada@imap.lab.example/\nset spoolfile=+INBOX\n"
        "set smtp_url=smtp://ada@127.0.0.1:1025\nset ssl_starttls=no\nset ssl_force_tls=no\n"
    )
    data, losses = imported(("msmtp", msmtprc("tls off\n")), ("mutt", text))
    entry = entry_of(data)
    assert entry["targets"] == ["msmtp", "mutt"]
    assert entry["smtp"]["tls"] == "starttls"
    assert {one.path for one in about_tls(losses) if "never told" in one.why} == {"msmtp.txt", "mutt.txt"}


def test_from_the_file_to_the_wire_with_msmtp(tmp_path: Path) -> None:
    program = need("msmtp", "msmtp")
    with Server("smtp") as bridge:
        home = _applied(tmp_path, "msmtprc", msmtprc("tls off\n", port=bridge.port), ".msmtprc")
        (home / "code").write_text("erdbeere")
        done = subprocess.run(
            [program, "bob@lab.example"],
            input=b"Subject: x\n\nx\n",
            cwd=home,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert bridge.said(b"MAIL FROM") == [b"MAIL FROM:<ada@lab.example>"]
    assert len(bridge.said(b"AUTH PLAIN")) == 1


def test_from_the_file_to_fetchmail(tmp_path: Path) -> None:
    need("fetchmail", "fetchmail")
    home = _applied(tmp_path, "fetchmailrc", fetchmailrc("sslproto ''"), ".fetchmailrc")
    [server] = fetchmail.read_back((home / ".fetchmailrc").read_text(encoding="utf-8"))["servers"]
    [user] = server["users"]
    assert (server["pollname"], server["service"], user["sslproto"], user["ssl"]) == (
        "localhost",
        "1143",
        "",
        False,
    )


def test_from_the_file_to_thunderbird(tmp_path: Path) -> None:
    need("thunderbird", "thunderbird")
    profile = tmp_path / "home" / "profile"
    profile.mkdir(parents=True)
    _applied(
        tmp_path,
        "user.js",
        user_js("", ""),
        "profile/user.js",
        "options: {thunderbird: {profile: ~/profile}}",
    )
    prefs = thunderbird.read_back((profile / "user.js").read_text(encoding="utf-8"))
    found = {
        name: value
        for name, value in prefs.items()
        if re.search(r"(socketType|try_ssl|hostname|port)$", name)
    }
    assert {name.rpartition(".")[2]: value for name, value in found.items() if ".server." in name} == {
        "hostname": "127.0.0.1", "port": 1143, "socketType": 0,
    }  # fmt: skip
    assert 2 not in found.values()
    assert 3 not in found.values()


def _applied(tmp_path: Path, name: str, text: str, made: str, more: str = "") -> Path:
    """Import a file by the command line and apply what came of it in a home; returns the home."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir(exist_ok=True, mode=0o700)
    done = cli("import", str(tmp_path / name), env={"HOME": str(home)})
    assert done.status == 0, done.stderr
    data = yaml.safe_load(done.stdout)
    if more:
        entry_of(data).update(yaml.safe_load(more))
    accounts = home / ".config" / "mailgen" / "accounts.yaml"
    accounts.parent.mkdir(parents=True)
    accounts.write_text(yaml.safe_dump(data), encoding="utf-8")
    applied = cli("apply", "-q", env={"HOME": str(home)})
    assert applied.status == 0, applied.stderr
    assert (home / made).exists(), applied.stdout
    # It is said aloud, once for each server.
    assert "without TLS" in applied.stderr
    return home
