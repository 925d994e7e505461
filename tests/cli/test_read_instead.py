"""lint and import say when the program reads another file than the one that is given, as it says itself."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.cases import forms
from tests.cli.apply_home import Home
from tests.cli.test_search_order import ASKED, own, said

if TYPE_CHECKING:
    from pathlib import Path

#: Of what is written only nobody lints a file.
READ = {target: places for target, (places, *_) in ASKED.items() if target in forms()}
PAIRS = [(target, *pair) for target, places in READ.items() for pair in pairwise(places)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    (home.path / ".muttrc").unlink()
    return home


def told(home: Home, path: Path, target: str, **env: str) -> tuple[list[str], str]:
    """What lint says of the file that is read, and what import does."""
    linted = home.run("lint", "--as", target, "--format", "json", str(path), **env)
    found = [one["what"] for one in json.loads(linted.stdout) if one["rule"] == "not-read"]
    imported = home.run("import", "--as", target, str(path), **env)
    return found, " ".join(imported.stderr.split())


@pytest.mark.parametrize(("target", "read", "given"), PAIRS)
def test_the_file_that_hides_it_is_named(home: Home, target: str, read: str, given: str) -> None:
    _, text, questions, answers = ASKED[target]
    hidden = own(home, given, text)
    assert told(home, hidden, target)[0] == []
    first = own(home, read, text.replace("mine", "first"))
    # The program itself says which of the two it reads.
    assert answers[0].replace("mine", "first") in said(
        home, [word.replace("mine", "first") for word in questions[0]]
    )
    found, imported = told(home, hidden, target)
    [what] = found
    assert str(first) in what
    assert "and not this file" in what
    assert what in imported
    assert told(home, first, target)[0] == []


@pytest.mark.parametrize("target", ["msmtp", "neomutt"])
def test_a_file_that_lies_elsewhere_or_is_a_link_is_no_other(home: Home, target: str) -> None:
    places, text, *_ = ASKED[target]
    first = own(home, places[0], text)
    copy = own(home, "dotfiles/rc", text)
    assert told(home, copy, target)[0] == []
    link = home.path / places[1]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(first)
    found, imported = told(home, link, target)
    assert found == []
    assert "not this file" not in imported


def test_a_variable_that_names_another_folder_counts(home: Home) -> None:
    path = own(home, ".fetchmailrc", ASKED["fetchmail"][1])
    assert told(home, path, "fetchmail")[0] == []
    (home.path / "fm").mkdir()
    [what] = told(home, path, "fetchmail", FETCHMAILHOME=str(home.path / "fm"))[0]
    assert f"{home.path}/fm/fetchmailrc" in what
    elsewhere = own(home, "conf/msmtp/config", ASKED["msmtp"][1])
    usual = own(home, ".config/msmtp/config", ASKED["msmtp"][1])
    [what] = told(home, usual, "msmtp", XDG_CONFIG_HOME=str(home.path / "conf"))[0]
    assert str(elsewhere) in what
