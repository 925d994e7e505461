"""The grammar of auth.conf, `login|host:password`. Read back from dma 0.13, which logged in so."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import Secret


def login_before_bar(value: str) -> str:
    r"""Write a login name, which goes from the beginning of the line to the first bar.

    All else stands for itself. Raises Unquotable for a bar, for a # at its beginning, where it begins a
    comment, for control characters, and for an empty one. Source: dma(8), auth.conf; logins with 0.13.

    >>> login_before_bar('a"b\\c: #d@sohu.com')
    'a"b\\c: #d@sohu.com'
    """
    refuse_control_characters(value)
    if not value or "|" in value or value.startswith("#"):
        raise Unquotable("a login name in this file is not empty, holds no | and does not begin with #")
    return value


def rest_of_line(value: str) -> str:
    """Write a password, which goes to the end of the line, blanks at its ends too.

    Raises Unquotable for control characters and for an empty one.

    >>> rest_of_line(" a:b|#c ")
    ' a:b|#c '
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty, and would be taken for no value")
    return value


GRAMMAR = Grammar(
    "dmaauth",
    login_before_bar,
    ("no", "yes"),
    {Secret: lambda value: rest_of_line(value.text)},
    longest_line=2046,
    delimiters="|:",
    comments=(("\n#", "\n"),),
    shown="",
)
