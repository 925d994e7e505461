"""Evolution."""

from __future__ import annotations

from tests.formats.sourcefile import reader

TRIAL = "needs windows; its libraries log in by themselves: tests/flow/test_evolution.py"


def asks_for_tls(text: str) -> bool:
    """A source with a server says how: on a port for TLS, or by STARTTLS and not without."""
    found = reader.read(text)
    ways = ("ssl-on-alternate-port", "starttls-on-standard-port")
    return "Authentication" not in found or found["Security"]["Method"] in ways
