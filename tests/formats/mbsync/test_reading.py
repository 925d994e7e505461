"""What lint and import read of an mbsyncrc is what an independent reader reads, and what mbsync takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgen.accounts.planner import Planner
from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.formats.mbsync.lint import FORMAT
from mailgen.formats.mbsync.reader import read
from mailgen.formats.mbsync.words import line_words
from mailgen.importer.convert import accounts_file
from mailgen.writer.checks import asked
from tests.cases import RENDERED, TESTS
from tests.formats.mbsync import reader
from tests.importer.test_corpus import CORPUS
from tests.readers import Rejected

CATALOGUE = open_catalogue()
SHELF = CatalogueShelf(CATALOGUE)
FILES = sorted(path for path in CORPUS.glob("mbsync/*/*") if path.name != "expected.yaml")
GOLDEN = [case.file for case in RENDERED if case.target == "mbsync"]
GOLDEN += sorted(TESTS.glob("golden-households/*/home/dot-mbsyncrc"))


@pytest.mark.parametrize(
    "line",
    [
        'User "a\\"b\\\\c d" x',
        'Far :a:b"c d"e',
        "# all of it",
        "A  b\t#c",
        "A b#c",
        'Pattern ""',
        "",
        "A \\ b",
    ],
)
def test_words_are_cut_as_the_other_reader_cuts_them(line: str) -> None:
    assert line_words(line) == (reader.words(line), False)


@pytest.mark.parametrize("line", ['User "ada', "User ada\\"])
def test_what_is_left_open_is_said(line: str) -> None:
    with pytest.raises(Rejected):
        reader.words(line)
    assert line_words(line)[1]


@pytest.mark.parametrize("path", [*FILES, *GOLDEN], ids=lambda path: f"{path.parent.name}-{path.name}")
def test_both_readers_read_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = read(text)
    if ours.unread or "{{" in text or "Pass" not in text:
        return
    sections = "\n".join(
        text.splitlines()[next(n for n, line in enumerate(text.splitlines()) if "IMAP" in line) :]
    )
    theirs = [(item[0], " ".join(item[1:])) for one in reader.read(sections) for item in one.items]
    found = [(one.name, one.text) for one in ours.statements if one.scope]
    starts = {f"{one.kind} {one.name}" for one in reader.read(sections)}
    assert [one for one in found if one not in [tuple(start.split(" ", 1)) for start in starts]] == [
        one for one in theirs if one not in [tuple(start.split(" ", 1)) for start in starts]
    ]
    assert {one.scope for one in ours.statements if one.scope} == starts


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_is_imported_comes_out_again(path: Path) -> None:
    """Servers, secrets, folders and the place of the mail: what mailgen wrote is what it would write."""
    reading = read(path.read_text(encoding="utf-8"))
    assert not reading.unread
    assert not list(FORMAT.problems(reading))
    target = SHELF.target("mbsync")
    data, losses = accounts_file([("x", reading)], SHELF, {"mbsync": target}, SHELF.formats)
    assert [loss for loss in losses if loss.name in ("maildir", "inbox", "near", "patterns", "far")] == []
    plan = Planner(CATALOGUE).plan(data)
    again = read(plan.files[0].text)
    assert len(again.accounts) == len(reading.accounts)
    for one, other in zip(reading.accounts, again.accounts, strict=True):
        assert other.incoming
        assert one.incoming
        for name in ("host", "port", "tls", "username"):
            assert getattr(one.incoming, name) == getattr(other.incoming, name)
        assert one.folders == other.folders
        assert (one.maildir, one.inbox) == (other.maildir, "INBOX")


def test_old_words_are_no_reason_to_refuse_a_file() -> None:
    """mbsync gives notice of them before it says that there is no such channel."""
    text = (CORPUS / "mbsync/old-words/.mbsyncrc").read_bytes()
    answer = asked(CATALOGUE.manifest("mbsync")["check"], text)
    assert answer is not None
    assert answer.taken, answer.complaints


@pytest.mark.parametrize(
    "text",
    ["Channel x\n", "Group\n", "Far :\n", "Channel x\nFar ::\nNear :\n", '"', "IMAPStore a\nAccount a\n"],
)
def test_odd_files_are_read(text: str) -> None:
    read(text)
    list(FORMAT.problems(read(text)))
