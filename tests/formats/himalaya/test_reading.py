"""What lint and import read of Himalaya's config.toml is what the standard library reads of it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from mailgen.api import generate
from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.formats.himalaya.lint import FORMAT
from mailgen.formats.himalaya.reader import read
from mailgen.importer.convert import accounts_file
from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.resolve.wish import Wish
from tests.cases import RENDERED
from tests.formats.himalaya.test_himalaya import flat

SHELF = CatalogueShelf(open_catalogue())
CASES = [case for case in RENDERED if case.target == "himalaya"]
FIRST = """display-name = "Grace"
downloads-dir = "~/Downloads"

[accounts.lab]
default = true
email = "grace@lab.example"

folder.aliases.inbox = "INBOX"
folder.aliases.sent = "Gesendet"
folder.aliases."2023" = "Archives/2023"

backend.type = "imap"
backend.host = "imap.lab.example"
backend.port = 993
backend.encryption.type = "tls"
backend.login = "grace@lab.example"
backend.auth.type = "password"
backend.auth.cmd = "pass show 'mail/my lab'"

[accounts.lab.message.send.backend]
type = "smtp"
host = "smtp.lab.example"
port = 587
encryption.type = "start-tls"
login = "grace@lab.example"
auth = { type = "password", cmd = "pass show 'mail/my lab'" }
"""
FETCHED = "auth.cmd = \"pass show 'mail/my lab'\""
SECOND = """[accounts.lab]
email = "grace@lab.example"
display-name = "Grace"
imap.server = "imap://imap.lab.example"
imap.starttls = true
smtp.server = "smtps://smtp.lab.example:465"

[accounts.lab.imap.sasl.plain]
username = "grace"
password.command = [
  "pass",   # where it lies
  "show", "mail/my lab",
]

[accounts.lab.smtp.sasl]
plain.username = "grace"
plain.password.command = "pass show 'mail/my lab'"
"""


def imported(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the one account, and what was lost by name."""
    target = SHELF.target("himalaya")
    data, losses = accounts_file([("config.toml", read(text))], SHELF, {"himalaya": target}, SHELF.formats)
    (entry,) = data["accounts"].values()
    return entry, {loss.name: str(loss.why) for loss in losses}


@pytest.mark.parametrize("text", [FIRST, SECOND, *[case.file.read_text(encoding="utf-8") for case in CASES]])
def test_each_setting_is_read_as_the_library_reads_it(text: str) -> None:
    ours = read(text)
    assert not ours.unread
    wanted = {}
    for name, value in flat(tomllib.loads(text)):
        wanted[name] = value
    told = {
        (f"accounts.{one.scope}." if one.scope else "") + one.name: one.value
        for one in ours.statements
        if not one.command
    }
    assert told == {name: value for name, value in wanted.items() if name in told}
    assert len(ours.statements) == len(wanted)


def test_the_words_of_version_1() -> None:
    entry, losses = imported(FIRST)
    assert entry == {
        "address": "grace@lab.example",
        "name": "Grace",
        "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
        "smtp": {"host": "smtp.lab.example", "port": 587, "tls": "starttls"},
        "password_command": ["pass", "show", "mail/my lab"],
        "folders": {"sent": "Gesendet"},
        "targets": ["himalaya"],
        "client_version": {"himalaya": "1.2.0"},
    }
    assert set(losses) == {"downloads-dir", "folder.aliases.2023"}
    assert list(FORMAT.problems(read(FIRST))) == []


def test_the_words_of_version_2() -> None:
    entry, losses = imported(SECOND)
    assert entry == {
        "address": "grace@lab.example",
        "name": "Grace",
        "username": "grace",
        "imap": {"host": "imap.lab.example", "port": 143, "tls": "starttls"},
        "smtp": {"host": "smtp.lab.example", "port": 465, "tls": "implicit"},
        "password_command": ["pass", "show", "mail/my lab"],
        "targets": ["himalaya"],
    }
    assert losses == {}
    assert list(FORMAT.problems(read(SECOND))) == []


@pytest.mark.parametrize("address", ["ada@sohu.com", "ada@own.example"])
def test_what_we_write_for_version_1_comes_back(address: str) -> None:
    credential = Credential("command", Command(("pass", "show", "it's; x")))
    wish = Wish(name="Ada", credential=credential, client_version="1.2.0")
    text = generate("himalaya", address, wish, provider="sohu.com").files[0].text
    entry, losses = imported(text)
    assert losses == {}
    assert entry["client_version"] == {"himalaya": "1.2.0"}
    assert entry["password_command"] == ["pass", "show", "it's; x"]
    assert not entry.keys() & {"imap", "smtp"}
    assert entry.get("provider", "sohu.com") == "sohu.com"


@pytest.mark.parametrize(
    ("text", "old", "new", "name", "why"),
    [
        (FIRST, FETCHED, 'auth.raw = "geheim"', "backend.auth.raw", "not taken over"),
        (FIRST, FETCHED, 'auth.keyring = "lab"', "backend.auth.keyring", "keyring"),
        (FIRST, '"start-tls"', '"none"', "message.send.backend.encryption.type", "TLS that is insisted on"),
        (FIRST, 'type = "smtp"', 'type = "sendmail"\ncmd = "msmtp -a lab"',
         "how mail is read and sent", "msmtp"),
        (FIRST, 'type = "imap"', 'type = "maildir"\nbackend.root-dir = "~/Mail"',
         "how mail is read and sent", "~/Mail"),
        (SECOND, 'plain.password.command = "pass', 'plain.password.command = "echo geheim; pass',
         "smtp.sasl.plain.password.command", "not taken over"),
        (SECOND, "plain.username = \"grace\"\nplain", "login.username = \"grace\"\nlogin",
         "smtp.sasl.login.username", "logs in by LOGIN"),
        (SECOND, 'display-name = "Grace"', 'signature = "geheim"', "signature", "no word for it"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_told(text: str, old: str, new: str, name: str, why: str) -> None:
    assert old in text
    entry, losses = imported(text.replace(old, new))
    assert why in losses.get(name, ""), losses
    assert "geheim" not in str(entry) + str(losses)


@pytest.mark.parametrize(
    ("old", "new", "line", "written"),
    [
        ('encryption.type = "start-tls"', 'encryption = "none"', 24, 'encryption = "start-tls"'),
        ('backend.encryption.type = "tls"', 'backend.encryption.type = "none"', 15,
         'backend.encryption.type = "start-tls"'),
    ],
)  # fmt: skip
def test_version_1_without_tls(old: str, new: str, line: int, written: str) -> None:
    [found] = FORMAT.problems(read(FIRST.replace(old, new)))
    assert (found.rule, found.mark.line) == ("tls-off", line)
    assert [change.alone for change in found.changes] == [written]


@pytest.mark.parametrize(
    "text", ["", "[", "[]\n=x", "[accounts.x]", "x", "a = [\n1,", "[[a.b]]\nc = 1", '"\\u00"=1']
)
def test_odd_files_are_read(text: str) -> None:
    list(FORMAT.problems(read(text)))
