"""Where programs look for their own files: what the manifests say is asked of the programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.core.places import read_places
from mailgen.resolve.places import places_of, read_of
from tests.cases import targets
from tests.programs import need
from tests.templates import reads

CATALOGUE = open_catalogue()
#: Targets of a user's own whose programs look in several places for their file.
LOOKING = {
    one.name: asked
    for one in map(CATALOGUE.target, targets())
    if one.reads and one.scope == "user" and not isinstance(asked := reads(one.name), str)
}


def answer(name: str, home: Path, environment: dict[str, str]) -> str:
    asked = LOOKING[name]
    program = need(asked.argv[0], asked.package)
    done = subprocess.run(
        [program, *asked.argv[1:]],
        env={"PATH": os.defpath, "HOME": str(home), "LC_ALL": "C.UTF-8", **environment},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("own", ["usual", "folders", "file", "profile"])
@pytest.mark.parametrize("name", LOOKING)
def test_the_program_reads_the_file_that_the_manifest_says(name: str, own: str, tmp_path: Path) -> None:
    """Where variables are set that name folders, the file itself, or one of several sets of files."""
    asked = LOOKING[name]
    variables = {"XDG_CONFIG_HOME": str(tmp_path / "own config"), "FETCHMAILHOME": str(tmp_path / "fm")}
    environment = {
        "usual": {},
        "folders": variables,
        "file": {"NOTMUCH_CONFIG": str(tmp_path / "own file")},
        "profile": {"NOTMUCH_PROFILE": "work"},
    }[own]
    chosen = CATALOGUE.target(name)
    named = list(read_places(places_of(chosen), environment))
    assert len(named) >= 1
    every = [set(some) for count in (1, 2) for some in combinations(named, min(count, len(named)))]
    for number, there in enumerate([*every, set(named)]):
        home = tmp_path / f"home{number}"
        home.mkdir()
        for place in variables.values():
            Path(place).mkdir(exist_ok=True)
        written = []
        for at, path in enumerate(named):
            if path in there:
                file = home / path[2:] if path.startswith("~/") else Path(path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(asked.holds.format(at))
                file.chmod(0o600)
                written.append(file)
        expected = read_of(chosen, there, environment)
        assert expected is not None
        said = answer(name, home, environment)
        assert asked.shows.format(named.index(expected)) in said, (there, said)
        for file in written:
            file.unlink()
        for place in variables.values():
            shutil.rmtree(place)  # a program may look for the folder already


def test_what_is_no_absolute_path_is_ignored() -> None:
    assert list(read_places(places_of(CATALOGUE.target("msmtp")), {"XDG_CONFIG_HOME": "there"})) == [
        "~/.msmtprc",
        "~/.config/msmtp/config",
    ]
    assert list(read_places(places_of(CATALOGUE.target("fetchmail")), {"FETCHMAILHOME": "/f"})) == [
        "/f/fetchmailrc"
    ]
    assert "$" not in "".join(read_places(places_of(CATALOGUE.target("fetchmail")), {}))


def test_a_variable_may_stand_anywhere_in_a_path() -> None:
    places = list(places_of(CATALOGUE.target("notmuch")))
    assert list(read_places(places, {"NOTMUCH_CONFIG": "/c"})) == ["/c"]
    assert list(read_places(places, {"NOTMUCH_PROFILE": "p"})) == [
        "~/.config/notmuch/p/config",
        "~/.notmuch-config.p",
    ]
    assert list(read_places(places, {})) == ["~/.config/notmuch/default/config", "~/.notmuch-config"]


def test_the_main_file_of_a_target_is_one_that_its_program_reads() -> None:
    for name in LOOKING:
        chosen = CATALOGUE.target(name)
        assert chosen.files[0].path in read_places(places_of(chosen), {})
