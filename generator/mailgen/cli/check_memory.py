"""When an account was last refused: the time and nothing else, for providers lock those who try on."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from mailgen import paths
from mailgen.cli.prompts import agreed, welcome
from mailgen.cli.terminal import warn
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.writer.private import alone_in, make_private_folders, replace_file

#: So many seconds after a refusal somebody is asked before the next try.
RECENT = 60
_ALL_THE_SAME = {"en": "log in all the same?", "zh": "仍要登录吗？"}


def remember_refusal(name: str) -> None:
    """Note that an account was refused now. Where that cannot be, nothing is lost but a question."""
    path = _path(name)
    with suppress(MailgenError, OSError):
        make_private_folders(os.path.dirname(path))
        with alone_in(os.path.dirname(path)) as folder:
            replace_file(folder, path, b"", 0o600)


def may_try(name: str, lang: str) -> bool:
    """Say whether an account may be logged in to: one that was refused just now only if that is agreed to.

    Where nobody is there to ask, it is told, and done: one attempt a run is all that a server sees.
    """
    try:
        ago = time.time() - os.stat(_path(name)).st_mtime
    except OSError:
        return True
    if not 0 <= ago < RECENT:
        return True
    warn(
        "warning",
        Text("{name} was refused {seconds} seconds ago", name=name, seconds=round(ago)),
        "",
        Text("providers lock accounts after some tries; make sure that the secret is another one now"),
        lang=lang,
    )
    return not welcome() or agreed(_ALL_THE_SAME[lang])


def _path(name: str) -> str:
    """Return the file of an account, which is not named after it."""
    return os.path.join(paths.state_folder(), "refused", f"{paths.hash_of(name):08x}")
