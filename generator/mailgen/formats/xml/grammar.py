"""The grammar of XML 1.0 documents in UTF-8. Read back from libxml2 2.9.14 and Thunderbird 153."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import Link

_REFERENCES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}  # the five that need no DTD
)


def text(value: str) -> str:
    """Write the content of an element (XML 1.0, sections 2.4 and 4.6).

    Raises Unquotable for control characters, as everywhere, and for U+FFFE and U+FFFF, which no
    document may hold, not even as a reference (section 2.2).

    >>> text("Ada & <Söhne>")
    'Ada &amp; &lt;Söhne&gt;'
    """
    refuse_control_characters(value)
    code = next((ord(char) for char in value if char in "\ufffe\uffff"), None)
    if code is not None:
        raise Unquotable(Text("it holds a character that XML forbids (U+{code:04X})", code=code))
    return value.translate(_REFERENCES)


def attribute(value: str) -> str:
    """Write the value of an attribute, with its quotes.

    >>> attribute('https://x.example/?a=1&b="2"')
    '"https://x.example/?a=1&amp;b=&quot;2&quot;"'
    """
    return f'"{text(value)}"'


GRAMMAR = Grammar(
    "xml",
    text,
    ("false", "true"),
    {Link: lambda value: attribute(value.url)},
    delimiters="<>=",
    comments=(("<!--", "-->"),),
    quotes='"',
)
