"""dma, which asks for TLS and looks at no certificate: people are told in every run."""

from __future__ import annotations

from tests.formats.dma import reader

TRIAL = "run by root only: tests/flow/test_relays.py"


def asks_for_tls(text: str) -> bool:
    found = reader.settings(text)
    return "SECURETRANSFER" in found and not {"INSECURE", "OPPORTUNISTIC_TLS"} & found.keys()
