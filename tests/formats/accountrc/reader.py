"""How Claws Mail 4.1.1 reads accountrc. Source: its account.c and prefs_gtk.c, and files that it wrote anew.

`[Account: N]`, and below it a line a setting: all behind the equals sign is the value, blanks too. Only lines
that begin with the name of a setting count; the last of one name does. Of two sections of one number both are
the first.
"""

from __future__ import annotations

import re


def read(text: str) -> dict[str, dict[str, str]]:
    """Return the settings of each account, by its number."""
    found: dict[str, dict[str, str]] = {}
    inside: dict[str, str] | None = None
    for line in text.split("\n"):
        if line.startswith("["):
            header = re.fullmatch(r"\[Account: (\d+)\]", line.rstrip("\r"))
            inside = found.setdefault(header[1], {}) if header and header[1] not in found else None
        elif inside is not None and line[:1] not in ("#", " ", ""):
            name, equals, value = line.rstrip("\r").partition("=")
            if equals:
                inside[name] = value
    return found
