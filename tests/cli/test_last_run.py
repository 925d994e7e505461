"""A run in which nothing has changed takes the plan of the last one, and says what a new one would say."""

from __future__ import annotations

import json
import os
import shutil
from argparse import Namespace
from pathlib import Path

import pytest

from mailgen import paths
from mailgen.accounts import last_plan
from mailgen.cli import kept_answers, last_run
from mailgen.cli.household_options import wanted
from mailgen.cli.installed import programs_here
from mailgen.cli.plain_words import plain_verb
from tests.accounts.test_household import HOUSEHOLDS
from tests.cli.apply_home import ACCOUNTS, Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("HOME", str(home.path))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


def words(**other: object) -> Namespace:
    """What `apply --client-version tried` says, for no program of this machine matters here."""
    return Namespace(**{**vars(plain_verb("apply", []) or 0), "client_version": "tried", **other})


def kept(arguments: Namespace) -> bool:
    return wanted(arguments, last=last_run.made_of(arguments)).kept


def applied(home: Home) -> Path:
    """Apply, and return where the plan is kept."""
    home.done("apply", "--adopt", "--client-version", "tried")
    path = home.path / ".local/state/mailgen/last-plan.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept(words())
    return path


@pytest.mark.parametrize("household", HOUSEHOLDS, ids=lambda path: path.stem)
def test_what_is_kept_of_a_household_is_what_is_planned(home: Home, household: Path) -> None:
    shutil.copy(household, home.accounts)
    arguments = words()
    try:
        planned = wanted(arguments).plan
    except Exception:  # a household that is refused: nothing is kept of it
        pytest.skip("this household is refused")
    assert planned is not None
    secret = any(file.holds_secret for file in planned.files)
    last_plan.keep_plan("this", None, planned.files)
    found = last_plan.last_plan("this")
    assert (found is None) == secret
    assert found is None or found == (None, planned.files)
    assert last_plan.last_plan("that") is None


def test_whatever_a_plan_is_made_of_makes_another(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    applied(home)
    assert not kept(words(set=["work.protocol=imap"]))
    assert not kept(words(output=str(home.path / "tree")))
    assert not kept(words(client_version=None))
    monkeypatch.setattr(last_run, "__version__", "another")
    assert not kept(words())
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(home.path))
    monkeypatch.setattr("mailgen.paths.fingerprint", lambda: "another")
    assert not kept(words())


def test_provider_files_of_ones_own_make_a_plan_anew(home: Home) -> None:
    applied(home)
    assert last_run.made_of(words(providers=str(home.path))) is None
    (home.path / ".config/mailgen/providers").mkdir()
    assert last_run.made_of(words()) is None


