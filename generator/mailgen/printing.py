"""Text that may be shown: nothing in it is invisible, and nothing is acted upon by a terminal."""

from __future__ import annotations

#: Characters beyond ASCII that nobody sees: C1 controls, soft hyphen, zero-width and bidi marks, tags.
_INVISIBLE = (
    (0x80, 0xA0), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F), (0x2028, 0x202E),
    (0x2060, 0x206F), (0xD800, 0xDFFF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
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


def is_hidden(char: str) -> bool:
    """Say whether a character is a control character, or one that nobody sees."""
    code = ord(char)
    if code < 0x80:
        return code < 0x20 or code == 0x7F
    return any(first <= code <= last for first, last in _INVISIBLE)
