"""mblaze: it talks to nobody, so that there is no server in its file, and none to ask for TLS."""

from __future__ import annotations

from tests.formats.mblaze import reader


def asks_for_tls(text: str) -> bool:
    return reader.read(text).keys() <= {
        "local-mailbox",
        "alternate-mailboxes",
        "reply-from",
        "outbox",
        "sendmail",
        "sendmail-args",
    }
