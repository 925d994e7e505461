"""The grammar of mblaze's profile: lines like those of a message's header. Read back from mblaze 1.1."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, in_the_home, named_address, refuse_control_characters, verbatim
from mailgen.model.tokens import BareCommand, Joined, NamedAddress, Verbatim


def text(value: str) -> str:
    """Write a value: the rest of the line, as it is.

    Raises Unquotable for control characters, for empty text, and for blanks at the ends, which are dropped.
    Source: mblaze-profile(5); what mhdr 1.1 printed.

    >>> text("Ada's #1: $HOME")
    "Ada's #1: $HOME"
    """
    refuse_control_characters(value)
    if not value or value != value.strip():
        raise Unquotable("mblaze takes blanks at the ends of a value away, and an empty one for none")
    return value


def sending_program(argv: tuple[str, ...]) -> str:
    """Write a program that sends. A shell cuts it at blanks and fills in names of files, but knows no quotes.

    Raises Unquotable for a word that would not come through that, and for a path below the home.

    >>> sending_program(("msmtp", "-a", "home"))
    'msmtp -a home'
    """
    for word in argv:
        if not word or any(map(str.isspace, word)) or set(word) & set("*?[\\"):
            raise Unquotable("mblaze cuts a program's words at blanks, and knows no quotes for them")
    if any(map(in_the_home, argv)):
        raise Unquotable("mblaze does not take ~ for the home there: write the whole path")
    return text(" ".join(argv))


def sender_list(value: Joined) -> str:
    """Write a list of addresses with their names.

    >>> sender_list(Joined((NamedAddress("a@x.example", "A, B"), NamedAddress("c@x.example")), ", "))
    '"A, B" <a@x.example>, c@x.example'
    """
    return text(
        value.separator.join(
            named_address(part) if isinstance(part, NamedAddress) else str(part) for part in value.parts
        )
    )


GRAMMAR = Grammar(
    "mblaze",
    text,
    ("no", "yes"),
    {
        NamedAddress: lambda value: text(named_address(value)),
        Joined: sender_list,
        BareCommand: lambda value: sending_program(value.argv),
        Verbatim: lambda value: verbatim(value.line),
    },
    comments=(("\n#:", "\n"),),
    shown="""local-mailbox: alternate-mailboxes: fqdn: outbox: reply-from: scan-format: sendmail:!
    sendmail-args:!""",
)
