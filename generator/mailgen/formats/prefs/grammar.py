"""The grammar of Thunderbird's prefs files. Read back from Thunderbird 153."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import FileName


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


def relative_path(path: str) -> str:
    r"""Write the path of a file: below the home as a pref that ends in -rel has it.

    Source: nsIRelativeFilePref, and Thunderbird 153, asked for an identity's signature.

    >>> relative_path("~/.signature"), relative_path("/etc/signature")
    ('"[Home].signature"', '"/etc/signature"')
    """
    return text(HOME + path[2:] if path.startswith("~/") else path)


#: What stands for the home in a pref that ends in -rel.
HOME = "[Home]"
GRAMMAR = Grammar(
    "prefs",
    text,
    ("false", "true"),
    {FileName: lambda value: relative_path(value.path)},
    delimiters="(),;",
    comments=(("//", "\n"), ("#", "\n"), ("/*", "*/")),
    quotes="\"'",
)
