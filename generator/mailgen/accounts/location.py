"""Where the accounts file lies, and how large it may be."""

from __future__ import annotations

import os

from mailgen import paths
from mailgen.core.errors import UsageError
from mailgen.core.text import Option, Text

#: More than this is no accounts file: ten thousand accounts take half of it.
LARGEST = 4 * 1024 * 1024


def default_path() -> str:
    """Return where the accounts file lies if nobody says otherwise (XDG Base Directory Specification)."""
    return os.path.join(paths.config(), "accounts.yaml")


def chosen_path(given: str | None) -> str:
    """Return the path that --accounts names, or the default; raises UsageError for an empty name."""
    if given == "":
        raise UsageError(Text("no file is named"), Option("accounts"), Text("name one, or leave it out"))
    return default_path() if given is None else given
