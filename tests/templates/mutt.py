"""Mutt."""

from __future__ import annotations

from tests.formats.muttrc import reader
from tests.templates import Reads, Trial

READS = Reads("set from = h{0}@x.example\n", ("mutt", "-n", "-Q", "from"), "h{0}@x.example", "mutt")
WANTED = ("ssl_force_tls", "ssl_starttls", "ssl_verify_host", "ssl_verify_dates")
TRIAL = Trial(
    "mutt", "mutt", "mutt -e 'push <exit>'", "sh -c 'mutt -s x ada@163.com < {home}/mail'", terminal=True
)


def asks_for_tls(text: str, program: str | None = None) -> bool:
    values = reader.values(reader.read(text, program))
    return all(getattr(values[name], "text", None) == "yes" for name in WANTED)
