"""Codes for Thunderbird for Android, read by a reader of QR codes."""

from __future__ import annotations

from tests.formats.k9mail import reader

TRIAL = "read by phones"


def asks_for_tls(text: str) -> bool:
    account = reader.read(text)
    return {account.incoming.security, account.outgoing.security} <= {2, 3}
