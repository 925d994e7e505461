"""The grammar of msmtprc. Read back from msmtp 1.8.23."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, is_plain_word, refuse_control_characters, shell_line
from mailgen.model.tokens import Command, Label, Sender, SenderPattern


def text(value: str) -> str:
    r"""Quote an argument of an msmtp command.

    msmtp has no escapes: it takes the rest of the line and strips one pair of double quotes around
    the whole. So a pair around any text is right, whatever the text holds; plain words go without.
    Raises Unquotable for control characters and for empty text, which msmtp takes as "unset".
    Source: read back with msmtp 1.8.23 -P.

    >>> text('a"b c')
    '"a"b c"'
    >>> text("user@sohu.com")
    'user@sohu.com'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty, which msmtp reads as unset")
    return value if is_plain_word(value) else f'"{value}"'


def label(value: str) -> str:
    """Write an account's name for msmtp: bare, because `account default : NAME` strips no quotes.

    Raises Unquotable for the colon and comma, which msmtp refuses, for what only quotes could keep, and
    for `default`, which is another name of one of the accounts.

    >>> label("o'brien@sohu.com")
    "o'brien@sohu.com"
    """
    refuse_control_characters(value)
    if not value or value != value.strip() or ":" in value or "," in value or '"' in value:
        raise Unquotable('an account of msmtp has a name without blanks at its ends and without : , or "')
    if value == "default":
        raise Unquotable("an account that is called default leaves no name for the default account")
    return value


def sender(value: str) -> str:
    """Write the argument of msmtp's `from`, which expands %U, %H, %C and %M and matches ?, * and [.

    There is no escape for these, so Unquotable is raised for an address that holds one.
    Source: read back with msmtp 1.8.23 -P; msmtp(1) for the patterns.

    >>> sender("50%off@sohu.com")
    '50%off@sohu.com'
    """
    for word in ("%U", "%H", "%C", "%M", "?", "*", "["):
        if word in value:
            raise Unquotable("it holds %U, %H, %C, %M, ?, * or [, which msmtp would replace or match")
    return text(value)


def sender_pattern(value: str) -> str:
    """Write a pattern for msmtp's `from`: any address that it matches is sent as, by this account.

    Raises Unquotable for a part before the star that msmtp would expand or match.
    Source: msmtp(1), from; sent as with msmtp 1.8.23.

    >>> sender_pattern("*@lab.example"), sender_pattern("ada+*@lab.example")
    ('"*@lab.example"', '"ada+*@lab.example"')
    """
    before, _, behind = value.partition("*")
    sender(before + behind)
    return text(value)


GRAMMAR = Grammar(
    "msmtp",
    text,
    ("off", "on"),
    {
        Command: lambda value: text(shell_line(value.argv)),
        Label: lambda value: label(value.name),
        Sender: lambda value: sender(value.address),
        SenderPattern: lambda value: sender_pattern(value.address),
    },
    longest_line=499,
    comments=(("\n#", "\n"),),
    quotes='"',
)