def test_a_catalogue_in_its_place_is_another(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a wheel, whose catalogue has no fingerprint: another file is told by its times and inode."""
    file = home.path / "catalog.sqlite"
    file.write_bytes(b"1")
    monkeypatch.setattr("mailgen.paths.fingerprint", lambda: "")
    monkeypatch.setattr("mailgen.paths.catalogue_file", lambda: str(file))
    before = last_run.made_of(words())
    status = file.stat()
    assert last_run.made_of(words()) == before
    file.rename(home.path / "old")
    file.write_bytes(b"2")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert last_run.made_of(words()) not in (before, None)


def test_another_text_is_another_plan_and_a_new_file_is_written(home: Home) -> None:
    applied(home)
    home.accounts.write_text(ACCOUNTS.replace("Ada O'Brien", "Ada Obrien"), encoding="utf-8")
    assert "updated ~/.config/mailgen/mutt/sender.home.1" in home.done("apply", "--client-version", "tried")
    assert kept(words())


def test_what_was_changed_by_hand_is_found_with_the_plan_that_is_kept(home: Home) -> None:
    path = applied(home)
    rc = home.path / ".msmtprc"
    text = rc.read_bytes()
    rc.write_bytes(text.replace(b"smtp.sohu.com", b"smtp.example"))
    differs = home.run("diff", "--client-version", "tried")
    assert (differs.status, "-host           smtp.example" in differs.stdout) == (3, True)
    rc.unlink()
    path_before = path.stat().st_ino
    assert home.done("apply", "--client-version", "tried").startswith("created ~/.msmtprc")
    assert rc.read_bytes() == text
    assert path.stat().st_ino != path_before, "it was planned anew to be written"


def test_a_kept_plan_that_others_could_have_written_or_is_damaged_does_not_count(home: Home) -> None:
    path = applied(home)
    path.chmod(0o666)
    assert not kept(words())
    path.chmod(0o600)
    assert kept(words())
    content = path.read_bytes()
    for damaged in (b"", b"[]", b"{}", content[:-9], content.replace(b'"files": [[', b'"files": [[1, ')):
        path.write_bytes(damaged)
        assert not kept(words())


def test_nothing_is_kept_of_what_was_taken_away(home: Home) -> None:
    path = applied(home)
    home.done("remove", "work", "-n")
    assert path.exists()
    home.done("remove", "work")
    assert not path.exists()


def test_a_secret_is_never_kept(home: Home, tmp_path: Path) -> None:
    path = applied(home)
    secret = tmp_path / "secret"
    secret.write_text("hunter2hunter2\n")
    home.accounts.write_text(ACCOUNTS.replace('name: "Ada O\'Brien"', "credential: literal"), "utf-8")
    home.done("apply", "--client-version", "tried", "--secret-from-file", f"home={secret}")
    assert not path.exists()
    assert not any(b"hunter2" in one.read_bytes() for one in path.parent.iterdir())


def program(folder: Path, name: str, content: bytes = b"\x7fELF") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def test_what_a_program_said_counts_as_long_as_it_is_the_same_file(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(shutil.which("true") or "", tmp_path / "x")
    real = program(tmp_path / "bin", "sayer", (tmp_path / "x").read_bytes())
    monkeypatch.setenv("PATH", str(real.parent))
    records = {"it": {"version": {"probe": ["sayer", "--version"]}}}
    first = programs_here(records)
    assert first.found.keys() == records.keys()
    assert len(first.fresh) == 1
    kept_answers.add_answers(dict.fromkeys(first.fresh, ("77", "")))
    second = programs_here(records)
    assert second.found["it"].version == "77", "it was not asked again"
    assert not second.fresh
    assert (
        programs_here({"it": {"version": {"probe": ["sayer", "-V"]}}}).found.get("it") != second.found["it"]
    )
    status = real.stat()
    content = real.read_bytes()
    real.unlink()
    real.write_bytes(content)
    real.chmod(0o755)
    os.utime(real, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert programs_here(records).found == first.found, "another file of this name is asked"


@pytest.mark.parametrize("kind", ["script", "launcher", "missing"])
def test_who_speaks_for_another_program_is_asked_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    if kind == "script":
        program(tmp_path / "bin", "sayer", b"#!/bin/sh\n")
    if kind == "launcher":
        (tmp_path / "bin" / "sayer").symlink_to(program(tmp_path / "snap", "snap"))
    assert kept_answers.key_of({"probe": ["sayer", "-v"]}) is None


@pytest.mark.parametrize("name", ["sh", "python3", "no-such-program", "..", ""])
def test_a_program_is_found_as_the_library_finds_it(name: str) -> None:
    assert kept_answers.path_of_program(name) == shutil.which(name)


def test_answers_that_are_damaged_or_of_another_version_do_not_count(home: Home) -> None:
    kept_answers.add_answers({"a": ("1", "")})
    path = home.path / ".local/state/mailgen/programs.json"
    assert kept_answers.known_answers() == {"a": ["1", ""]}
    good = json.loads(path.read_bytes())
    for bad in ([], {}, {**good, "by": "0"}, {**good, "said": {"a": ["1"]}}, {**good, "said": {"a": [1, 2]}}):
        path.write_text(json.dumps(bad))
        assert kept_answers.known_answers() == {}


def test_other_provider_data_make_a_plan_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `data update` has fetched may send a login elsewhere."""
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text("accounts: {}\n")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    said = {"accounts": str(accounts), "providers": None, "secret_from_file": None, "secret_fd": None}
    arguments = Namespace(**said, set=None, output=None, client_version=None)
    fetched = Path(paths.fetched_data())
    found = [last_run.made_of(arguments)]
    fetched.parent.mkdir(parents=True)
    for content in ("{}", "{ }"):
        fetched.write_text(content)
        found.append(last_run.made_of(arguments))
    assert None not in found
    assert len(set(found)) == 3
