"""Floor 2: where mailgen's own data lies, in a package or a checkout."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))
#: The file that mailgen is as a whole (`make zipapp`), or None: then its files have no path that opens.
_LOADER = globals()["__loader__"]
_ARCHIVE: str | None = getattr(_LOADER, "archive", None)


def installed() -> bool:
    """Say whether the data lie inside the package (a wheel, or one file) and so never change."""
    return _ARCHIVE is not None or os.path.isdir(os.path.join(_PACKAGE, "providers"))


def zipped(path: str) -> bytes | None:
    """Return what a file of mailgen's own holds where mailgen is one file; None where it is not.

    Raises OSError if there is no such file.
    """
    return None if _ARCHIVE is None else _LOADER.get_data(path)


def text_of_ours(path: str) -> str:
    """Return the text of a file of mailgen's own, wherever that lies; raises OSError if it is not there."""
    content = zipped(path)
    if content is not None:
        return content.decode()
    with open(path, encoding="utf-8") as file:
        return file.read()


def names_of_ours(folder: str) -> list[str]:
    """Return the names of the files in a folder of mailgen's own, in alphabetical order."""
    if _ARCHIVE is None:
        return sorted(os.listdir(folder))
    from zipfile import ZipFile

    start = os.path.relpath(folder, _ARCHIVE) + "/"
    with ZipFile(_ARCHIVE) as archive:
        inside = [name.removeprefix(start) for name in archive.namelist() if name.startswith(start)]
    return sorted(name for name in inside if name and "/" not in name)


def data_folder(name: str) -> str:
    """Return the path of the data folder `name`: providers, templates or schema."""
    return os.path.join(_PACKAGE if installed() else _CHECKOUT, name)


def catalogue_file() -> str:
    """Return the path of the compiled catalogue: beside the code, in a wheel as in a checkout."""
    return os.path.join(_PACKAGE, "catalog.sqlite")


def cache() -> str:
    """Return the folder for what can be made again."""
    return os.path.join(_base("XDG_CACHE_HOME", "~/.cache"), "mailgen")


def config() -> str:
    """Return the folder for what the user has written: the accounts file, and provider files."""
    return os.path.join(_base("XDG_CONFIG_HOME", "~/.config"), "mailgen")


def state_folder() -> str:
    """Return the folder for what mailgen remembers of its own runs."""
    return os.path.join(_base("XDG_STATE_HOME", "~/.local/state"), "mailgen")


def own_providers() -> str:
    """Return the folder for provider files of the user's own; it need not be there."""
    return os.path.join(config(), "providers")


def fetched_data() -> str:
    """Return the file of provider data that `mailgen data update` keeps; it need not be there."""
    return os.path.join(_base("XDG_DATA_HOME", "~/.local/share"), "mailgen", "providers.json")


def of_another(path: str) -> str | None:
    """Return the folder on the way to `path`, or itself, that is neither this user's nor root's; else None.

    So it is where somebody became another user and kept HOME: what lies there is not his own word.
    """
    path = os.path.abspath(path)
    while True:
        if os.stat(path).st_uid not in (os.geteuid(), 0):
            return path
        if path == os.path.dirname(path):
            return None
        path = os.path.dirname(path)


def _base(variable: str, default: str) -> str:
    """Return a base folder of the XDG specification, which tells to ignore a relative one."""
    given = os.environ.get(variable, "")
    return given if given.startswith("/") else os.path.expanduser(default)


def fingerprint() -> str:
    """Return a line that changes whenever a file that the catalogue is made from changes.

    Made of names, sizes and times; empty for a wheel, whose catalogue was made with it.
    """
    if installed():
        return ""
    seen = []
    for top in (*map(data_folder, ("providers", "templates", "schema")), _PACKAGE):
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
