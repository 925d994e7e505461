"""The grammar of Emacs Lisp. Read back from Emacs 28.2."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, in_the_home, refuse_control_characters, verbatim
from mailgen.model.tokens import Command, Verbatim


def text(value: str) -> str:
    r"""Write a string as Emacs reads one: the quote and the backslash escaped, all else as it is.

    Raises Unquotable for control characters, as everywhere.
    Source: read back from Emacs 28.2; Emacs Lisp manual, "Syntax for Strings".

    >>> text('a"b\\ü?')
    '"a\\"b\\\\ü?"'
    """
    refuse_control_characters(value)
    return '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'


def word_list(argv: tuple[str, ...]) -> str:
    """Write a command as a list of its words, which Emacs runs without a shell.

    Raises Unquotable for a path below the home, which only a shell knows.

    >>> word_list(("msmtp", "-a", "my home"))
    '("msmtp" "-a" "my home")'
    """
    if any(map(in_the_home, argv)):
        raise Unquotable("Emacs runs it without a shell, so that ~ is not the home: write the whole path")
    return "(" + " ".join(map(text, argv)) + ")"


def closed_line(line: str) -> str:
    """Return a line of the user's own; Unquotable for one that does not close what it opens.

    An open string or list would swallow what follows, a parenthesis too many end what stands around it.

    >>> closed_line("(setq gnus-fetch-old-headers 'some) ; it's so")
    "(setq gnus-fetch-old-headers 'some) ; it's so"
    """
    if not _is_closed(line):
        raise Unquotable("a line of your own leaves a string or a parenthesis open, or closes one too many")
    return verbatim(line)


def _is_closed(line: str) -> bool:
    """Say whether all that begins in a line ends in it; a character is written as `?` and itself: `?(`."""
    depth, in_string, before, last, chars = 0, False, " ", " ", iter(line)
    for char in chars:
        if char == "?" and not in_string and before in " \t([')":
            if next(chars, "") == "\\":
                next(chars, "")
        elif char == "\\":
            next(chars, "")
        elif char == '"':
            in_string = not in_string
        elif char == ";" and not in_string:
            break
        elif not in_string:
            depth += (char in "([") - (char in ")]")
            if depth < 0:
                return False
        before, last = char, last if char in " \t" else char
    return depth == 0 and not in_string and last not in "'`,@#"


GRAMMAR = Grammar(
    "elisp",
    text,
    ("nil", "t"),
    {Command: lambda value: word_list(value.argv), Verbatim: lambda value: closed_line(value.line)},
    delimiters="()",
    comments=((";", "\n"),),
    quotes='"',
)
