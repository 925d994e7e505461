"""Whose a file is: what mailgen only writes is never taken for a file that it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mailgen.catalog.index import CatalogueShelf, whose_form
from mailgen.catalog.opening import open_catalogue
from mailgen.formats import detect
from tests.cases import RENDERED, run, targets

SHELF = CatalogueShelf(open_catalogue())
FORMATS = SHELF.formats


def form(target: str) -> str:
    return whose_form(target, SHELF.catalogue.manifest(target))


def own_file(target: str) -> str:
    return str(SHELF.catalogue.manifest(target)["files"][0]["path"])


def golden(target: str) -> list[str]:
    """Return what is written for the accounts of the golden folder, if it is text."""
    name = own_file(target).rpartition("/")[2].lstrip(".")
    files = [case.folder / name for case in RENDERED if case.target == target]
    return [file.read_text(encoding="utf-8") for file in files]


WRITTEN_ONLY = [one for one in targets() if form(one) not in FORMATS]


@pytest.mark.parametrize("target", WRITTEN_ONLY)
def test_what_is_only_written_is_nobody_else_s_under_any_name(target: str) -> None:
    texts = golden(target)
    assert texts
    for text in texts:
        assert detect.whose("/home/ada/mail", text, SHELF.known_formats) in (None, target)


def test_a_program_s_own_path_is_nobody_else_s() -> None:
    for target in (one for one in targets() if one == form(one)):
        path = own_file(target).replace("~", "/home/ada")
        assert detect.by_name(path, SHELF.known_formats) in (None, target)


ONE = "account one\nhost pop.qq.com\nuser a@qq.com\npasswordeval pass x\ntls on\n"
DEFAULTS = f"defaults\ntls on\ntls_starttls off\ntls_trust_file /x\nauth on\ntimeout 60\n\n{ONE}"


@pytest.mark.parametrize(
    "text",
    [
        ONE + "delivery mbox /var/mail/ada\n",
        DEFAULTS + 'delivery maildir "~/Mail"\naccount default : one\n',
        "\n".join(f"  {line}" for line in (DEFAULTS + "delivery mda /usr/bin/procmail -d ada").split("\n")),
        DEFAULTS + "only_new off\n",  # where it delivers to stands in a file of its own
        *golden("mpop")[:3],
    ],
)
def test_an_mpoprc_is_told_from_an_msmtprc_by_what_msmtp_does_not_have(text: str) -> None:
    assert detect.whose("/home/ada/mail", text, SHELF.known_formats) == "mpop"


@pytest.mark.parametrize(
    "line", ["", "from a@qq.com\n", "# delivery maildir ~/Mail\n", "logfile ~/delivery\n"]
)
def test_an_msmtprc_stays_one(line: str) -> None:
    assert detect.whose("/home/ada/mail", DEFAULTS + line, SHELF.known_formats) == "msmtp"


@pytest.mark.parametrize("verb", ["lint", "import"])
@pytest.mark.parametrize("name", ["mpoprc", "mpoprc.bak", "mail", "mpop/config"])
def test_both_verbs_say_so(verb: str, name: str, tmp_path: Any) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(DEFAULTS + "delivery mbox /var/mail/ada\n")
    outcome = run(verb, str(path))
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "mailgen writes files of mpop, and does not read them" in outcome.stderr


@pytest.mark.parametrize(("folder", "whose"), [("alot", "alot"), ("ssh", ""), ("helix", "")])
def test_a_name_that_several_use_says_nothing_without_its_folder(
    folder: str, whose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / folder / "config"
    path.parent.mkdir()
    path.write_text("nothing = that anybody\nknows = here\n")
    monkeypatch.chdir(path.parent)
    for given in (str(path), "config"):
        outcome = run("lint", given)
        assert outcome.status == 2
        assert (
            f"writes files of {whose}," if whose else "it is not clear whose file this is"
        ) in outcome.stderr


def test_each_line_that_is_refused_counts() -> None:
    """Refused lines that follow each other are told as one, and are as many all the same."""
    text = ONE + "".join(f"word{number} x\n" for number in range(4))
    assert detect.whose("/home/ada/mail", text, FORMATS) is None
    assert detect.whose("/home/ada/mail", ONE + "word x\n", FORMATS) == "msmtp"
