"""Files that can be made again, in a cache folder: used only if nobody else can have touched them.

The folder is reached as the writer reaches its own: every folder on the way is the user's or root's and
closed to other writers, whoever made it. The file is looked at through its open descriptor, and what was
looked at is what is used.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager

from ..core.errors import MailgenError
from . import disk, walking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@contextmanager
def _place(path: str, make: bool) -> Iterator[walking.Place]:
    """Find the place of a file, looking at every folder from the root on; links of his are followed."""
    root = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        parts = [part for part in os.path.abspath(path).split("/") if part]
        with walking.located(root, parts, path, follow=True, make=make) as place:
            yield place
    finally:
        os.close(root)


def read_kept(path: str) -> bytes | None:
    """Return the contents of a file of the user's own that nobody else can write; else None."""
    try:
        with _place(path, make=False) as place:
            if place.missing:
                return None
            with open(os.open(place.name, _READ, dir_fd=place.folder), "rb") as file:
                status = os.fstat(file.fileno())
                ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
                return file.read() if ours and not status.st_mode & 0o022 else None
    except (OSError, MailgenError):
        return None


def keep_file(path: str, content: bytes) -> None:
    """Write a file that is private from the first byte, into folders that are; or let it be."""
    try:
        with _place(path, make=True) as place:
            temporary = f".kept-{os.urandom(8).hex()}"
            disk.stage(place.folder, temporary, content, 0o600)
            try:
                disk.put_over(place.folder, temporary, place.name)
            except BaseException:
                os.unlink(temporary, dir_fd=place.folder)
                raise
    except (OSError, MailgenError):
        pass
