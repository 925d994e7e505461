"""A sheet of settings: a person types it in, and so every server needs its word for TLS."""

from __future__ import annotations

from tests.formats.text import reader

TRIAL = "read by people"


def asks_for_tls(text: str) -> bool:
    servers = reader.servers(text)
    return bool(servers) and all(one["security"] in ("SSL/TLS", "STARTTLS") for one in servers)
