r"""How Evolution reads a source. Source: GLib's key files, and what evolution-source-registry 3.46 gave out.

Groups in brackets, and below them a line a setting, `key=value`; blanks in front of a line or a value do not
count, those behind a value do. Groups of one name are one, and of two settings of one name the last counts.
In values \s \n \t \r and \\ are escapes; with another backslash the setting is none.
"""

from __future__ import annotations

import re

from tests.readers import Rejected

_ESCAPES = {r"\s": " ", r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\\": "\\"}


def read(text: str) -> dict[str, dict[str, str]]:
    """Return the settings by group and key. Raises Rejected for a file of which nothing is read."""
    found: dict[str, dict[str, str]] = {}
    group: dict[str, str] | None = None
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.lstrip(" \t")
        if not line or line.startswith("#"):
            continue
        if header := re.fullmatch(r"\[([^\[\]]+)\][ \t]*", line):
            group = found.setdefault(header[1], {})
            continue
        key, equals, value = line.partition("=")
        if group is None or not equals or not key.strip():
            raise Rejected(number, "neither a group nor a setting of one")
        if re.search(r"(?<!\\)(?:\\\\)*\\(?![sntr\\])", value):
            group.pop(key.rstrip(), None)
            continue
        group[key.rstrip()] = re.sub(r"\\[sntr\\]", lambda one: _ESCAPES[one[0]], value.lstrip(" \t"))
    return found
