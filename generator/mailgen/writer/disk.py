"""Files below a trusted folder: read, staged and put in place, so that nobody puts another under our hands.

The way to them is `walking.py`'s. MailgenError says what was met instead; OSError is left to the caller, who
knows what was being done.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from ..core.errors import MailgenError
from ..core.text import Text
from ..core.values import dataclass
from . import owners
from .walking import Place, look, opened_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: More is no configuration; reading it whole would only fill the memory.
MOST_BYTES = 16 << 20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it was read: its bytes, the permission bits of its mode, the number of its group."""

    content: bytes
    mode: int
    group: int

    def __repr__(self) -> str:
        """Return a line without the contents, which may hold a secret."""
        return f"Found({len(self.content)} bytes, mode={self.mode:04o})"


def read_file(place: Place, most: int = MOST_BYTES) -> FoundFile | None:
    """Read the file at a place, of `most` bytes; None if there is none.

    Raises MailgenError for anything but a plain file of the user's own with one name only.
    """
    if place.missing:
        return None
    there = look(place.folder, place.name)
    if there is None:
        return None
    owners.judge_file(there, place.shown)
    try:
        handle = os.open(place.name, _READ, dir_fd=place.folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise MailgenError("a link has taken the file's place", place.shown, "see who does this") from None
    try:
        status = os.fstat(handle)
        owners.judge_file(status, place.shown)
        pieces, length = [], 0
        while piece := os.read(handle, 1 << 20):
            pieces.append(piece)
            length += len(piece)
            if length > most:
                raise MailgenError(
                    "the file is too long for a configuration", place.shown, "move it out of the way"
                )
    finally:
        os.close(handle)
    return FoundFile(b"".join(pieces), stat.S_IMODE(status.st_mode), status.st_gid)


def stage(
    folder: int,
    name: str,
    content: bytes,
    mode: int,
    group: int | None = None,
    *,
    must_have_group: bool = False,
) -> None:
    """Make a new file in an open folder and bring it to the disk; it is private until it is whole.

    `group` is that of the file it is to replace, which is kept if it can be, or one that it
    `must_have_group`. Leaves nothing behind if it fails.
    """
    handle = os.open(name, _NEW, 0o600, dir_fd=folder)
    try:
        try:
            done = 0
            while done < len(content):
                done += os.write(handle, content[done:])
            if must_have_group and group is not None:
                os.fchown(handle, -1, group)
            os.fchmod(handle, _for_group(handle, mode, group))
            os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise


def _for_group(handle: int, mode: int, group: int | None) -> int:
    """Give a file the group it had; where that cannot be, its mode must say nothing to the new one."""
    if mode & 0o070 and group is not None and os.fstat(handle).st_gid != group:
        try:
            os.fchown(handle, -1, group)
        except PermissionError:
            return mode & ~0o070
    return mode


def written(path: str, content: bytes, mode: int, put: Callable[[int, str, str], None]) -> None:
    """Bring a file to the disk in one step, as `written_in` does, in a folder that the user names.

    The folder is judged as that of `opened_root`; for a new file (`put_beside`) a sticky one will do, like
    /tmp, where nobody else can put another in its place. `located` is for files further below a root.
    """
    folder, name = os.path.split(path)
    with opened_root(folder or ".", passing=put is put_beside) as handle:
        if handle is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), folder)
        written_in(handle, name, content, mode, put)


def written_in(
    folder: int, name: str, content: bytes, mode: int, put: Callable[[int, str, str], None]
) -> None:
    """Bring a file to the disk in one step: staged beside its place in the open folder, then `put` there.

    `put` takes the folder, the name it is staged under, and its own: `put_beside` or `put_over`.
    Leaves nothing behind if it fails.
    """
    temporary = temporary_for(name)
    stage(folder, temporary, content, mode)
    try:
        put(folder, temporary, name)
    except BaseException:
        os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def temporary_for(name: str) -> str:
    """Return a fresh name for a file that is to be called `name` when it is whole."""
    return f".{name}.{os.urandom(8).hex()}"


def narrowed(place: Place, mode: int) -> bool:
    """Take away the permissions that a file has beyond `mode`; say whether there were any.

    Raises MailgenError for anything but a plain file of the user's own.
    """
    handle = os.open(place.name, _READ, dir_fd=place.folder)
    try:
        status = os.fstat(handle)
        owners.judge_file(status, place.shown)
        found = stat.S_IMODE(status.st_mode)
        if found & ~mode:
            os.fchmod(handle, found & mode)
        os.fsync(handle)
    finally:
        os.close(handle)
    return bool(found & ~mode)


def put_over(folder: int, temporary: str, name: str) -> None:
    """Give a staged file a name, in the place of whatever has it; a link is replaced, not followed."""
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def put_beside(folder: int, temporary: str, name: str) -> None:
    """Give a staged file a free name; FileExistsError if it is taken. Not every file system has links."""
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        if look(folder, name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name) from None
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(temporary, dir_fd=folder)


_MENDS = {
    errno.ENOSPC: "make room and try again",
    errno.EDQUOT: "make room and try again",
    errno.EACCES: "see to it that you may write to the folder, or choose another",
    errno.EPERM: "see to it that you may write to the folder, or choose another",
    errno.EROFS: "see to it that the folder can be written to, or choose another",
    errno.ENOENT: "make the folder first, or choose another",
    errno.ENOTDIR: "choose a place where every name on the way is a folder",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def refusal(
    error: OSError, path: str, how_far: str, what: str = "the file cannot be written"
) -> MailgenError:
    """Return what the system refuses, with a mend that fits; `how_far` says what has been done by then."""
    mend = _MENDS.get(error.errno or 0, "see what keeps the system from it")
    return MailgenError(
        Text("{what}: {strerror}", what=what, strerror=error.strerror),
        path,
        Text("{mend}; {how_far}", mend=mend, how_far=how_far),
    )
