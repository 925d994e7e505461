"""The grammar of a swaksrc: an option a line, its argument behind a blank. Read back from Swaks 20240103."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters, verbatim
from mailgen.model.tokens import FileName, Verbatim


def text(value: str) -> str:
    r"""Write an argument: the rest of the line, as it is.

    Raises Unquotable for control characters, for nothing, which has Swaks ask, and for what begins with a
    dash: that would be the next option.
    Source: swaks(1), CONFIGURATION FILES; what `swaks --dump` printed.

    >>> text('a "b" #c \\ $d')
    'a "b" #c \\ $d'
    """
    refuse_control_characters(value)
    if value in ("", "<>"):
        raise Unquotable("Swaks asks for what is empty, and takes <> for that")
    if value.startswith("-"):
        raise Unquotable("Swaks takes what begins with - for its next option")
    return value


def ca_location(value: str) -> str:
    """Write a path. Raises Unquotable for one below the home: nobody fills in the tilde."""
    if value.startswith("~/"):
        raise Unquotable("Swaks does not take ~ for the home: write the whole path")
    return text(value)


GRAMMAR = Grammar(
    "swaks",
    text,
    ("0", "1"),
    {FileName: lambda value: ca_location(value.path), Verbatim: lambda value: verbatim(value.line)},
    comments=(("\n#", "\n"),),
    shown="""server port tls tls-on-connect tls-verify-ca tls-verify-host tls-sni tls-ca-path auth auth-user
    auth-hide-password protect-prompt from ehlo""",
)
