"""Himalaya, read by the standard library."""

from __future__ import annotations

import tomllib

TRIAL = "no registry of packages that the tests use has version 2"


def asks_for_tls(text: str) -> bool:
    return all(
        _encrypted(part)
        for account in tomllib.loads(text)["accounts"].values()
        for part in (
            (account["imap"], account["smtp"])
            if "imap" in account
            else (account["backend"], account["message"]["send"]["backend"])
        )
    )


def _encrypted(part: dict[str, object]) -> bool:
    if "server" in part:
        scheme, slashes, _ = str(part["server"]).partition("://")  # without one it is imaps or smtps
        return not slashes or (scheme in ("imap", "smtp") and part.get("starttls") is True)
    encryption = part["encryption"]
    return isinstance(encryption, dict) and encryption["type"] in ("tls", "start-tls")
