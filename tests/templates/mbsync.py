"""mbsync."""

from __future__ import annotations

from tests.formats.mbsync import reader
from tests.templates import Reads, Trial

READS = Reads("nonsense{0} x\n", ("mbsync", "none"), "nonsense{0}", "isync")
TRIAL = Trial("mbsync", "isync", "mbsync -a")


def asks_for_tls(text: str) -> bool:
    accounts = [one for one in reader.read(text) if one.kind == "imapaccount"]
    words = [values for one in accounts for name, *values in one.items if name in ("ssltype", "tlstype")]
    return len(words) == len(accounts) and all(one in (["IMAPS"], ["STARTTLS"]) for one in words)
