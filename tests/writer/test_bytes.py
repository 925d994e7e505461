"""Files that are no text: written whole, compared, taken away, and never shown."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from mailgen.core.errors import MailgenError
from mailgen.core.files import RenderedFile
from mailgen.writer import FileChange, survey
from mailgen.writer.archive import tar
from mailgen.writer.diff import unified
from mailgen.writer.state import State
from mailgen.writer.tree import write_tree
from tests.writer.hands import Home

ONE, OTHER = b"\x89PNG\r\n\x1a\n\0one", b"\x89PNG\r\n\x1a\n\0\xff\xfeother"


def picture(content: bytes) -> RenderedFile:
    return RenderedFile("~/.config/x/code.png", 0o600, "", target="x", binary=content)


def test_they_come_change_and_go(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = home.path / ".config" / "x" / "code.png"
    assert home.kinds(picture(ONE)) == ["create"]
    assert path.read_bytes() == ONE
    assert path.stat().st_mode & 0o777 == 0o600
    assert home.kinds(picture(ONE)) == ["unchanged"]
    assert home.kinds(picture(OTHER)) == ["update"]
    assert path.read_bytes() == OTHER
    assert home.kinds() == ["remove"]
    assert not path.exists()


def test_another_s_bytes_are_not_written_over(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = home.path / ".config" / "x" / "code.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(OTHER)
    with pytest.raises(MailgenError, match="did not write"):
        home.apply(picture(ONE))
    home.apply(picture(ONE), adopt=True)
    assert path.with_name("code.png.mailgen-backup").read_bytes() == OTHER


def changes(home: Home, *files: RenderedFile) -> tuple[FileChange, ...]:
    return survey(str(home.path), files, State(str(home.state), {}), adopt=True)


def test_a_diff_says_how_many_bytes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert unified(changes(home, picture(ONE))).splitlines() == [
        "--- /dev/null",
        "+++ ~/.config/x/code.png",
        "+(binary, 12 bytes)",
    ]
    path = home.path / ".config" / "x" / "code.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(OTHER)
    path.chmod(0o600)
    assert unified(changes(home, picture(ONE))).splitlines()[-2:] == [
        "-(binary, 16 bytes)",
        "+(binary, 12 bytes)",
    ]
    assert unified(changes(home, picture(OTHER))) == ""
    text = RenderedFile("~/.config/x/code.png", 0o600, "text\n", target="x", grammar="text")
    assert "(binary, 16 bytes)" in unified(changes(home, text))


def test_a_tree_and_an_archive_hold_them_too(tmp_path: Path) -> None:
    [(path, written)] = write_tree(str(tmp_path / "tree"), [picture(ONE)])
    assert written
    assert Path(path).read_bytes() == ONE
    assert [done for _, done in write_tree(str(tmp_path / "tree"), [picture(ONE)])] == [False]
    with pytest.raises(MailgenError, match="other contents"):
        write_tree(str(tmp_path / "tree"), [picture(OTHER)])
    packed = io.BytesIO()
    tar([picture(ONE)], packed)
    packed.seek(0)
    with tarfile.open(fileobj=packed) as archive:
        member = archive.extractfile(".config/x/code.png")
        assert member
        assert member.read() == ONE
