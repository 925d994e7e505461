"""Text that may be shown: nothing in it is invisible, and nothing is acted upon by a terminal."""

from __future__ import annotations

from .text import Text

#: Characters beyond ASCII that nobody sees, in order: controls, format characters, line separators and
#: surrogates (categories Cc, Cf, Zl, Zp, Cs), Default_Ignorable_Code_Point (fillers, joiners, variation
#: selectors, tags), the blank that is as good as a space (U+00A0) and the empty Braille pattern.
#: Source: Unicode 15.1, DerivedCoreProperties.txt and UnicodeData.txt; a test derives them again.
_INVISIBLE = (
    (0x80, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD),
    (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164),
    (0xD800, 0xDFFF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
    (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip


def printable(text: str) -> str:
    r"""Return `text` with control and invisible characters written as \uXXXX, so that none deceives.

    >>> printable("a\x1b[31mb")
    'a\\u001b[31mb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(char):04x}" if is_hidden(char) else char for char in text)


def many(count: int, word: str) -> Text:
    """Return a number of things, as a text of the template "{number} files".

    >>> many(1, "file"), many(1416, "domain")
    ('1 file', '1,416 domains')
    """
    return Text(f"{{number}} {word}{'s' * (count != 1)}", number=f"{count:,}")


def is_hidden(char: str) -> bool:
    """Say whether a character is a control character, or one that nobody sees."""
    code = ord(char)
    if code < 0x80:
        return code < 0x20 or code == 0x7F
    for first, last in _INVISIBLE:
        if code <= last:
            return code >= first
    return False
