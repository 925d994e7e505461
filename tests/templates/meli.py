"""meli, read by the standard library."""

from __future__ import annotations

import tomllib

from tests.templates import Trial

TRIAL = Trial("meli", "meli", "meli", terminal=True)  # it sends in tests/flow/test_meli.py


def asks_for_tls(text: str) -> bool:
    return all(
        _receives(account) and _sends(account["send_mail"])
        for account in tomllib.loads(text)["accounts"].values()
    )


def _receives(account: dict[str, object]) -> bool:
    """Whether mail lies here, or comes over TLS that is insisted on."""
    if account["format"] == "maildir":
        return "server_hostname" not in account
    said = (account["use_tls"], type(account["use_starttls"]), account["danger_accept_invalid_certs"])
    return said == (True, bool, False)


def _sends(how: object) -> bool:
    """Whether another program sends, or meli itself over TLS."""
    if not isinstance(how, dict):
        return isinstance(how, str)
    security = how["security"]
    return security["type"] in ("tls", "starttls") and security["danger_accept_invalid_certs"] is False
