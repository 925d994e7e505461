"""Microsoft Autodiscover."""

from __future__ import annotations

from tests.formats.xml import reader_autodiscover as reader


def asks_for_tls(text: str) -> bool:
    described = reader.read(text)
    return bool(described.servers) and all(
        server.tls in reader.ENCRYPTIONS.values() for server in described.servers
    )
