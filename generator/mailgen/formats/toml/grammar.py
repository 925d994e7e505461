"""The grammar of TOML 1.0.0, in which templates say what is in a structured file. Read by tomllib."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import Command


def text(value: str) -> str:
    r"""Write a basic string (TOML 1.0.0, String): the quote and the backslash escaped, all else as it is.

    Raises Unquotable for control characters, as everywhere.

    >>> text('a"b\\ü')
    '"a\\"b\\\\ü"'
    """
    refuse_control_characters(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def word_array(argv: tuple[str, ...]) -> str:
    """Write a command as an array of its words, for programs that run it without a shell.

    >>> word_array(("pass", "show", "mail/x"))
    '["pass", "show", "mail/x"]'
    """
    return "[" + ", ".join(map(text, argv)) + "]"


GRAMMAR = Grammar(
    "toml",
    text,
    ("false", "true"),
    {Command: lambda value: word_array(value.argv)},
    delimiters="=,[]{}",
    shown="",
)
