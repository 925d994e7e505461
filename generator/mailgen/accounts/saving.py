"""The accounts file on disk: changed by one process at a time, whole or not at all, and private."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mailgen.accounts import reader
from mailgen.core.errors import MailgenError
from mailgen.core.text import Option, Text
from mailgen.writer.private import alone_in, make_private_folders, replace_file

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
    if create:
        make_private_folders(folder)
    elif not os.path.isdir(folder):
        reader.accounts_text(path)  # says what to do about a file that is missing
    with alone_in(folder) as handle:
        before = "" if create and not os.path.lexists(path) else reader.accounts_text(path)
        after = edited(before)
        if after == before:
            return False
        replace_file(handle, path, after.encode(), 0o600)
        return True


def _where_it_lies(path: str, follow_links: bool) -> str:
    if os.path.islink(path):
        target = os.path.realpath(path)
        if not follow_links:
            raise MailgenError(
                Text("the accounts file is a symbolic link to {target}", target=target),
                path,
                Text(
                    "if your dotfile manager made it, add {follow_links} to change the file behind it",
                    follow_links=Option("follow_links"),
                ),
            )
        path = target
    if os.path.exists(path) and os.stat(path).st_uid != os.geteuid():
        raise MailgenError("the accounts file belongs to another user", path, "run mailgen as that user")
    return path
