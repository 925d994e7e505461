"""A folder of published files: refused unless it is empty or ours, and changed file by file."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from mailgen.core.errors import MailgenError
from mailgen.publishing import folder

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"index.html": b"<p>\n", "www/mail/a.xml": b"<a/>\n", "www/b.json": b"{}\n"}


def state(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return inode, time of change and contents of all that is in a folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (status.st_ino, status.st_mtime_ns, content)
    return found


def kinds(changes: list[folder.PublishedChange]) -> dict[str, str]:
    return {one.path: one.kind for one in changes}


def test_what_is_written_can_be_read_by_a_web_server_and_is_checked_by_sha256sum(tmp_path: Path) -> None:
    root = tmp_path / "new" / "tree"
    before = os.umask(0o077)
    try:
        assert set(kinds(folder.write_published(str(root), FILES)).values()) == {"create"}
    finally:
        os.umask(before)
    assert {path: (root / path).read_bytes() for path in FILES} == FILES
    for path in root.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)
    assert root.stat().st_mode & 0o777 == 0o755
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=root,
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    folder.write_published(str(tmp_path), FILES)
    before = state(tmp_path)
    assert set(kinds(folder.write_published(str(tmp_path), FILES)).values()) == {"unchanged"}
    assert state(tmp_path) == before
    new = {"index.html": b"<p>\n", "www/b.json": b"[]\n", "c": b""}
    changes = folder.write_published(str(tmp_path), new)
    assert kinds(changes) == {
        "index.html": "unchanged",
        "www/b.json": "update",
        "c": "create",
        "www/mail/a.xml": "remove",
    }
    after = state(tmp_path)
    assert after["index.html"] == before["index.html"]
    assert set(after) == {"index.html", "c", "www", "www/b.json", folder.MANIFEST}
    assert folder.counted(changes) == {"create": 1, "update": 1, "remove": 1, "unchanged": 1}


@pytest.mark.parametrize(
    "spoil",
    {
        "a file": lambda root: (root / "mine").write_text("x"),
        "a file deep down": lambda root: (root / "www/mail/mine").write_text("x"),
        "a link": lambda root: (root / "link").symlink_to("index.html"),
        "a link to a folder": lambda root: (root / "link").symlink_to("www"),
        "a pipe": lambda root: os.mkfifo(root / "pipe"),
        "an edited file": lambda root: (root / "www/b.json").write_text("{1}"),
        "a link in a file's place": lambda root: (
            (root / "www/b.json").unlink(),
            (root / "www/b.json").symlink_to("mail/a.xml"),
        ),
        "no manifest": lambda root: (root / folder.MANIFEST).unlink(),
        "another manifest": lambda root: (root / folder.MANIFEST).write_text("# mine\n"),
        "an odd line": lambda root: (root / folder.MANIFEST).write_bytes(
            (root / folder.MANIFEST).read_bytes() + b"x\n"
        ),
        "an edited file and a begun one": lambda root: (
            (root / "www/b.json").write_text("{1}"),
            (root / ".b.json.0123456789abcdef").write_text("{1}"),
        ),
    }.values(),
)
def test_a_folder_that_holds_other_things_is_refused_and_nothing_changes(
    tmp_path: Path, spoil: object
) -> None:
    folder.write_published(str(tmp_path), FILES)
    spoil(tmp_path)  # type: ignore[operator]
    before = state(tmp_path)
    for act in (folder.published_changes, folder.write_published):
        with pytest.raises(MailgenError) as caught:
            act(str(tmp_path), {**FILES, "index.html": b"new"})
        assert str(tmp_path) in caught.value.where
        assert "empty folder" in caught.value.mend
        assert state(tmp_path) == before


def test_folders_of_others_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(FILES["index.html"])
    before = state(tmp_path)
    with pytest.raises(MailgenError):
        folder.write_published(str(tmp_path), FILES)
    assert state(tmp_path) == before
    (tmp_path / "file").write_text("")
    with pytest.raises(MailgenError):
        folder.write_published(str(tmp_path / "file"), FILES)


def test_the_next_run_goes_on_where_one_was_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each step: what lies there then is known as ours, and the next run makes it whole."""
    new = {"index.html": b"<q>\n", "www/mail/d.xml": b"<d/>\n", "www/b.json": b"{}\n"}
    put, step = folder._put, 0
    for last in range(4):
        root = tmp_path / str(last)
        folder.write_published(str(root), FILES)
        step = 0

        def stopped(top: int, root: str, path: str, content: bytes, last: int = last) -> None:
            nonlocal step
            if step == last:
                raise KeyboardInterrupt
            step += 1
            put(top, root, path, content)

        with monkeypatch.context() as patched:
            patched.setattr(folder, "_put", stopped)
            if last < 3:
                with pytest.raises(KeyboardInterrupt):
                    folder.write_published(str(root), new)
            else:
                folder.write_published(str(root), new)
        if step:
            (root / ".index.html.0123456789abcdef").write_text("half") if last < 3 else None
        folder.write_published(str(root), new)
        assert {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} == {
            *new,
            folder.MANIFEST,
        }
        assert (root / folder.MANIFEST).read_bytes() == folder.digests_of(new)


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    root = str(tmp_path / "tree")
    folder.write_published(root, FILES)
    with folder._locked(root), pytest.raises(MailgenError, match="another run"):
        folder.write_published(root, FILES)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    with pytest.raises(MailgenError) as caught:
        folder.write_published(str(blocked / "tree"), FILES)
    assert str(blocked) in caught.value.where
