"""Files below a trusted folder, reached so that nobody can put another file under our hands.

Every folder on the way is opened by its name in the folder above, without following a link, and
looked at through the open descriptor: it must be the user's or root's, and nobody else may write
to it. Links are followed only when the user says so (dotfiles kept elsewhere and linked), and then
what they lead to must pass the same tests. MailgenError says what was met instead; OSError is left
to the caller, who knows what was being done.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress

from ..core.errors import MailgenError
from ..core.text import Option, Text
from ..core.values import dataclass
from . import owners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: More is no configuration; reading it whole would only fill the memory.
MOST_BYTES = 16 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it was read: its bytes, the permission bits of its mode, the number of its group."""

    content: bytes
    mode: int
    group: int

    def __repr__(self) -> str:
        """Return a line without the contents, which may hold a secret."""
        return f"Found({len(self.content)} bytes, mode={self.mode:04o})"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs: the open folder, its name there; `missing` folders come between them."""

    folder: int
    name: str
    shown: str
    missing: tuple[str, ...] = ()


def relative(path: str, root: str) -> tuple[str, ...]:
    """Return the parts of a path as a target names it (`~/` is `root`), all below `root`.

    Raises MailgenError if it leads elsewhere.
    """
    above = os.path.abspath(root).rstrip("/") + "/" if path.startswith("/") else "~/"
    inside = path[len(above) :] if path.startswith(above) else path
    if inside.startswith("/"):
        inside = ""
    parts = tuple(part for part in inside.split("/") if part not in ("", "."))
    if not parts or ".." in parts or "\0" in inside or path.endswith("/"):
        raise MailgenError("this path does not lie in the home directory", path, "choose a path below it")
    return parts


@contextmanager
def made_root(root: str) -> Iterator[int]:
    """Open the folder that all files are to lie below, as `opened_root` does, and make it if it is missing.

    Missing folders are made for the user alone.
    """
    make_folders(os.path.abspath(root))
    with opened_root(root) as handle:
        if handle is None:
            raise FileNotFoundError(errno.ENOENT, "somebody has taken the folder away", root)
        yield handle


@contextmanager
def opened_root(root: str, passing: bool = False) -> Iterator[int | None]:
    """Open the folder that all files are to lie below; None if it is not there.

    The path to it is trusted, links included; the folder itself must be the user's or root's, and
    closed to other writers; a sticky one may be open to them if `passing`.
    """
    handle = _root(root)
    if handle is None:
        yield None
        return
    try:
        owners.forget()
        owners.judge_folder(handle, root, last=not passing)
        yield handle
    finally:
        os.close(handle)


def _root(root: str) -> int | None:
    try:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise MailgenError("this is not a folder", root, "name a folder") from None


@contextmanager
def located(
    root: int, parts: Sequence[str], shown: str, *, follow: bool, make: bool = False, link: bool = False
) -> Iterator[Place]:
    """Find the place of a file below the open folder `root`. `shown` is the path for messages.

    `link` says that a symbolic link is meant, and not what it leads to. With `make`, folders that are
    missing are made, mode 0700 whatever the umask would leave. Raises MailgenError for a link that is not to
    be followed, and for a folder that others can change.
    """
    walk = _Walk(os.dup(root), list(parts), shown, follow, link)
    try:
        yield walk.to_the_end(make)
    finally:
        os.close(walk.folder)


class _Walk:
    """A way from folder to folder; `folder` is the one open at the time."""

    def __init__(self, folder: int, ahead: list[str], shown: str, follow: bool, link: bool) -> None:
        self.folder = folder
        self.ahead = ahead
        self.shown = shown
        self.follow = follow
        self.link = link
        self.links = 0

    def to_the_end(self, make: bool) -> Place:
        owners.judge_folder(self.folder, self.shown, last=len(self.ahead) == 1)
        while True:
            name = self.ahead[0]
            there = look(self.folder, name)
            meant = self.link and len(self.ahead) == 1
            if there and stat.S_ISLNK(there.st_mode) and not meant:
                self._follow(there)
            elif len(self.ahead) == 1:
                owners.judge_folder(self.folder, self.shown, last=True)
                return Place(self.folder, name, self.shown)
            elif there is None and not make:
                owners.judge_folder(self.folder, self.shown, last=True)
                return Place(self.folder, self.ahead[-1], self.shown, tuple(self.ahead[:-1]))
            else:
                self._enter(name, make and there is None)

    def _enter(self, name: str, make: bool) -> None:
        if make:
            owners.judge_folder(self.folder, self.shown, last=True)
            os.mkdir(name, 0o700, dir_fd=self.folder)
            os.fsync(self.folder)
        try:
            self._change_to(os.open(name, _FOLDER, dir_fd=self.folder))
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            raise MailgenError(
                Text("'{name}' on the way there is not a folder", name=name),
                self.shown,
                "move it out of the way",
            ) from None
        owners.judge_folder(self.folder, self.shown, last=False)
        self.ahead.pop(0)

    def _follow(self, link: os.stat_result) -> None:
        name = self.ahead.pop(0)
        if not self.follow:
            raise MailgenError(
                Text("'{name}' is a symbolic link, and mailgen follows none unasked", name=name),
                self.shown,
                Text(
                    "remove it{follow}",
                    follow=Text(
                        ", or say {follow_links} if your dotfiles are linked on purpose",
                        follow_links=Option("follow_links", "true"),
                    ),
                ),
            )
        self.links += 1
        if link.st_uid not in (0, os.geteuid()) or self.links > _MOST_LINKS:
            what = "leads round in a circle" if self.links > _MOST_LINKS else "belongs to another user"
            raise MailgenError(
                Text("the link '{name}' {what}", name=name, what=what), self.shown, "remove the link"
            )
        goal = os.readlink(name, dir_fd=self.folder)
        if goal.startswith("/"):
            self._change_to(os.open("/", _FOLDER))
        self.ahead[:0] = [part for part in goal.split("/") if part not in ("", ".")]
        if not self.ahead or self.ahead[-1] == "..":
            raise owners.not_a_file(self.shown)

    def _change_to(self, folder: int) -> None:
        os.close(self.folder)
        self.folder = folder


@contextmanager
def private_umask() -> Iterator[None]:
    """Let new files and folders have exactly the private mode they are made with, for the whole process."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def look(folder: int, name: str) -> os.stat_result | None:
    """Return what bears a name in an open folder, a link itself and not its goal; None if nothing does."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


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
    return f".{name}.{secrets.token_hex(8)}"


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


def make_folders(path: str) -> None:
    """Make a folder and the missing ones above it, each private whatever the umask."""
    if not path or os.path.isdir(path):
        return
    make_folders(os.path.dirname(path))
    with private_umask(), suppress(FileExistsError):
        os.mkdir(path, 0o700)


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
