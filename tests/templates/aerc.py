"""aerc."""

from __future__ import annotations

from tests.formats.aerc import reader
from tests.templates import Reads, Trial

READS = Reads("[none{0}]\nfrom = x@x.example\n", ("aerc",), "Expected source for account none{0}", "aerc")
TRIAL = Trial("aerc", "aerc", "aerc", terminal=True)  # it sends in tests/flow/test_aerc.py


def asks_for_tls(text: str) -> bool:
    """Whatever the version: STARTTLS over SMTP is the word of 0.14 or none at all, which is 0.15's way."""
    accounts = reader.read(text).values()
    servers = [one[name] for one in accounts for name in ("source", "outgoing") if "://" in one[name]]
    clear = [
        one
        for one in accounts
        if one["outgoing"].startswith(("smtp:", "smtp+")) and one.get("smtp-starttls", "yes") != "yes"
    ]
    return bool(servers) and not clear and not any("insecure" in one for one in servers)
