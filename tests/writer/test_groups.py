"""A file that is meant for a group has exactly that group and its mode, and is private until it has."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.core.errors import MailgenError
from mailgen.core.values import replace
from mailgen.writer.diff import unified
from tests.programs import need_root
from tests.writer.hands import Home, block

if TYPE_CHECKING:
    from pathlib import Path

    from mailgen.core.files import RenderedFile

#: A group that every Debian has, and its number (base-passwd(8)).
GROUP, NUMBER = "mail", 8


def shared(text: str = "x\n", group: str = GROUP) -> RenderedFile:
    return replace(block(text, scope="system", group=group), mode=0o640)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    need_root("give files to a group")
    return Home(tmp_path)


def facts(home: Home) -> tuple[int, int]:
    status = (home.path / ".msmtprc").stat()
    return stat.S_IMODE(status.st_mode), status.st_gid


def test_it_gets_group_and_mode(home: Home) -> None:
    assert home.kinds(shared()) == ["create"]
    assert facts(home) == (0o640, NUMBER)
    assert home.kinds(shared()) == ["unchanged"]
    assert home.kinds(shared("y\n")) == ["update"]
    assert facts(home) == (0o640, NUMBER)


@pytest.mark.parametrize(("mode", "group"), [(0o600, 0), (0o600, NUMBER), (0o640, 0), (0o644, NUMBER)])
def test_what_others_made_of_them_is_put_right(mode: int, group: int, home: Home) -> None:
    home.apply(shared())
    path = home.path / ".msmtprc"
    os.chown(path, -1, group)
    path.chmod(mode)
    (change,) = home.apply(shared())
    assert (change.kind, change.on_disk, facts(home)) == ("update", True, (0o640, NUMBER))
    told = unified([change])
    assert (f"group {group} becomes {NUMBER}" in told) == (group != NUMBER)
    assert (f"mode {mode:04o} becomes 0640" in told) == (mode != 0o640)
    assert home.kinds(shared()) == ["unchanged"]


def test_a_file_of_the_users_is_taken_over_with_it(home: Home) -> None:
    home.write(".msmtprc", b"mine\n")
    assert home.kinds(shared(), adopt=True) == ["adopt"]
    assert facts(home) == (0o640, NUMBER)
    copy = home.path / ".msmtprc.mailgen-backup"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_it_is_private_until_it_has_its_group(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = os.fchown

    def watch(handle: int, user: int, group: int) -> None:
        seen.append((stat.S_IMODE(os.fstat(handle).st_mode), group))
        real(handle, user, group)

    monkeypatch.setattr(os, "fchown", watch)
    home.apply(shared())
    assert seen == [(0o600, NUMBER)]


def test_no_such_group_is_told_before_anything_is_written(home: Home) -> None:
    with pytest.raises(MailgenError, match="none of that name") as caught:
        home.apply(block("z\n", "~/other"), shared(group="nosuchgroup"))
    assert "groupadd --system nosuchgroup" in caught.value.mend
    assert home.files() == {}


def test_a_group_that_may_not_be_given_is_an_error(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets a file that its readers cannot read, with a word of success."""

    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    with pytest.raises(MailgenError, match="Operation not permitted"):
        home.apply(shared())
    assert home.files() == {}
    assert home.litter() == []


def test_taking_it_away_asks_for_no_group(home: Home) -> None:
    home.apply(shared())
    assert home.kinds() == ["remove"]
    assert home.files() == {}
