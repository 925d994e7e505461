"""The grammar of neomuttrc: that of muttrc, but for the names of mailboxes and of logins in their URLs."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.formats.muttrc import grammar
from mailgen.formats.quoting import refuse_control_characters, url_pattern, url_text
from mailgen.model.hosts import in_url
from mailgen.model.tokens import Folder, Url, UrlPattern

#: A text with one of these is no URL to NeoMutt, and they stay none when they are percent-encoded: it decodes
#: the login name and the path, and reads what comes of it as a URL again.
_NO_URL = '"#<>?\\^`{|}'


def folder(name: str) -> str:
    """Write the name of a mailbox below `folder`, which becomes the end of a URL.

    NeoMutt takes a text with one of these characters for no URL, and so for a file, even percent-encoded,
    and reads what follows a question mark as a query. Raises Unquotable for them, and where muttrc does.
    Source: neomutt 20220429, in batch mode with `record` set to such names.

    >>> folder("[Gmail]/Sent Mail")
    '+[Gmail]/Sent Mail'
    """
    if found := _first(name):
        raise Unquotable(
            Text("it holds {found}, which NeoMutt cannot have in the name of a mailbox", found=found)
        )
    return grammar.folder(name)


def mailbox_url(url: Url) -> str:
    r"""Write a server's URL, without the login name where NeoMutt could not read it; imap_user has it.

    Sending reads the URL once only, and needs the name.
    Source: seen on the wire with neomutt 20220429 and a build of July 2026.

    >>> mailbox_url(Url("imaps", "CORP\\ada", "imap.lab.example", 993))
    'imaps://imap.lab.example:993/'
    >>> mailbox_url(Url("imaps", "ada", "imap.lab.example", 993))
    'imaps://ada@imap.lab.example:993/'
    """
    if url.scheme.startswith("smtp") or not _first(url.username):
        return url_text(url)
    refuse_control_characters(url.username)
    return f"{url.scheme}://{in_url(url.host)}:{url.port}/{url.path}"


def login_pattern(url: Url) -> str:
    """Write a regular expression for all that lies below a server's URL.

    Raises Unquotable where the URL has no login name, by which hooks tell accounts of one server apart.
    """
    if found := _first(url.username):
        raise Unquotable(
            Text(
                "it holds {found}, which NeoMutt cannot have in the URL of a mailbox, and by URLs it tells "
                "accounts apart; make a file of this account alone",
                found=found,
            )
        )
    return url_pattern(url)


def _first(name: str) -> str | None:
    return next((char for char in name if char in _NO_URL), None)


GRAMMAR = replace(
    grammar.GRAMMAR,
    name="neomuttrc",
    forms={
        **grammar.GRAMMAR.forms,
        Folder: lambda value: grammar.text(folder(value.name)),
        Url: lambda value: grammar.text(mailbox_url(value)),
        UrlPattern: lambda value: grammar.text(login_pattern(value.url)),
    },
)
