"""The grammar of a table of passwords, `[host]:port login:password`. Read back from postmap 3.7.11."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.postfix.grammar import next_hop
from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import HostPort, Secret


def login_of_table(value: str) -> str:
    r"""Write a login name, which goes from the first blank of the line to the next colon.

    All that stands between is taken as it is. Raises Unquotable for a colon, for blanks at the ends, which
    are not read, and for an empty one. Source: postconf(5), smtp_sasl_password_maps; postmap(1) -q.

    >>> login_of_table('a"b\\c $d@sohu.com')
    'a"b\\c $d@sohu.com'
    """
    if ":" in value:
        raise Unquotable("a colon ends the login name in this table")
    return password_of_table(value)


def password_of_table(value: str) -> str:
    """Write a password, which goes to the end of the line, colons and blanks within it too.

    Raises Unquotable for control characters and for blanks at the ends, which are not read.

    >>> password_of_table("a:b #c")
    'a:b #c'
    """
    refuse_control_characters(value)
    if not value or value != value.strip():
        raise Unquotable("it is empty, or has a blank at an end, which is not read")
    return value


GRAMMAR = Grammar(
    "postmap",
    login_of_table,
    ("no", "yes"),
    {HostPort: next_hop, Secret: lambda value: password_of_table(value.text)},
    delimiters=":",
    comments=(("\n#", "\n"),),
    shown="",
)
