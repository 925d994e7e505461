"""What lint and import read of a getmailrc is what an independent reader, and both programs, read."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.formats.getmail.lint import FORMAT
from mailgen.formats.getmail.reader import read
from mailgen.importer.convert import accounts_file
from tests.cases import RENDERED, Case
from tests.formats.getmail import program, reader
from tests.programs import Objected

SHELF = CatalogueShelf(open_catalogue())
CASES = [case for case in RENDERED if case.target == "getmail6"]
PLAIN = """# mine
[retriever]
type: SimpleIMAPSSLRetriever
server = imap.lab.example
port = 993
username = grace@lab.example
password_command = ("pass", "show", "it's; #1")
ca_certs = /etc/ssl/certs/ca-certificates.crt
mailboxes = (
  "INBOX",
  )

[destination]
type = Maildir
path = ~/Mail/lab/INBOX/

[options]
; all of them
read_all = false
delete_after = 30
"""


def imported(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the one account, and what was lost by name."""
    target = SHELF.target("getmail6")
    data, losses = accounts_file([("rc", read(text))], SHELF, {"getmail6": target}, SHELF.formats)
    (entry,) = data["accounts"].values()
    return entry, {loss.name: str(loss.why) for loss in losses}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_readers_read_the_same(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    theirs = reader.read(text)
    ours = read(text)
    assert not ours.unread
    for one in ours.statements:
        value = theirs[one.scope][one.name]
        assert one.text == value or one.name == "password_command"
    assert sum(map(len, theirs.values())) == len(ours.statements)
    assert not list(FORMAT.problems(ours))


def test_a_file_in_the_shape_that_people_have() -> None:
    entry, losses = imported(PLAIN)
    assert entry == {
        "address": "grace@lab.example",
        "password_command": ["pass", "show", "it's; #1"],
        "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
        "maildir": "~/Mail/lab",
        "targets": ["getmail6"],
        "extra": {"getmail6": ["delete_after = 30"]},
    }
    assert losses == {}
    assert list(FORMAT.problems(read(PLAIN))) == []


@pytest.mark.parametrize(
    ("old", "new", "name", "why"),
    [
        ("delete_after = 30", "delete = true", "delete", "mail was deleted on the server"),
        ("read_all = false", "read_all = true", "read_all", "all mail was fetched in each run"),
        ('  "INBOX",', '  "INBOX", "Lists",', "mailboxes", "other mailboxes than the inbox"),
        ("~/Mail/lab/INBOX/", "~/Maildir/", "path", "the mail went elsewhere"),
        ("type = Maildir", "type = Mboxrd", "type", "the mail went elsewhere"),
        ("[options]", "[filter-1]\ntype = Filter_TMDA\n[options]", "type", "a filter looked at each message"),
        ("delete_after = 30", "verbose = 2", "verbose", "about the program"),
        ("port = 993", "port = 993\ntimeout = 60", "timeout", "it is about the server"),
        ("password_command = (", "password = geheim # (", "password", "not taken over"),
    ],
)
def test_what_cannot_be_kept_is_told(old: str, new: str, name: str, why: str) -> None:
    entry, losses = imported(PLAIN.replace(old, new))
    assert why in losses[name], losses
    assert "geheim" not in str(entry)


def test_a_token_an_id_and_pop3() -> None:
    text = PLAIN.replace("port = 993", "use_xoauth2 = True\nimap_id_extension = true")
    entry, _ = imported(text.replace("lab.example", "gmail.com"))
    assert entry["token_command"] == ["pass", "show", "it's; #1"]
    pop, _ = imported(PLAIN.replace("IMAPSSL", "POP3SSL").replace("port = 993\n", ""))
    assert pop["pop3"]["port"] == 995


def test_no_certificate_is_checked_unless_said() -> None:
    text = PLAIN.replace("ca_certs = /etc/ssl/certs/ca-certificates.crt\n", "")
    assert [one.rule for one in FORMAT.problems(read(text))] == ["tls-not-verified"]
    assert not read(text).accounts[0].incoming.verified  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wrong",
    [
        PLAIN.replace("server = imap", "server imap"),
        PLAIN.replace("[retriever]\n", ""),
        PLAIN + "read_all = true\n",
        PLAIN.replace("type: SimpleIMAPSSLRetriever\n", ""),
        PLAIN.replace("type = Maildir\n", ""),
    ],
)
def test_what_is_called_refused_the_programs_refuse(wrong: str) -> None:
    reading = read(wrong)
    refused = any(one.refused for one in reading.unread)
    assert refused or any(one.rule == "program-refuses" for one in FORMAT.problems(reading))
    quiet = wrong.replace('(\n  "INBOX",\n  )', '("INBOX",)')
    for one in program.programs():
        with pytest.raises((Objected, reader.Rejected, KeyError)):
            program.read_back(quiet, one)


@pytest.mark.parametrize("text", ["", "[", "[a]\n=x", "x", " y = 1", "[retriever]\nserver = h\n  more\n"])
def test_odd_files_are_read(text: str) -> None:
    list(FORMAT.problems(read(text)))
