"""Where mailgen's own data lies: inside the installed package, or at the top of a checkout."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))


def installed() -> bool:
    """Say whether the data lie inside the package (a wheel) and so never change."""
    return os.path.isdir(os.path.join(_PACKAGE, "providers"))


def folder(name: str) -> str:
    """Return the path of the data folder `name`: providers, templates or schema."""
    return os.path.join(_PACKAGE if installed() else _CHECKOUT, name)


def catalogue() -> str:
    """Return the path of the compiled catalogue: beside the code, in a wheel as in a checkout.

    In a checkout that this user cannot write, it lies in the cache folder of the user instead.
    """
    beside = os.path.join(_PACKAGE, "catalog.sqlite")
    if installed() or os.access(_PACKAGE, os.W_OK):
        return beside
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "mailgen", "catalog.sqlite")


def fingerprint() -> str:
    """Return a line that changes whenever a file that the catalogue is made from changes.

    Made of names, sizes and times; empty for a wheel, whose catalogue was made with it.
    """
    if installed():
        return ""
    seen = []
    for top in (*map(folder, ("providers", "templates", "schema")), _PACKAGE):
        for path, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                if name.endswith((".yaml", ".j2", ".json", ".py")):
                    status = os.stat(os.path.join(path, name))
                    seen.append((name, status.st_size, status.st_mtime_ns))
    return str(hash_of(repr(seen)))


def hash_of(text: str) -> int:
    """Return a CRC-32 of `text`: enough to notice a change, and cheaper to import than a digest."""
    import zlib

    return zlib.crc32(text.encode())
