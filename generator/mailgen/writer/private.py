"""Files of one's own, private and whole, below folders that are private too."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from ..core.errors import MailgenError
from . import disk, walking

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def alone_in(folder: str) -> Iterator[int]:
    """Open a folder, and keep other processes of ours out of it meanwhile.

    Raises MailgenError if it cannot be opened, or others can change it.
    """
    with ExitStack() as stack:
        try:
            handle = stack.enter_context(walking.opened_root(folder))
            if handle is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _failed(folder, error) from None
        yield handle


def sweep(folder: int, name: str) -> None:
    """Remove what a killed process left beside the file `name`; call it alone in the folder."""
    left = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{16}}")
    for entry in os.listdir(folder):
        if left.fullmatch(entry):
            os.unlink(entry, dir_fd=folder)


def replace_file(folder: int, path: str, content: bytes, mode: int) -> None:
    """Give a file in an open folder new contents in one step; a crash leaves the old or the new file, whole.

    `path` is the file's, for messages. The temporary file lies in the same folder, private from its
    first byte. A link is replaced, not followed. Raises MailgenError for a failure of the system;
    then nothing has changed.
    """
    try:
        disk.written_in(folder, os.path.basename(path), content, mode, disk.put_over)
    except OSError as error:
        raise _failed(path, error) from None


def make_private_folders(path: str) -> None:
    """Make a folder and the missing ones above it, each with mode 0700 whatever the umask.

    Raises MailgenError if that cannot be.
    """
    try:
        walking.make_folders(path)
    except OSError as error:
        raise _failed(path, error) from None


def _failed(path: str, error: OSError) -> MailgenError:
    return disk.refusal(error, path, "it is as it was")
