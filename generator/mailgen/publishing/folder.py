"""A folder of published files: whose it is, what in it would change, and changing it.

It is ours if it is empty, or if its manifest of digests names all that is in it, as it is. The manifest of
what is to come is written first, beside the old one: whatever ends a run, the next one knows its own files.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.writer import disk, walking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: What `sha256sum --check` reads; its first line says whose folder this is.
MANIFEST = "SHA256SUMS"
_COMING = "SHA256SUMS.coming"
_MARK = b"# Published by mailgen; the digests of all files here. Check: sha256sum --check SHA256SUMS\n"
_LINE = re.compile(rb"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")
#: How a file that a run has begun and not ended is called: see disk.temporary_for.
_BEGUN = re.compile(r"\.[A-Za-z0-9._-]+\.[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """What becomes of a file: `kind` is create, update, remove or unchanged."""

    path: str
    kind: str


def digests_of(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of these files: a digest a line, sorted by path."""
    lines = [f"{sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    return _MARK + "".join(lines).encode()


def published_changes(root: str, files: Mapping[str, bytes]) -> list[PublishedChange]:
    """Return what writing these files into the folder `root` would change, sorted by path.

    Raises MailgenError if anything is in it that mailgen has not made, or that has been changed since.
    """
    found = _digests(root)
    known = _known(root) if found else {}
    for path, digest in found.items():
        if path in (MANIFEST, _COMING) or (_BEGUN.fullmatch(os.path.basename(path)) and _COMING in found):
            continue
        if digest not in known.get(path, ()):
            raise _foreign(os.path.join(root, path), changed=path in known)
    changes = []
    for path in sorted({*files, *found} - {MANIFEST, _COMING}):
        if path not in files:
            kind = "remove"
        elif path not in found:
            kind = "create"
        else:
            kind = "unchanged" if sha256(files[path]).hexdigest() == found[path] else "update"
        changes.append(PublishedChange(path, kind))
    return changes


def write_published(root: str, files: Mapping[str, bytes]) -> list[PublishedChange]:
    """Make the folder `root` hold these files and their manifest, and nothing else; returns what changed.

    Each file is the old one or the new one at any time, and only what differs is written. All can be read by
    everybody, a web server among them. Raises MailgenError as `published_changes` does, before anything is
    written; if another run is at work; and for what the system refuses.
    """
    with _locked(root) as top:
        changes = published_changes(root, files)
        content = digests_of(files)
        if all(one.kind == "unchanged" for one in changes) and _read(root, MANIFEST) == content:
            return changes
        new = _missing_folders(root, files)
        _put(top, root, _COMING, content)
        for one in changes:
            if one.kind in ("create", "update"):
                _put(top, root, one.path, files[one.path])
        for folder in new:
            os.chmod(os.path.join(root, folder), 0o755)  # noqa: S103 (a web server reads it)
        for one in changes:
            if one.kind == "remove":
                _remove(root, one.path)
        os.replace(os.path.join(root, _COMING), os.path.join(root, MANIFEST))
        os.fsync(top)
    return changes


def _put(top: int, root: str, path: str, content: bytes) -> None:
    parts, shown = path.split("/"), os.path.join(root, path)
    with walking.private_umask(), walking.located(top, parts, shown, follow=False, make=True) as place:
        disk.written_in(place.folder, place.name, content, 0o644, disk.put_over)


def _missing_folders(root: str, files: Mapping[str, bytes]) -> list[str]:
    """Return the folders that will be made, those above first."""
    needed = {str(folder) for path in files for folder in Path(path).parents}
    return sorted(one for one in needed - {"."} if not os.path.isdir(os.path.join(root, one)))


def _remove(root: str, path: str) -> None:
    """Remove a file, and the folders above it that are empty then."""
    os.unlink(os.path.join(root, path))
    for folder in Path(path).parents[:-1]:
        try:
            os.rmdir(os.path.join(root, folder))
        except OSError:
            return


@contextmanager
def _locked(root: str) -> Iterator[int]:
    """Open the folder, made if it is missing, for this run alone; say in mailgen's manner what is refused."""
    try:
        fresh = not os.path.isdir(root)
        with walking.made_root(root) as top:
            fcntl.flock(top, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if fresh:
                os.fchmod(top, 0o755)
            yield top
    except BlockingIOError:
        raise MailgenError(
            Text("another run is writing into this folder"), root, Text("wait until it is done")
        ) from None
    except OSError as error:
        path = error.filename if isinstance(error.filename, str) else root
        raise disk.refusal(error, path, "run the same again for the rest") from None


def _digests(root: str) -> dict[str, str]:
    """Return the digest of each file below a folder; raise MailgenError for what is no plain file."""
    found = {}
    for folder, folders, names in os.walk(root, onerror=_unreadable):
        for name in (*folders, *names):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode):
                found[os.path.relpath(path, root)] = _digest(path)
            elif not stat.S_ISDIR(mode):
                raise _foreign(path, changed=False)
    return found


def _unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise disk.refusal(error, error.filename, "nothing has changed", "the folder cannot be read")


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError as error:
        raise disk.refusal(error, path, "nothing has changed", "the file cannot be read") from None


def _known(root: str) -> dict[str, tuple[str, ...]]:
    """Return the digests that a file may have, by its path: of the last run, and of one that was ended."""
    known: dict[str, tuple[str, ...]] = {}
    for name in (MANIFEST, _COMING):
        content = _read(root, name)
        if content is None:
            continue
        lines = content.removeprefix(_MARK).splitlines()
        if not content.startswith(_MARK) or not all(_LINE.fullmatch(line) for line in lines):
            raise _foreign(os.path.join(root, name), changed=True)
        for line in lines:
            digest, path = line.decode().split("  ", 1)
            known[path] = (*known.get(path, ()), digest)
    return known


def _read(root: str, name: str) -> bytes | None:
    try:
        return Path(root, name).read_bytes()
    except FileNotFoundError:
        return None


def _foreign(path: str, *, changed: bool) -> MailgenError:
    return MailgenError(
        Text("this file is not as mailgen has published it, and nothing is overwritten")
        if changed
        else Text("something is in the folder that mailgen has not published"),
        path,
        Text("name an empty folder or a new one; or move this away"),
    )


def counted(changes: Sequence[PublishedChange]) -> dict[str, int]:
    """Return how many files there are of each kind of change."""
    kinds = ("create", "update", "remove", "unchanged")
    return {kind: sum(one.kind == kind for one in changes) for kind in kinds}
