"""The accounts file on disk: changed by one process at a time, whole or not at all, and private."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from mailgen import accounts, disk
from mailgen.errors import MailgenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def change(path: str, edited: Callable[[str], str], create: bool = False, follow_links: bool = False) -> bool:
    """Read the accounts file, hand its text to `edited`, and write what that returns; say whether it differs.

    With `create` a missing file counts as empty and is made. What `edited` raises leaves the file as it
    was. Raises MailgenError for a symbolic link (unless `follow_links`), another's file, or a failure of
    the system.
    """
    path = _where_it_lies(path, follow_links)
    folder = os.path.dirname(path) or "."
    if create:
        make_private_folders(folder)
    elif not os.path.isdir(folder):
        accounts.text_of(path)  # says what to do about a file that is missing
    with alone_in(folder) as handle:
        before = "" if create and not os.path.lexists(path) else accounts.text_of(path)
        after = edited(before)
        if after == before:
            return False
        replace_file(handle, path, after.encode(), 0o600)
        return True


@contextmanager
def alone_in(folder: str) -> Iterator[int]:
    """Open a folder, and keep other processes of ours out of it meanwhile.

    Raises MailgenError if it cannot be opened, or others can change it.
    """
    with ExitStack() as stack:
        try:
            handle = stack.enter_context(disk.opened_root(folder))
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


def _where_it_lies(path: str, follow_links: bool) -> str:
    if os.path.islink(path):
        target = os.path.realpath(path)
        if not follow_links:
            raise MailgenError(
                f"the accounts file is a symbolic link to {target}",
                path,
                "if your dotfile manager made it, add --follow-links to change the file behind it",
            )
        path = target
    if os.path.exists(path) and os.stat(path).st_uid != os.geteuid():
        raise MailgenError("the accounts file belongs to another user", path, "run mailgen as that user")
    return path


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
        disk.make_folders(path)
    except OSError as error:
        raise _failed(path, error) from None


def _failed(path: str, error: OSError) -> MailgenError:
    return disk.refusal(error, path, "it is as it was")
