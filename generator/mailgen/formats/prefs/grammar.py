"""The grammar of Thunderbird's prefs files. Read back from Thunderbird 153."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters


def text(value: str) -> str:
    r"""Quote a string of Thunderbird's prefs grammar, which is not JavaScript.

    In double quotes; the quote, the backslash and the control characters as \uHHHH (`\t`, `\b`
    and `\/` lose the whole pref), all else as it is. Raises Unquotable for line breaks and other
    control characters, as everywhere.
    Source: read back from Thunderbird 153 over Marionette.

    >>> text('a"b\\ü')
    '"a\\u0022b\\u005cü"'
    """
    refuse_control_characters(value)
    return '"' + value.replace("\\", r"\u005c").replace('"', r"\u0022") + '"'


def no_command(argv: tuple[str, ...]) -> str:
    """Refuse a command where the program can run none."""
    raise Unquotable("this program cannot run a command for it")


GRAMMAR = Grammar("prefs", text, no_command, ("false", "true"), delimiters="(),;")
