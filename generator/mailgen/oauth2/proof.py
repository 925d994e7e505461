"""Whether a mailbox takes a token: one login over IMAP, and nothing is read."""

from __future__ import annotations

import imaplib
import ssl
from contextlib import suppress

from mailgen.core.printing import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Secret

PATIENCE = 20
_MOST = 200


def imap_objection(endpoint: Endpoint, user: str, token: Secret) -> str:
    """Return what an IMAP server says against a token (SASL XOAUTH2), or "" if it takes it."""
    context = ssl.create_default_context()
    try:
        if endpoint.tls == "implicit":
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                endpoint.host, endpoint.port, ssl_context=context, timeout=PATIENCE
            )
        else:
            server = imaplib.IMAP4(endpoint.host, endpoint.port, timeout=PATIENCE)
            server.starttls(context)
        try:
            answers = iter((f"user={user}\1auth=Bearer {token.text}\1\1".encode(), b""))
            server.authenticate("XOAUTH2", lambda _: next(answers, b""))
        finally:
            with suppress(Exception):
                server.logout()
    except (OSError, imaplib.IMAP4.error) as error:
        said = " ".join(str(error).split())[:_MOST]
        return printable(type(error).__name__ if token.text in said or not said else said)
    return ""
