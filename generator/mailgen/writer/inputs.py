"""Reading files that somebody else wrote, and making one that was not there: bounded, and no tricks."""

from __future__ import annotations

import os
import stat
import sys

from ..core.errors import MailgenError
from ..core.text import Text
from . import disk, walking

#: More than any configuration file of a mail program has.
LONGEST = 1 << 20


def read_bytes(path: str) -> bytes:
    """Return what a regular file holds; raises MailgenError for what cannot be read or is too large."""
    data = _read(path)[0]
    if len(data) > LONGEST:
        raise MailgenError(
            Text("the file is larger than {number} MiB", number=LONGEST >> 20), path, "name another file"
        )
    return data


def read_text(path: str) -> tuple[str, int | None]:
    """Return the text of a file and its mode (st_mode); of standard input, which is `-`, no mode.

    Bytes that are no UTF-8 become U+FFFD. Raises MailgenError for what cannot be read, is not a
    regular file, or is larger than a configuration file can be.
    """
    if path == "-":
        if sys.stdin is None:
            raise MailgenError("standard input is closed", "-", "name a file")
        data, mode = sys.stdin.buffer.read(LONGEST + 1), None
    else:
        data, mode = _read(path)
    if len(data) > LONGEST:
        raise MailgenError(
            Text("the file is larger than {number} MiB", number=LONGEST >> 20),
            path,
            "this is no configuration of a mail program",
        )
    return data.decode(errors="replace"), mode


def _read(path: str) -> tuple[bytes, int]:
    try:
        # Not to hang on a FIFO, and not to become the owner of a terminal.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no path"
        raise MailgenError(
            Text("the file cannot be read: {why}", why=why), path, "check its name and its mode"
        ) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise MailgenError("this is no regular file", path, "name a file; - reads standard input")
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read(LONGEST + 1), mode
        except OSError as error:
            why = error.strerror or "unknown"
            raise MailgenError(Text("the file cannot be read: {why}", why=why), path, "try again") from None


def create_text(path: str, text: str, mode: int = 0o600, *, folders: bool = False) -> None:
    """Write a new file, which has `mode` once it is whole; with `folders`, missing ones are made, private.

    Raises MailgenError if something of that name is there already, if others can change the folder,
    and for whatever the system refuses; then nothing is left behind.
    """
    try:
        if folders:
            walking.make_folders(os.path.dirname(os.path.abspath(path)))
        disk.written(path, text.encode(), mode, disk.put_beside)
    except FileExistsError:
        raise MailgenError(
            "the file is there already, and mailgen does not write over it", path, "give another name"
        ) from None
    except OSError as error:
        raise disk.refusal(error, path, "nothing was made") from None
