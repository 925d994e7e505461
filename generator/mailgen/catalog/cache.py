"""Compiled catalogues in the user's cache folder: used only if nobody else can have touched them.

A catalogue holds compiled templates, which are code. So the file is reached and read as `writer.caching`
does it, and SQLite is given its bytes, so that what was looked at is what is used, on every system. A path
would not do, not even /proc/self/fd/N: SQLite follows links itself (since 3.10), and opens what has the name
by then.

Where the folder is not good, or is not there, a catalogue is compiled for this run alone.
"""

from __future__ import annotations

import os
import sqlite3

from mailgen import paths
from mailgen.catalog.reader import CompiledCatalogue
from mailgen.core.errors import MailgenError
from mailgen.writer import caching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def kept_or_compiled(name: str, fingerprint: str, compiled: Callable[[], bytes]) -> CompiledCatalogue:
    """Return the catalogue that is kept under `name`, if its fingerprint is this one, else a new one.

    `compiled` makes its contents, with another fingerprint if they are for this run only; else they are
    kept if they can be, private to the user, but used as they were made. Raises what `compiled` does.
    """
    path = os.path.join(paths.cache(), name)
    content = caching.read_kept(path)
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
        caching.keep_file(path, content)
    return made


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
