"""A format says what `lint` and `import` ask; one that only reads gets along with what all formats say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.core.values import replace
from mailgen.formats import detect, load, read_as
from mailgen.formats.base import Format
from mailgen.formats.statements import FoundAccount, FoundServer, Mark, Reading, Statement
from mailgen.importer.convert import accounts_file
from mailgen.lint.linter import lint
from tests.cases import forms, run, targets, whose_files
from tests.support import assert_refused

if TYPE_CHECKING:
    from pathlib import Path

SHELF = CatalogueShelf(open_catalogue())


class Plain(Format):
    """Two words a line: a host to send through, and a setting that no field holds."""

    def read(self, text: str, target: str) -> Reading:
        host, more = (
            Statement(name, value, Mark(line, 1, 9), f"{name} {value}")
            for line, (name, value) in enumerate((row.split() for row in text.splitlines()), 1)
        )
        server = FoundServer(
            "smtp", host.text, 465, "implicit", username="ada@sohu.com", statements={"host": host}
        )
        account = FoundAccount(target, "", "ada@sohu.com", smtp=server, others=(more,))
        return Reading(target, (host, more), (account,))


def test_a_format_need_only_read() -> None:
    target = replace(
        SHELF.target(next(one for one in forms() if not SHELF.target(one).incoming)), name="plain"
    )
    format = Plain()
    reading = format.read("host smtp.sohu.example\nsyslog on\n", "plain")
    rules = {one.rule for one in lint(reading, format, SHELF, target)}
    assert "wrong-host" in rules
    data, losses = accounts_file([("x", reading)], SHELF, {"plain": target}, {"plain": format})
    (account,) = data["accounts"].values()
    assert account["smtp"]["host"] == "smtp.sohu.example"
    assert account["extra"] == {"plain": ["syslog on"]}
    assert losses == []


def test_what_is_read_follows_from_the_manifests() -> None:
    assert list(SHELF.formats) == forms()
    for one, format in SHELF.formats.items():
        target = SHELF.target(one)
        assert read_as(target.files[0].encoder or target.grammar) is format
    assert SHELF.formats["mutt"] is SHELF.formats["neomutt"]


@pytest.mark.parametrize("grammar", ["json", "xml"])
def test_a_format_may_be_written_only(grammar: str) -> None:
    assert load(grammar).name
    assert read_as(grammar) is None


@pytest.mark.parametrize("verb", ["lint", "import"])
def test_what_is_written_only_is_said(verb: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}\n", encoding="utf-8")
    outcome = run(verb, "--as", "pacc", str(tmp_path / "x.json"))
    assert_refused(
        outcome,
        2,
        "writes files of PACC",
        "does not read them",
        "fetchmail, getmail6, himalaya, mbsync, msmtp, mutt",
    )
    assert_refused(
        run(verb, "--as", "mut", str(tmp_path / "x.json")), 2, "no target 'mut'", "did you mean 'mutt'?"
    )


@pytest.mark.parametrize("verb", ["lint", "import"])
def test_a_file_that_is_written_only_is_known_by_its_name(verb: str, tmp_path: Path) -> None:
    """Its lines may look like those of another program, whose file it is not."""
    unread = [SHELF.target(name) for name in targets() if whose_files(name) not in SHELF.formats]
    assert unread
    for target in unread:
        file = tmp_path / target.files[0].path.lstrip("~/")  # some share a name, and the folder tells
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("host smtp.sohu.com\nuser ada\n", encoding="utf-8")
        assert_refused(run(verb, str(file)), 2, f"writes files of {target.title}", "does not read them")


def test_another_place_of_the_same_files_is_read_alike(tmp_path: Path) -> None:
    (tmp_path / "msmtprc").write_text("account a\nhost smtp.sohu.com\nuser ada@sohu.com\n", encoding="utf-8")
    named, known = (
        run("lint", *words, str(tmp_path / "msmtprc")) for words in (("--as", "msmtp-system"), ())
    )
    assert "used without TLS" in named.stdout
    assert named == known


def test_words_that_two_formats_have_count_for_both() -> None:
    text = "set daemon 60\nset no spambounce\nset postmaster ada\npoll mail.example.org\n"
    assert detect.by_content(text, SHELF.formats) == "fetchmail"
    assert detect.by_content("set daemon=60\nset sort=date\n", SHELF.formats) == "mutt"


def test_only_names_of_targets_that_are_there_are_found() -> None:
    mutt = {"mutt": SHELF.formats["mutt"]}
    assert detect.by_name(".neomuttrc", mutt) is None
    assert detect.by_name(".muttrc", mutt) == "mutt"
