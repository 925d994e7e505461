"""NeoMutt, which has variables that mutt has not."""

from __future__ import annotations

from tests.templates import Reads, Trial, mutt

READS = Reads("set from = h{0}@x.example\n", ("neomutt", "-n", "-Q", "from"), "h{0}@x.example", "neomutt")
TRIAL = Trial(
    "neomutt",
    "neomutt",
    "neomutt -e 'push <exit>'",
    "sh -c 'neomutt -s x ada@163.com < {home}/mail'",
    terminal=True,
)


def asks_for_tls(text: str) -> bool:
    return mutt.asks_for_tls(text, "neomutt" if "imap_send_id" in text else None)
