"""Mozilla autoconfig."""

from __future__ import annotations

from tests.formats.xml import reader_autoconfig as reader


def asks_for_tls(text: str) -> bool:
    described = reader.read(text)
    return all(server.socket in ("SSL", "STARTTLS") for server in (*described.incoming, *described.outgoing))
