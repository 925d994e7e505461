"""The cache folder: what others can have touched is not used, and nothing of the user's is touched there."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from mailgen.catalog import cache, compiler
from tests.catalog.test_overlay import company
from tests.programs import unavailable
from tests.support import MAILGEN, cli, ran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.catalog.reader import Catalogue

OTHER = 64321
NAME, MARK = "made.sqlite", "state 1"


def needs_root() -> None:
    if os.geteuid() != 0:
        unavailable("only root can play another user here")


def content(name: str, fingerprint: str = MARK) -> bytes:
    """Return a catalogue whose only provider is called `name`."""
    record = {
        "name": {"en": name},
        "domains": ["x.example"],
        "services": {},
        "sources": {"a": {"kind": "vendor", "checked": "2026-01-01"}},
    }
    return compiler.compiled([("x.example", record)], [], fingerprint)


OURS, PLANTED = content("ours"), content("planted")


def said(catalogue: Catalogue) -> str:
    return (catalogue.record("x.example") or {})["name"]["en"]  # type: ignore[no-any-return]


def asked(compiled: bytes = OURS) -> str:
    """Return who answers when the catalogue is asked for through the cache."""
    return said(cache.kept_or_compiled(NAME, MARK, lambda: compiled))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache folder that would be used; it is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mailgen"


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that other users may enter; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def planted(folder: Path, mode: int = 0o755) -> Path:
    """Put a catalogue that is good in itself into the folder, and return it."""
    folder.mkdir(parents=True)
    folder.parent.chmod(0o755)
    (folder / NAME).write_bytes(PLANTED)
    (folder / NAME).chmod(0o600)
    folder.chmod(mode)
    return folder / NAME


def test_what_is_kept_is_used_and_what_changed_is_made_anew(folder: Path) -> None:
    assert asked() == "ours"
    assert asked(PLANTED) == "ours", "the kept one is good"
    planted_now = folder / NAME
    planted_now.write_bytes(content("ours", "state 0"))
    assert asked(PLANTED) == "planted"
    assert [path.name for path in folder.iterdir()] == [NAME]


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_the_folder_is_private_whatever_the_umask(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert asked() == "ours"
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (folder.parent, folder, folder / NAME)]
    assert modes == [0o700, 0o700, 0o600]


def test_a_folder_of_another_user_is_left_alone(folder: Path) -> None:
    needs_root()
    path = planted(folder)
    assert asked() == "planted", "the file is good, or this proves nothing"
    for place in (folder, folder.parent):
        os.chown(place, OTHER, OTHER)
        before = path.stat()
        assert asked() == "ours"
        assert path.stat() == before
        assert os.listdir(folder) == [NAME]
        os.chown(place, 0, 0)


@pytest.mark.parametrize("mode", [0o777, 0o757, 0o1777])
def test_a_folder_that_others_write_to_is_left_alone(folder: Path, mode: int) -> None:
    planted(folder, mode)
    assert asked() == "ours"
    assert (folder / NAME).read_bytes() == PLANTED


def test_a_file_of_another_user_or_that_others_may_write_is_replaced(folder: Path) -> None:
    path = planted(folder)
    for mode in (0o666, 0o620, 0o602):
        path.write_bytes(PLANTED)
        path.chmod(mode)
        assert asked() == "ours"
        assert path.read_bytes() == OURS
    needs_root()
    path.write_bytes(PLANTED)
    os.chown(path, OTHER, OTHER)
    assert asked() == "ours"
    assert (path.stat().st_uid, path.read_bytes()) == (0, OURS)


def test_a_link_of_another_users_is_not_followed_and_ones_own_is(folder: Path, tmp_path: Path) -> None:
    needs_root()
    path = planted(tmp_path / "elsewhere" / "mailgen")
    folder.parent.mkdir()
    folder.symlink_to(path.parent)
    assert asked() == "planted"
    os.chown(folder, OTHER, OTHER, follow_symlinks=False)
    assert asked() == "ours"
    assert path.read_bytes() == PLANTED


def test_what_is_no_file_does_not_make_anybody_wait(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    os.mkfifo(folder / NAME)
    assert asked() == "ours"
    assert (folder / NAME).read_bytes() == OURS


@contextmanager
def somebody(home: Path, *goals: Path) -> Iterator[None]:
    """Let another user flip links to `goals`, at the name of the catalogue and of all that is new there."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(OTHER)
            os.setuid(OTHER)
            os.chdir(home)
            while os.getppid() != 1:
                for goal in goals:
                    for name in {NAME, *os.listdir()} - {"flip"}:
                        with suppress(OSError):
                            os.symlink(goal, "flip")
                        with suppress(OSError):
                            os.replace("flip", name)
        finally:
            os._exit(1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_whoever_owns_the_folder_and_exchanges_links_gets_nothing(
    reachable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is his file read, nor does a file of the victim's become readable, whatever he guesses."""
    needs_root()
    monkeypatch.setenv("XDG_CACHE_HOME", str(reachable / "cache"))
    folder, evil = reachable / "cache" / "mailgen", reachable / "evil"
    secret = reachable / "id_x"
    secret.write_bytes(content("mine, by chance"))
    secret.chmod(0o600)
    path = planted(folder)
    os.chown(path, OTHER, OTHER)
    shutil.move(path, evil)
    os.chown(folder, OTHER, OTHER)
    end = time.monotonic() + 3
    with somebody(folder, secret, evil):
        while time.monotonic() < end:
            assert asked() == "ours"
    assert os.path.islink(folder / NAME), "he has been at work, or this proves nothing"
    assert secret.stat().st_mode & 0o777 == 0o600


def test_a_link_in_the_place_of_a_catalogue_in_the_making_gives_no_mode_away(tmp_path: Path) -> None:
    secret = tmp_path / "id_x"
    secret.write_text("secret")
    secret.chmod(0o600)
    made = tmp_path / "made"
    made.mkdir()

    def providers() -> Iterator[tuple[str, dict[str, object]]]:
        (temporary,) = made.iterdir()
        temporary.unlink()
        temporary.symlink_to(secret)
        yield from ()

    compiler.build(str(made / NAME), providers(), [])
    assert secret.stat().st_mode & 0o777 == 0o600


def test_what_was_read_is_used_whatever_happens_to_the_file(folder: Path) -> None:
    first = cache.kept_or_compiled(NAME, MARK, lambda: OURS)
    again = cache.kept_or_compiled(NAME, MARK, lambda: PLANTED)
    (folder / NAME).write_bytes(PLANTED)
    assert said(first) == said(again) == "ours"


def test_an_sqlite_that_takes_no_bytes_does_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "sqlite3", SimpleNamespace(Connection=object))
    monkeypatch.setattr(compiler, "sqlite3", SimpleNamespace(Connection=object, connect=sqlite3.connect))
    assert said(cache.kept_or_compiled(NAME, MARK, lambda: content("ours"))) == "ours"
    assert asked(PLANTED) == "ours"


def test_root_with_the_home_of_somebody_takes_nothing_of_his_and_leaves_nothing(tmp_path: Path) -> None:
    needs_root()
    home = tmp_path / "home"
    providers = home / ".config" / "mailgen" / "providers"
    providers.mkdir(parents=True)
    (providers / "company.example.yaml").write_text(company("company.example, qq.com"), encoding="utf-8")
    env = {"HOME": str(home)}
    assert "smtp.company.example" in cli("msmtp", "you@qq.com", env=env).stdout
    shutil.rmtree(home / ".cache")
    os.chown(home, OTHER, OTHER)
    done = cli("msmtp", "you@qq.com", env=env)
    assert "host           smtp.qq.com\n" in done.stdout
    assert "warning: provider files of another user are not used" in done.stderr
    assert str(home) in done.stderr
    assert not (home / ".cache").exists()
    done = cli("msmtp", "you@qq.com", "--providers", str(providers), env=env)
    assert "smtp.company.example" in done.stdout, "a folder that was named is meant"
    assert not (home / ".cache").exists()


def test_a_user_takes_what_root_has_put_into_his_home(reachable: Path) -> None:
    needs_root()
    if not shutil.which("setpriv"):
        unavailable("setpriv (util-linux)")
    home = reachable / "home"
    providers = home / ".config" / "mailgen" / "providers"
    providers.mkdir(parents=True)
    (providers / "company.example.yaml").write_text(company(), encoding="utf-8")
    drop = ["setpriv", f"--reuid={OTHER}", f"--regid={OTHER}", "--clear-groups"]
    if ran([*drop, *MAILGEN, "--version"]).status:
        unavailable("another user cannot read this checkout and its Python")
    done = ran([*drop, *MAILGEN, "msmtp", "you@company.example"], {"HOME": str(home)})
    assert "smtp.company.example" in done.stdout, done
