"""The grammar of ~/.netrc and ~/.authinfo: lines that people copy there, and files of a secret."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, is_plain_word, refuse_control_characters


def netrc(value: str) -> str:
    r"""Quote a word of ~/.netrc as fetchmail and msmtp read it: there are quotes, but no escapes.

    Raises Unquotable for control characters, and for a value that holds both kinds of quotes.
    Source: real logins with fetchmail 6.4.37; auth-source.el of Emacs 28.2.

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


GRAMMAR = Grammar("netrc", netrc, ("no", "yes"), quotes="\"'", shown="")
