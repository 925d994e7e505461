"""msmtp."""

from __future__ import annotations

from tests.formats.msmtp import reader
from tests.templates import Reads

READS = Reads("account default\nhost h{0}.example\n", ("msmtp", "-P"), "host = h{0}.example\n", "msmtp")


def asks_for_tls(text: str) -> bool:
    accounts = reader.accounts(text).values()
    return all(one["tls"] == "on" and one.get("tls_certcheck", "on") == "on" for one in accounts)
