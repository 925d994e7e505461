"""Swaks, which checks certificates where it is told to, and names from 20240103.0 on."""

from __future__ import annotations

from tests.formats.swaks import reader
from tests.templates import Reads, Trial

READS = Reads(
    "ehlo none{0}\n",
    ("swaks", "--server", "localhost", "--to", "ada@163.com", "--dump", "PROTOCOL"),
    "none{0}",
    "swaks",
)
TRIAL = Trial("swaks", "swaks", sends="swaks --to ada@163.com --timeout 10 --data @{home}/mail")


def asks_for_tls(text: str) -> bool:
    found = reader.read(text)
    return ("tls" in found) != ("tls-on-connect" in found) and {
        "tls-verify-ca",
        "tls-verify-host",
    } <= found.keys()
