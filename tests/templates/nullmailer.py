"""nullmailer, which checks certificates unless it is told not to."""

from __future__ import annotations

from tests.formats.nullmailer import reader

TRIAL = "run by root only: tests/flow/test_relays.py"


def asks_for_tls(text: str) -> bool:
    found = reader.remotes(text)
    return bool(found) and all(
        ("tls" in one or "starttls" in one) and not {"insecure", "tls-anon-auth"} & one.keys()
        for one in found
    )
