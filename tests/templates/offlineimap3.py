"""OfflineIMAP."""

from __future__ import annotations

from tests.formats.offlineimap import reader
from tests.templates import Reads, Trial

READS = Reads("nonsense{0}\n", ("offlineimap", "-o"), "nonsense{0}", "offlineimap3")
TRIAL = Trial("offlineimap", "offlineimap3", "offlineimap -o -u basic")


def asks_for_tls(text: str) -> bool:
    sections = reader.read(text)
    servers = [one for one in sections.values() if one.get("type") == "IMAP"]
    return all(
        one["ssl"] == "yes" and one["sslcacertfile"].startswith(("/", "OS-DEFAULT")) for one in servers
    )
