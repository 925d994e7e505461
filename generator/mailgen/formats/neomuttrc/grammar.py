"""The grammar of neomuttrc: that of muttrc, but for the names of mailboxes."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.values import replace
from mailgen.formats.muttrc import grammar
from mailgen.model.tokens import Folder


def folder(name: str) -> str:
    """Write the name of a mailbox below `folder`, which becomes the end of a URL.

    NeoMutt takes a text with one of these characters for no URL, and so for a file, even percent-encoded,
    and reads what follows a question mark as a query. Raises Unquotable for them, and where muttrc does.
    Source: neomutt 20220429, in batch mode with `record` set to such names.

    >>> folder("[Gmail]/Sent Mail")
    '+[Gmail]/Sent Mail'
    """
    if found := next((char for char in name if char in '"#<>?\\^`{|}'), None):
        raise Unquotable(f"it holds {found}, which NeoMutt cannot have in the name of a mailbox")
    return grammar.folder(name)


GRAMMAR = replace(
    grammar.GRAMMAR,
    name="neomuttrc",
    forms={**grammar.GRAMMAR.forms, Folder: lambda value: grammar.text(folder(value.name))},
)
