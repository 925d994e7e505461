"""What lint and import read of an accounts.conf is what aerc reads, in the shapes that people have."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.formats.aerc.lint import FORMAT
from mailgen.formats.aerc.reader import read
from mailgen.importer.convert import accounts_file
from tests.cases import RENDERED, Case
from tests.formats.aerc import program, reader
from tests.programs import Objected

SHELF = CatalogueShelf(open_catalogue())
CASES = [case for case in RENDERED if case.target == "aerc"]
PLAIN = """# mine
[Lab]
source          = imaps://grace%40lab.example@imap.lab.example
source-cred-cmd = pass show mail/lab
outgoing        = smtp+plain://grace%40lab.example@smtp.lab.example:587
outgoing-cred-cmd = pass show mail/lab
smtp-starttls   = yes
default         = INBOX
from            = Grace Hopper <grace@lab.example>
aliases         = "Hopper, G." <gh@lab.example>, g@lab.example
copy-to         = Gesendet
cache-headers   = true ; so that it is quick
"""
LOCAL = """[Work]
source = maildir://~/Mail/lab%20mail
outgoing = /usr/bin/msmtp -a lab
from = <grace@lab.example>
postpone = Entwürfe
"""


def imported(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the one account, and what was lost by name."""
    target = SHELF.target("aerc")
    data, losses = accounts_file([("accounts.conf", read(text))], SHELF, {"aerc": target}, SHELF.formats)
    (entry,) = data["accounts"].values()
    return entry, {loss.name: str(loss.why) for loss in losses}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_readers_read_the_same(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    theirs = reader.read(text)
    ours = read(text)
    assert not ours.unread
    assert not ours.leftover
    assert {(one.scope, one.name): one.text for one in ours.statements} == {
        (scope, name): value for scope, section in theirs.items() for name, value in section.items()
    }


def test_a_file_in_the_shape_that_people_have() -> None:
    entry, losses = imported(PLAIN)
    assert entry == {
        "address": "grace@lab.example",
        "name": "Grace Hopper",
        "identities": [{"address": "gh@lab.example", "name": "Hopper, G."}, "g@lab.example"],
        "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
        "smtp": {"host": "smtp.lab.example", "port": 587, "tls": "starttls"},
        "password_command": ["pass", "show", "mail/lab"],
        "folders": {"sent": "Gesendet"},
        "targets": ["aerc"],
        "extra": {"aerc": ["cache-headers   = true ; so that it is quick"]},
    }
    assert losses == {}
    assert list(FORMAT.problems(read(PLAIN))) == []


def test_mail_that_lies_here_and_who_sends() -> None:
    entry, losses = imported(LOCAL)
    assert (entry["maildir"], losses) == ("~/Mail/lab mail", {})
    assert entry["options"] == {"aerc": {"sendmail": "/usr/bin/msmtp -a lab"}}
    assert entry["folders"] == {"drafts": "Entwürfe"}


def test_what_a_section_has_from_another() -> None:
    """aerc gives to a.b what stands in a."""
    below = "\n[Lab.more]\nsource = imaps://g2%40lab.example@imap.lab.example\n"
    ours = read(PLAIN + below)
    assert [one.address for one in ours.accounts] == ["grace@lab.example"] * 2
    assert not ours.unread
    assert [name for name, _ in program.accounts(without_commands(PLAIN + below))] == ["Lab", "Lab.more"]


def without_commands(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if "-cred-cmd" not in line)


@pytest.mark.parametrize(
    ("old", "new", "name", "why"),
    [
        ("imaps://grace%40lab.example@", "imaps://grace:geheim@", "source", "not taken over"),
        ("= pass show mail/lab\noutgoing ", "= echo geheim\noutgoing ", "source-cred-cmd", "not taken over"),
        ("imaps://", "jmap://", "source", "by jmap here"),
        ("imaps://", "imap+insecure://", "source", "TLS that is insisted on"),
        ("smtp-starttls   = yes", "smtp-starttls = no", "outgoing, smtp-starttls", "TLS that is insisted on"),
        ("= Gesendet", "= Gesendet, Kopien", "copy-to", "several mailboxes"),
        ("imaps://grace%40lab.example@imap.lab.example",
         "imaps+xoauth2://grace%40lab.example@imap.lab.example?token_endpoint=https%3A%2F%2Fx&client_secret=geheim",
         "source-cred-cmd", "put together"),
        ("cache-headers   = true", "my-own = geheim", "my-own", "may be a secret"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_told(old: str, new: str, name: str, why: str) -> None:
    assert old in PLAIN
    entry, losses = imported(PLAIN.replace(old, new))
    assert why in losses.get(name, ""), losses
    assert "geheim" not in str(entry) + str(losses)


def test_an_old_version_would_send_in_the_clear() -> None:
    """0.14 begins TLS only if it is told to; from 0.15 on the scheme says so."""
    text = PLAIN.replace("smtp-starttls   = yes\n", "")
    [found] = FORMAT.problems(read(text))
    assert (found.rule, found.severity, found.mark.line) == ("tls-off", "warning", 5)
    assert imported(text)[0]["smtp"]["tls"] == "starttls"


@pytest.mark.parametrize(
    "wrong",
    [
        LOCAL.replace("source", "sauce"),
        LOCAL.replace("from = <", "form = <"),
        LOCAL + "copy-to Sent\n",
        LOCAL.replace("[Work]", "[Work"),
        LOCAL.replace("[Work]", "[]"),
    ],
)
def test_what_is_called_refused_the_program_refuses(wrong: str) -> None:
    assert any(one.refused for one in read(wrong).unread)
    with contextlib.suppress(Objected):
        assert program.accounts(wrong) == [], "it takes a file that it cannot read for one without accounts"


@pytest.mark.parametrize(
    "text", ["", "[", "[]\n=x", "x", " y = 1", "[a]\nsource = ://\nfrom=`", "[DEFAULT]\nx=1"]
)
def test_odd_files_are_read(text: str) -> None:
    list(FORMAT.problems(read(text)))
