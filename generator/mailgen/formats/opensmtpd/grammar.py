"""The grammar of smtpd.conf: values stand in double quotes. Read back from OpenSMTPD 6.8.0p2."""

from __future__ import annotations

import re

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, plain_address, refuse_control_characters
from mailgen.model.tokens import FileName, Sender

#: Letters, digits and what else stands for itself where a word is read again.
_WORD = re.compile(r"[A-Za-z0-9_.!#$%&*+/=?^`{|}~'-]+(@[A-Za-z0-9.-]+)?")


def string(value: str) -> str:
    r"""Write any text in double quotes, between which neither $ nor # means anything.

    A backslash is a backslash, unless a quote or a blank is behind it: then that blank gets one of its own.
    Raises Unquotable for control characters, for an empty value, and for a backslash at the end, for which
    there is no way to be written. Source: yylex() in parse.y of 6.8.0p2 and 7.8.0p1.

    >>> print(string('a"b$c #d'), string("a\\ b"), string("a\\b"))
    "a\"b$c #d" "a\\ b" "a\b"
    """
    refuse_control_characters(value)
    if not value or value.endswith("\\"):
        raise Unquotable("a string of smtpd.conf is not empty and does not end in a backslash")
    return '"' + value.replace("\\ ", "\\\\ ").replace('"', '\\"') + '"'


def text(value: str) -> str:
    r"""Write a word: the name of a machine, or the address that mail to its users goes to.

    The address is read a second time, as in /etc/aliases, where an apostrophe wants a backslash, and a name
    that begins with a bar or a slash would be a program or a file. Raises Unquotable for these, for blanks
    and for all else that would be read as several. Source: expand_line() and text_to_expandnode() of 6.8.0p2.

    >>> print(text("o'brien+cron@lab.example"))
    "o\'brien+cron@lab.example"
    """
    refuse_control_characters(value)
    if not _WORD.fullmatch(value) or value[0] in "|/":
        raise Unquotable('a word of smtpd.conf holds no blank and none of , : ; < > ( ) [ ] " or a backslash')
    return string(value).replace("'", "\\'")


GRAMMAR = Grammar(
    "opensmtpd",
    text,
    ("no", "yes"),
    {
        FileName: lambda value: string(value.path),
        Sender: lambda value: string(plain_address(value.address)),
    },
    comments=(("#", "\n"),),
    quotes='"',
)
