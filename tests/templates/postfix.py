"""Postfix: the service of master.cf that mail goes out by."""

from __future__ import annotations

from tests.formats.postfix import reader

TRIAL = "run by root only: tests/flow/test_relays.py"


def asks_for_tls(text: str) -> bool:
    options = reader.services(text)["mailgen"]
    return options["smtp_tls_security_level"] == "secure" and options["smtp_tls_CAfile"] != ""
