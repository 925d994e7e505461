"""Apple's configuration profiles, read by libxml2 and not by what has written them."""

from __future__ import annotations

from tests.formats.plist import reader

TRIAL = "read by phones and Macs"


def asks_for_tls(text: str) -> bool:
    payloads = reader.read(text)["PayloadContent"]
    switches = [value for one in payloads for name, value in one.items() if name.endswith("UseSSL")]
    return len(switches) == len(payloads) + 1 and all(value is True for value in switches)
