"""What a server said, fit to be shown: cleaned, cut, and nothing of the secret or of who asks is in it."""

from __future__ import annotations

import base64
import re
from html import escape
from urllib.parse import quote

from mailgen.core.printing import is_hidden

#: So much of an answer is shown.
LONGEST = 300
#: Shorter pieces of a secret are in every text.
_TELLING = 3
_ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"
)


def fit_to_show(said: str, secrets: tuple[str, ...]) -> str:
    """Return what a server said on one line, or "" if a piece of a secret is in it, in any usual writing.

    Addresses are left out: many servers tell whoever connects from where he does.

    >>> fit_to_show("535 no\\x1b[31m way from 192.0.2.1", ()), fit_to_show("no: hunter2", ("hunter2",))
    ('535 no[31m way from ...', '')
    """
    text = "".join(" " if char.isspace() else char for char in said if char.isspace() or not is_hidden(char))
    text = " ".join(text.split())
    if any(repeats(text, secret) or repeats(said, secret) for secret in secrets):
        return ""
    text = _ADDRESS.sub("...", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def repeats(text: str, secret: str) -> bool:
    """Say whether a text repeats a secret, or a word of it: as it is, quoted, for a URL, in hex or Base64.

    >>> [repeats(text, "hunter2") for text in ("no such user: aHVudGVyMg==", "HUNTER2?", "no")]
    [True, True, False]
    """
    plain = [piece for piece in (secret, *secret.split()) if len(piece) >= _TELLING]
    loose = {form.casefold() for piece in plain for form in _spelled(piece)}
    folded = text.casefold()
    if any(form in folded for form in loose):
        return True
    exact = {form for piece in plain for form in _in_base64(piece)}
    return any(form in text for form in exact)


def _spelled(piece: str) -> tuple[str, ...]:
    escaped = piece.replace("\\", "\\\\").replace('"', '\\"')
    return piece, escaped, piece[::-1], escape(piece), quote(piece, safe=""), piece.encode().hex()


def _in_base64(piece: str) -> tuple[str, ...]:
    """Return how a piece looks within Base64, at each of the three places where it can begin."""
    forms = []
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + piece.encode()).decode().rstrip("=")
        # Characters that share bits with what stands before or behind are none of the piece's own.
        start = -(-before * 8 // 6)
        bits = (before + len(piece.encode())) * 8
        forms.append(whole[start : bits // 6])
    return tuple(forms)
