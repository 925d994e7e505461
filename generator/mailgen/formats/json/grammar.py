"""The grammar of JSON (RFC 8259), in UTF-8 without a byte order mark. Read back with Python's json."""

from __future__ import annotations

import json

from mailgen.formats.quoting import Grammar, refuse_control_characters


def text(value: str) -> str:
    r"""Write a string (RFC 8259, section 7): the quote and the backslash escaped, all else as it is.

    Raises Unquotable for control characters, as everywhere.

    >>> text('a"b\\ü/')
    '"a\\"b\\\\ü/"'
    """
    refuse_control_characters(value)
    return json.dumps(value, ensure_ascii=False)


GRAMMAR = Grammar("json", text, ("false", "true"), delimiters=":,{}[]", quotes='"')
