"""The grammar of nullmailer's remotes. Read back from nullmailer 2.2, which logged in with what it read."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters


def remote_word(value: str) -> str:
    r"""Write the value of an option, in double quotes with the quote and the backslash escaped.

    A dollar means nothing. In single quotes nullmailer reads what a shell would not. Raises Unquotable for
    control characters, and for an empty value. Source: nullmailer-send(8), remotes; logins with 2.2.

    >>> remote_word('a"b\\c $d')
    '"a\\"b\\\\c $d"'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty, and would be taken for no value")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


GRAMMAR = Grammar(
    "nullmailer", remote_word, ("no", "yes"), delimiters="=", comments=(("\n#", "\n"),), quotes='"'
)
