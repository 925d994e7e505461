r"""How notmuch 0.37 reads its configuration. Source: GLib's key files, and what `notmuch config get` printed.

Groups in brackets, and below them a line a setting, `key=value`, without the blanks around either; groups of
one name are one, and of two settings of one name the last counts. In values GLib reads \s \n \t \r and \\;
then notmuch strips blanks at the ends and cuts each at its semicolons, also those behind a backslash.
"""

from __future__ import annotations

from tests.readers import Rejected

_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


def unescaped(value: str) -> str:
    r"""Return a value as GLib reads it; another character behind a backslash stays as it is, with it.

    >>> unescaped(r"a\\b\sc\qd")
    'a\\b c\\qd'
    """
    found, at = "", 0
    while at < len(value):
        if value[at] == "\\" and value[at + 1 : at + 2] in _ESCAPES:
            found += _ESCAPES[value[at + 1]]
            at += 2
        else:
            found += value[at]
            at += 1
    return found


def read(text: str) -> dict[str, list[str]]:
    """Return the settings as notmuch names them, `user.name`, each as the values it is cut into."""
    found: dict[str, list[str]] = {}
    group = ""
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.strip(" \t")
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1]
            continue
        key, equals, value = line.partition("=")
        if not group or not equals:
            raise Rejected(number, "neither a group nor a setting of one")
        parts = unescaped(value).split(";")
        parts = parts if parts[-1] else parts[:-1]
        found[f"{group}.{key.rstrip()}"] = [part.strip() for part in parts]
    return found
