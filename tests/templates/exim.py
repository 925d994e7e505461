"""Exim: the transport by which mail goes out."""

from __future__ import annotations

from tests.formats.exim import reader

TRIAL = "run by root only: tests/flow/test_relays.py"


def asks_for_tls(text: str) -> bool:
    options = reader.read(text).transports["provider"]
    return [
        options[name] for name in ("hosts_require_tls", "tls_verify_hosts", "tls_verify_cert_hostnames")
    ] == ["*"] * 3 and options["tls_verify_certificates"] != ""
