"""Names of mailboxes as servers write them; `Folder.utf7` is the way there, this the way back."""

from __future__ import annotations

from base64 import b64decode


def from_utf7(name: str) -> str:
    """Return what modified UTF-7 (RFC 3501, section 5.1.3) stands for; "" for what is none.

    >>> from_utf7("R&-D/&XfJT0ZAB-"), from_utf7("Sent Messages"), from_utf7("a&b")
    ('R&D/已发送', 'Sent Messages', '')
    """
    told, *runs = name.split("&")
    for run in runs:
        code, dash, rest = run.partition("-")
        if not dash:
            return ""
        try:
            padded = code.replace(",", "/") + "=" * (-len(code) % 4)
            told += (b64decode(padded, validate=True).decode("utf-16-be") if code else "&") + rest
        except ValueError:
            return ""
    return told
