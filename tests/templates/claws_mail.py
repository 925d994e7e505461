"""Claws Mail."""

from __future__ import annotations

from tests.formats.accountrc import reader

TRIAL = "asks for the password in a window; it reads and writes its file in tests/formats/accountrc"


def asks_for_tls(text: str) -> bool:
    """Each server of an account says 1 (from the first byte) or 2 (STARTTLS)."""
    names = {"0": "ssl_pop", "1": "ssl_imap"}
    return all(
        {one["ssl_smtp"], one[names[one["protocol"]]]} <= {"1", "2"} for one in reader.read(text).values()
    )
