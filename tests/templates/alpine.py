"""Alpine."""

from __future__ import annotations

from tests.formats.pinerc import reader

TRIAL = "asks for the password on its terminal: tests/flow/test_alpine.py"


def asks_for_tls(text: str) -> bool:
    """Every server says `ssl` (from the first byte) or `tls` (STARTTLS or nothing); each is verified."""
    found = reader.read(text)
    servers = [
        reader.server(found[name][0])
        for name in ("inbox-path", "folder-collections", "default-fcc", "postponed-folder")
        if found[name] and found[name][0].startswith("{")
    ]
    servers.append(reader.server("{" + found["smtp-server"][0] + "}"))
    return all(
        ("ssl" in one.switches) != ("tls" in one.switches) and "novalidate-cert" not in one.switches
        for one in servers
    )
