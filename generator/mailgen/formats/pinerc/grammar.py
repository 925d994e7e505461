"""The grammar of Alpine's settings. Read back from Alpine 2.26, which writes them anew when it ends."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, named_address, refuse_control_characters, verbatim
from mailgen.model.tokens import NamedAddress, Url, Verbatim

#: Of each kind of server, what its address says behind the port.
_SWITCHES = {
    "imaps": "/imap/ssl",
    "imap": "/imap/tls",
    "pops": "/pop3/ssl",
    "pop": "/pop3/tls",
    "smtps": "/ssl",
    "smtp": "/tls",
}


def text(value: str) -> str:
    """Write a value: the rest of the line, in which a dollar sign is doubled.

    Raises Unquotable for control characters, for blanks at the ends and for what begins with a double quote,
    which would be taken away; and for what Alpine would read as an element of a list.
    Source: what Alpine 2.26 sent and wrote down.

    >>> text("Ada's #1 $HOME")
    "Ada's #1 $$HOME"
    """
    refuse_control_characters(value)
    if not value or value != value.strip():
        raise Unquotable("Alpine takes blanks at the ends of a value away")
    if value.startswith('"') or "," in value:
        raise Unquotable("Alpine takes a comma for the end of a value, and quotes around it away")
    return value.replace("$", "$$")


def text_in_list(value: str) -> str:
    """Write an element of a list whose commas stand in quotes of its own."""
    refuse_control_characters(value)
    return value.replace("$", "$$")


def server_name(url: Url) -> str:
    r"""Write a server, and the mailbox on it: in braces where mail is read, without where it is sent.

    The login name stands in quotes. Raises Unquotable for one with a quote, a backslash or a brace, which
    would end it, and for such a mailbox; and for an IPv6 address, whose colons would end the host.

    >>> server_name(Url("imaps", "a@x", "imap.x", 993, "INBOX"))
    '{imap.x:993/imap/ssl/user="a@x"}INBOX'
    >>> server_name(Url("smtp", "a@x", "smtp.x", 587))
    'smtp.x:587/tls/user="a@x"'
    """
    for part in (url.username, url.path):
        refuse_control_characters(part)
    if set(url.username) & set('"\\{}'):
        raise Unquotable("Alpine has no way to write quotes, braces and backslashes in a login name")
    if set(url.path) & set('",{}') or url.path != url.path.strip():
        raise Unquotable(
            "Alpine takes quotes, commas and braces in a mailbox, and blanks around it, for its own"
        )
    if ":" in url.host:
        raise Unquotable("Alpine takes the colon of an IPv6 address for the end of the host")
    if url.scheme not in _SWITCHES:
        raise Unquotable("Alpine has no word for such a server")
    words = f'{url.host}:{url.port}{_SWITCHES[url.scheme]}/user="{url.username}"'
    if url.scheme.startswith("smtp"):
        return words.replace("$", "$$")
    path = "INBOX" if url.scheme.startswith("pop") else url.path
    return f"{{{words}}}{path}".replace("$", "$$")


def address(value: NamedAddress) -> str:
    """Write an address with its name, as it stands in a message's header: commas stand in quotes there.

    >>> address(NamedAddress("a@x.example", "A, B $x")), address(NamedAddress("a@x.example"))
    ('"A, B $$x" <a@x.example>', 'a@x.example')
    """
    return text_in_list(named_address(value))


GRAMMAR = Grammar(
    "pinerc",
    text,
    ("no", "yes"),
    {
        NamedAddress: address,
        Url: server_name,
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="=,[]",
    comments=(("\n#", "\n"),),
    quotes='"',
    shown="""personal-name user-domain customized-hdrs reply-to: smtp-server inbox-path folder-collections
    default-fcc postponed-folder signature-file feature-list sendmail-path! incoming-folders sort-key""",
)
