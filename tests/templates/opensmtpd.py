"""OpenSMTPD: the relay by which mail goes out."""

from __future__ import annotations

from tests.formats.opensmtpd import reader

TRIAL = "run by root only: tests/flow/test_relays.py"


def asks_for_tls(text: str) -> bool:
    relay = reader.read(text).actions["provider"]
    return relay["host"].startswith(("smtps://", "smtp+tls://")) and relay["tls"] == ""
