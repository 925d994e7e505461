"""The way to a file below a trusted folder, walked so that nobody can put another file under our hands.

Every folder on the way is opened by its name in the folder above, without following a link, and
looked at through the open descriptor: it must be the user's or root's, and nobody else may write
to it. Links are followed only when the user says so (dotfiles kept elsewhere and linked), and then
what they lead to must pass the same tests. MailgenError says what was met instead; OSError is left
to the caller, who knows what was being done.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress

from ..core.errors import MailgenError
from ..core.text import Option, Text
from ..core.values import dataclass
from . import owners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LINKS = 40


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


def make_folders(path: str) -> None:
    """Make a folder and the missing ones above it, each private whatever the umask."""
    if not path or os.path.isdir(path):
        return
    make_folders(os.path.dirname(path))
    with private_umask(), suppress(FileExistsError):
        os.mkdir(path, 0o700)
