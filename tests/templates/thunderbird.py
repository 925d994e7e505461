"""Thunderbird."""

from __future__ import annotations

from tests.formats.prefs import reader

SECURITY = ("mail.server.server1.socketType", "mail.smtpserver.smtp1.try_ssl")
TRIAL = "needs a window: tests/flow/test_thunderbird.py"


def asks_for_tls(text: str) -> bool:
    found = reader.read(text)
    return all(found[name] in (2, 3) for name in SECURITY)
