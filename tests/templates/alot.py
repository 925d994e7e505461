"""alot: it talks to nobody, so that there is no server in its file, and none to ask for TLS."""

from __future__ import annotations

from tests.formats.alot import reader


def asks_for_tls(text: str) -> bool:
    known = {"realname", "address", "aliases", "sendmail_command", "sent_box", "draft_box", "signature"}
    return all(account.keys() <= known for account in reader.read(text).values())
