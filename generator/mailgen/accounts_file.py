"""The accounts file on disk: changed by one process at a time, whole or not at all, and private."""

from __future__ import annotations

import fcntl
import os
import secrets
from typing import TYPE_CHECKING

from mailgen import accounts
from mailgen.errors import MailgenError

if TYPE_CHECKING:
    from collections.abc import Callable


def change(path: str, edited: Callable[[str], str], create: bool = False, follow_links: bool = False) -> bool:
    """Read the accounts file, hand its text to `edited`, and write what that returns; say whether it differs.

    With `create` a missing file counts as empty and is made. What `edited` raises leaves the file as it
    was. Raises MailgenError for a symbolic link (unless `follow_links`), another's file, or a failure of
    the system.
    """
    path = _where_it_lies(path, follow_links)
    folder = os.path.dirname(path) or "."
    try:
        if create:
            make_private_folders(folder)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        accounts.text_of(path)  # says what to do about a file that is missing
        raise
    except OSError as error:
        raise _failed(path, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = "" if create and not os.path.lexists(path) else accounts.text_of(path)
        after = edited(before)
        if after == before:
            return False
        replace_file(path, after.encode(), 0o600)
        return True
    finally:
        os.close(handle)


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


def replace_file(path: str, content: bytes, mode: int) -> None:
    """Give `path` new contents in one step; a crash leaves the old or the new file, whole.

    The temporary file lies in the same folder, private from its first byte. A link at `path` is
    replaced, not followed. Raises MailgenError for a failure of the system; then nothing has changed.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
        try:
            try:
                written = 0
                while written < len(content):
                    written += os.write(handle, content[written:])
                os.fchmod(handle, mode)
                os.fsync(handle)
            finally:
                os.close(handle)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        parent = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)
    except OSError as error:
        raise _failed(path, error) from None


def make_private_folders(path: str) -> None:
    """Make a folder and the missing ones above it, each with mode 0700 whatever the umask."""
    missing = []
    while path and not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    for folder in reversed(missing):
        os.mkdir(folder, 0o700)


def _failed(path: str, error: OSError) -> MailgenError:
    return MailgenError(
        f"the file cannot be written: {error.strerror}",
        path,
        "make room or choose another place; it is as it was",
    )
