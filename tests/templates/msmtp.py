"""msmtp."""

from __future__ import annotations

from tests.formats.msmtp import reader
from tests.templates import Reads, Trial

READS = Reads("account default\nhost h{0}.example\n", ("msmtp", "-P"), "host = h{0}.example\n", "msmtp")
TRIAL = Trial("msmtp", "msmtp", sends="sh -c 'msmtp ada@163.com < {home}/mail'")


def asks_for_tls(text: str) -> bool:
    accounts = reader.accounts(text).values()
    return all(one["tls"] == "on" and one.get("tls_certcheck", "on") == "on" for one in accounts)
