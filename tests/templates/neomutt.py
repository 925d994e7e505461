"""NeoMutt, which has variables that mutt has not."""

from __future__ import annotations

from tests.templates import Reads, mutt

READS = Reads("set from = h{0}@x.example\n", ("neomutt", "-n", "-Q", "from"), "h{0}@x.example", "neomutt")


def asks_for_tls(text: str) -> bool:
    return mutt.asks_for_tls(text, "neomutt" if "imap_send_id" in text else None)
