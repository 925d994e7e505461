"""msmtp."""

from __future__ import annotations

from tests.formats.msmtp import reader


def asks_for_tls(text: str) -> bool:
    accounts = reader.accounts(text).values()
    return all(one["tls"] == "on" and one.get("tls_certcheck", "on") == "on" for one in accounts)
