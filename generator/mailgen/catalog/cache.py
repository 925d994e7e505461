"""Compiled catalogues in the user's cache folder: used only if nobody else can have touched them.

A catalogue holds compiled templates, which are code. So the folder is reached as the writer reaches its
own (disk.py): every folder on the way is the user's or root's and closed to other writers, whoever
made it. The file is looked at through its open descriptor, read, and SQLite is given its bytes, so that
what was looked at is what is used, on every system. A path would not do, not even /proc/self/fd/N:
SQLite follows links itself (since 3.10), and opens what has the name by then.

Where the folder is not good, or is not there, a catalogue is compiled for this run alone.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import contextmanager

from mailgen import paths
from mailgen.catalog.reader import CompiledCatalogue
from mailgen.core.errors import MailgenError
from mailgen.writer import disk, walking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def kept_or_compiled(name: str, fingerprint: str, compiled: Callable[[], bytes]) -> CompiledCatalogue:
    """Return the catalogue that is kept under `name`, if its fingerprint is this one, else a new one.

    `compiled` makes its contents, with another fingerprint if they are for this run only; else they are
    kept if they can be, private to the user, but used as they were made. Raises what `compiled` does.
    """
    path = os.path.join(paths.cache(), name)
    content = _kept(path)
    if content is not None:
        try:
            found = opened_from(path, content)
        except MailgenError:
            pass  # damaged, or of another format
        else:
            if found.fingerprint == fingerprint:
                return found
            found.close()
    content = compiled()
    made = opened_from(path, content)
    if made.fingerprint == fingerprint:
        _keep(path, content)
    return made


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


def _kept(path: str) -> bytes | None:
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


def _keep(path: str, content: bytes) -> None:
    """Write a file that is private from the first byte, into folders that are; or let it be."""
    try:
        with _place(path, make=True) as place:
            temporary = f".catalog-{os.urandom(8).hex()}"
            disk.stage(place.folder, temporary, content, 0o600)
            try:
                disk.put_over(place.folder, temporary, place.name)
            except BaseException:
                os.unlink(temporary, dir_fd=place.folder)
                raise
    except (OSError, MailgenError):
        pass


def opened_from(path: str, content: bytes) -> CompiledCatalogue:
    """Return the catalogue of these contents; `path` is what messages call it.

    An SQLite that takes no bytes gets a file in a folder of its own, which is gone again when it is open.
    """
    if hasattr(sqlite3.Connection, "deserialize"):
        return CompiledCatalogue(path, content)
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:
        passing = os.path.join(folder, "catalog.sqlite")
        with open(passing, "wb") as file:
            file.write(content)
        return CompiledCatalogue(passing)
