"""The grammar of text for people: values stand as they are, between words and punctuation."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.quoting import Grammar, refuse_control_characters

#: Marks for the direction of writing (UAX #9), and what has no width: a name with one reads as another.
_UNSEEN = (
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
#: What may touch a value: a reader who types it in knows that these are not a part of it.
_PUNCTUATION = ".,;:!?()/–—“”‘’，。；：！？、（）《》「」"


def text(value: str) -> str:
    r"""Return a value as it is, for a person who types it in elsewhere.

    Raises Unquotable for control characters and for characters that nobody sees, and for blanks at the ends.

    >>> text("o'brien@sohu.com")
    "o'brien@sohu.com"
    """
    refuse_control_characters(value)
    unseen = next((ord(char) for char in value if char in _UNSEEN), None)
    if unseen is not None:
        raise Unquotable(Text("it holds a character that nobody sees (U+{code:04X})", code=unseen))
    if value != value.strip():
        raise Unquotable("it begins or ends with a blank, which nobody sees")
    return value


GRAMMAR = Grammar("text", text, ("no", "yes"), delimiters=_PUNCTUATION)
