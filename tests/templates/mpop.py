"""mpop."""

from __future__ import annotations

from tests.formats.mpop import reader
from tests.templates import Reads, Trial

READS = Reads(
    "account own\nhost h{0}.example\ndelivery maildir /nowhere\n",
    ("mpop", "-P", "-a"),
    "host = h{0}.example\n",
    "mpop",
)
TRIAL = Trial("mpop", "mpop", "mpop -a")


def asks_for_tls(text: str) -> bool:
    accounts = reader.accounts(text).values()
    return all(
        (one["tls"], one["tls_certcheck"], one["tls_trust_file"] != "") == ("on", "on", True)
        for one in accounts
    )
