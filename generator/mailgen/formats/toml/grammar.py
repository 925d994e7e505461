"""The grammar of TOML 1.0.0, in which templates say what is in a structured file. Read by tomllib."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, in_the_home, refuse_control_characters, shell_line
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

    A shell is named where a path begins with the user's home, which only a shell knows.

    >>> word_array(("pass", "show", "mail/x"))
    '["pass", "show", "mail/x"]'
    >>> word_array(("cat", "~/secret"))
    '["sh", "-c", "cat ~/secret"]'
    """
    if any(map(in_the_home, argv)):
        argv = ("sh", "-c", shell_line(argv))
    return "[" + ", ".join(map(text, argv)) + "]"


GRAMMAR = Grammar(
    "toml",
    text,
    ("false", "true"),
    {Command: lambda value: word_array(value.argv)},
    delimiters="=,[]{}",
    shown="",
)
