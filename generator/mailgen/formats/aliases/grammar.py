"""The grammar of /etc/aliases, as msmtp reads it. Read back from msmtp 1.8.23 and 1.8.28."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters


def text(value: str) -> str:
    r"""Write the address that mail for a user of the machine goes to.

    There are no quotes: a comma ends an address, # begins a remark, and a line with a second colon makes
    msmtp refuse the file, and every mail with it. Raises Unquotable for what holds one of these, for blanks
    and control characters, and for a name without a domain, which would be looked up again.
    Source: msmtp(1), aliases; aliases(5) of Postfix 3.7 agrees on the form that is written here.

    >>> text("o'brien+cron@lab.example")
    "o'brien+cron@lab.example"
    """
    refuse_control_characters(value)
    if "@" not in value or any(char in value for char in ' ,:#"\\|'):
        raise Unquotable('who gets mail is a whole address here, without blanks and without , : # " \\ or |')
    return value


GRAMMAR = Grammar("aliases", text, ("no", "yes"), shown="root: default: *:")
