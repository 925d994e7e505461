"""The grammar of a file that holds one line: what cat prints from it is the value, and a line break."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters


def text(value: str) -> str:
    """Return a value as it is; raises Unquotable for what is more than a line.

    >>> text('pass "word" $1')
    'pass "word" $1'
    """
    refuse_control_characters(value)
    return value


GRAMMAR = Grammar("line", text, ("no", "yes"), shown="")
