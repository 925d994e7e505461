"""The grammar of Thunderbird's prefs files. Read back from Thunderbird 153."""

from __future__ import annotations

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


GRAMMAR = Grammar("prefs", text, ("false", "true"), delimiters="(),;")
