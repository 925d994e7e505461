"""The grammar of ~/.netrc, which no target writes whole: people copy lines into it."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import is_plain_word, refuse_control_characters


def netrc(value: str) -> str:
    r"""Quote a word of ~/.netrc as fetchmail and msmtp read it: there are quotes, but no escapes.

    Raises Unquotable for control characters, and for a value that holds both kinds of quotes.
    Source: real logins with fetchmail 6.4.37.

    >>> netrc("o'brien@sohu.com")
    '"o\'brien@sohu.com"'
    """
    refuse_control_characters(value)
    if is_plain_word(value):
        return value
    for mark in ('"', "'"):
        if mark not in value:
            return f"{mark}{value}{mark}"
    raise Unquotable("it holds both kinds of quotes, which netrc cannot write")
