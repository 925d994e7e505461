"""getmail."""

from __future__ import annotations

from tests.formats.getmail import reader
from tests.templates import Reads, Trial

READS = Reads("nonsense{0}\n", ("getmail", "--dump"), "nonsense{0}", "getmail6")
TRIAL = Trial("getmail", "getmail6", "getmail")


def asks_for_tls(text: str) -> bool:
    fetches = reader.read(text)["retriever"]
    return fetches["type"].endswith("SSLRetriever") and fetches["ca_certs"].startswith("/")
