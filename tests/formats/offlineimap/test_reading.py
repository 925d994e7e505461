"""What lint and import read of an offlineimaprc is what Python's own reader of such files reads."""

from __future__ import annotations

from typing import Any

import pytest

from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.formats.offlineimap.lint import FORMAT
from mailgen.formats.offlineimap.reader import read
from mailgen.importer.convert import accounts_file
from tests.cases import RENDERED, Case
from tests.formats.offlineimap import program, reader
from tests.programs import Objected
from tests.readers import Rejected

SHELF = CatalogueShelf(open_catalogue())
CASES = [case for case in RENDERED if case.target == "offlineimap3"]
PLAIN = """# mine
[general]
accounts: Lab

[Account Lab]
localrepository = here
remoterepository = there

[Repository here]
type = Maildir
localfolders = ~/Mail/lab
sep = /
sync_deletes = no
nametrans = lambda f: {
    'Sent': 'INBOX/Gesendet',
; within
    }.get(f, f)

[Repository there]
type = IMAP
remotehost = imap.lab.example
remoteport = 993
remoteuser = grace@lab.example
remotepasseval = subprocess.check_output(["pass", "show", "it's; 50%%"]).strip()
sslcacertfile = OS-DEFAULT
auth_mechanisms = LOGIN
sync_deletes = no
expunge = no
nametrans = lambda f: {'INBOX/Gesendet': 'Sent'}.get(f, f)
maxconnections = 2
"""


def imported(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the one account, and what was lost by name."""
    target = SHELF.target("offlineimap3")
    data, losses = accounts_file([("rc", read(text))], SHELF, {"offlineimap3": target}, SHELF.formats)
    (entry,) = data["accounts"].values()
    return entry, {loss.name: str(loss.why) for loss in losses}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_readers_read_the_same(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    theirs = reader.read(text)
    ours = read(text)
    assert not ours.unread
    for one in ours.statements:
        assert one.text == theirs[one.scope][one.name] or one.command
    assert sum(map(len, theirs.values())) == len(ours.statements)
    assert not list(FORMAT.problems(ours))
    assert not ours.leftover


def test_a_file_in_the_shape_that_people_have() -> None:
    entry, losses = imported(PLAIN)
    assert entry == {
        "address": "grace@lab.example",
        "password_command": ["pass", "show", "it's; 50%"],
        "imap": {"host": "imap.lab.example", "port": 993, "tls": "implicit"},
        "folders": {"sent": "INBOX/Gesendet"},
        "maildir": "~/Mail/lab",
        "targets": ["offlineimap3"],
        "extra": {"offlineimap3": ["maxconnections = 2"]},
    }
    assert losses == {}
    assert list(FORMAT.problems(read(PLAIN))) == []
    [found] = program.read_back(PLAIN.replace("subprocess.check_output", "str"), "INBOX/Gesendet").values()
    assert found["here"] == {"INBOX/Gesendet": "Sent"}


@pytest.mark.parametrize(
    ("old", "new", "name", "why"),
    [
        ("sep = /\n", "", "localfolders", "in an order of its own"),
        ("expunge = no", "expunge = yes", "expunge", "what was deleted on one side"),
        ("sync_deletes = no\nnametrans", "nametrans", "localrepository", "what was deleted on one side"),
        (
            "maxconnections = 2",
            "folderfilter = lambda f: f != 'Trash'",
            "folderfilter",
            "only some mailboxes",
        ),
        ("maxconnections = 2", "maxage = 3", "maxage", "only some mailboxes"),
        ("= LOGIN", "= CRAM-MD5", "auth_mechanisms", "the file logs in by CRAM-MD5"),
        ("'INBOX/Gesendet': 'Sent'", "'INBOX/Gesendet': 'Mine'", "nametrans", "in an order of its own"),
        ("subprocess.check_output", "get_pass", "remotepasseval", "put together when it is read"),
        ("remotepasseval = subprocess", "remotepass = geheim", "remotepass", "not taken over"),
        ("remotepasseval = subprocess", "remotepasseval = 'geheim' #", "remotepasseval", "not taken over"),
    ],
)
def test_what_cannot_be_kept_is_told(old: str, new: str, name: str, why: str) -> None:
    assert old in PLAIN
    entry, losses = imported(PLAIN.replace(old, new))
    assert why in losses.get(name, ""), losses
    assert "geheim" not in str(entry)


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("remotepasseval = subprocess.check_output([\"pass\", \"show\", \"it's; 50%%\"]).strip()",
         "remotepassfile = ~/my pass", {"password_command": ["cat", "~/my pass"]}),
        ("remotepasseval", "oauth2_access_token_eval", {"token_command": ["pass", "show", "it's; 50%"]}),
        ("remotehost = imap.lab.example\nremoteport = 993\n", "", None),
    ],
)  # fmt: skip
def test_ways_to_log_in(old: str, new: str, kept: dict[str, Any] | None) -> None:
    text = PLAIN.replace(old, new).replace("LOGIN", "XOAUTH2, LOGIN")
    if kept is None:
        assert not read(text).accounts
        assert read(text.replace("type = IMAP", "type = Gmail")).accounts[0].incoming.host == "imap.gmail.com"  # type: ignore[union-attr]
        return
    entry, _ = imported(text)
    assert {key: entry.get(key) for key in kept} == kept


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("remoteport = 993", "ssl = no", "opportunistic-starttls"),
        ("remoteport = 993", "ssl = no\nstarttls = no", "tls-off"),
        ("remoteport = 993", "ssl_version = tls1", "old-tls"),
        ("sslcacertfile = OS-DEFAULT\n", "", "program-refuses"),
    ],
)
def test_what_is_unsafe_is_told(old: str, new: str, rule: str) -> None:
    assert [one.rule for one in FORMAT.problems(read(PLAIN.replace(old, new)))] == [rule]


@pytest.mark.parametrize(
    "wrong",
    [
        PLAIN.replace("remotehost = imap", "remotehost imap"),
        PLAIN.replace("[general]\n", ""),
        PLAIN + "maxconnections = 3\n",
        PLAIN + "[general]\n",
    ],
)
def test_what_is_called_refused_the_program_refuses(wrong: str) -> None:
    assert any(one.refused for one in read(wrong).unread)
    with pytest.raises(Rejected):
        reader.read(wrong)
    with pytest.raises(Objected):
        program.read_back(wrong)


@pytest.mark.parametrize(
    "text", ["", "[", "[a]\n=x", "x", " y = 1", "[Account x]\nremoterepository = y\n  z\n"]
)
def test_odd_files_are_read(text: str) -> None:
    list(FORMAT.problems(read(text)))
