r"""The grammar of a mailrc with `v15-compat` set, in the manner of a shell. Read back from S-nail 14.9.24."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.quoting import (
    Grammar,
    is_plain_word,
    named_address,
    percent_encoded,
    refuse_control_characters,
    shell_line,
    verbatim,
)
from mailgen.model.hosts import in_url
from mailgen.model.tokens import Command, FileName, Label, NamedAddress, Url, Verbatim

#: Where S-nail knows a protocol by another name than the one that others write.
_SCHEMES = {"pop": "pop3", "pops": "pop3s", "smtp": "submission", "smtps": "submissions"}
#: What is filled in where a variable is read as a file, beside the tilde in front.
_FILLED_IN = "$\\*?[]{}`\"'"


def text(value: str) -> str:
    r"""Write a word: as it is if nothing in it means anything, else between dollar and single quotes.

    Only the backslash and the quote mean anything there, unless a backslash is before them.
    Raises Unquotable for control characters.
    Source: s-nail(1), Shell-style argument quoting; what `varshow` printed.

    >>> text("ada@sohu.com"), text('it\'s "a\\b" $HOME #1')
    ('ada@sohu.com', '$\'it\\\'s "a\\\\b" $HOME #1\'')
    """
    refuse_control_characters(value)
    if is_plain_word(value) and value[0] not in "~+%":
        return value
    return "$'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def mailrc_url(url: Url) -> str:
    """Write a server with its login name, percent-encoded, and the mailbox behind it as it is.

    Source: s-nail(1), On URL syntax and credential lookup; run against Dovecot and Postfix.

    >>> mailrc_url(Url("smtps", "o'brien@sohu.com", "smtp.sohu.com", 465))
    'submissions://o%27brien%40sohu.com@smtp.sohu.com:465'
    >>> mailrc_url(Url("imaps", "ada", "imap.sohu.com", 993, "Sent Mail"))
    "$'imaps://ada@imap.sohu.com:993/Sent Mail'"
    """
    refuse_control_characters(url.username)
    scheme = _SCHEMES.get(url.scheme, url.scheme)
    server = f"{scheme}://{percent_encoded(url.username)}@{in_url(url.host)}:{url.port}"
    return text(f"{server}/{url.path}" if url.path else server)


def mailrc_path(value: str) -> str:
    """Write a path. Raises Unquotable for what S-nail would fill in there.

    >>> mailrc_path("~/my certificates.pem")
    "$'~/my certificates.pem'"
    """
    if filled := next((char for char in value if char in _FILLED_IN), None):
        raise Unquotable(Text("S-nail fills in what stands behind {char} in a path", char=filled))
    return text(value)


def mailrc_account(value: str) -> str:
    """Write the name of an account; the one called null is S-nail's own.

    >>> mailrc_account("home")
    'home'
    """
    if value.lower() == "null":
        raise Unquotable("S-nail has an account of that name itself")
    return text(value)


def first_line_of(argv: tuple[str, ...]) -> str:
    r"""Write a command of which the first line is wanted, for the user's shell; S-nail keeps its line break.

    What stands behind `!` goes to the shell as it is. A backslash stands outside of quotes: fish would take
    two of them for one within.

    >>> first_line_of(("pass", "show", "mail/my qq"))
    "pass show 'mail/my qq' | head -n 1 | tr -d '\\n'"
    """
    line = shell_line(argv).replace("\\", "'\\\\'")
    return f"{line} | head -n 1 | tr -d '\\n'"


GRAMMAR = Grammar(
    "mailrc",
    text,
    ("no", "yes"),
    {
        Command: lambda value: first_line_of(value.argv),
        FileName: lambda value: mailrc_path(value.path),
        Label: lambda value: mailrc_account(value.name),
        NamedAddress: lambda value: text(named_address(value)),
        Url: mailrc_url,
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="=-",
    comments=(("#", "\n"),),
    quotes="\"'",
)
