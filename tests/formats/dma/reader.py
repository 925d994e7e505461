r"""How dma 0.13 reads dma.conf and auth.conf. Source: dma(8), FILE FORMAT, and the mail sent with them.

In dma.conf a # ends a line wherever it stands, and the first blank ends a name; in auth.conf a # begins a
comment at the beginning only, a bar ends the login name and a colon the host.
"""

from __future__ import annotations

from tests.readers import Rejected

NAMES = frozenset(
    """SMARTHOST PORT ALIASES SPOOLDIR AUTHPATH CERTFILE MAILNAME MASQUERADE FINGERPRINT""".split()
)
FLAGS = frozenset("STARTTLS SECURETRANSFER INSECURE OPPORTUNISTIC_TLS DEFER FULLBOUNCE NULLCLIENT".split())


def settings(text: str) -> dict[str, str]:
    """Return what dma.conf says, the last of a name; a flag is "yes"."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        name, _, value = line.partition("#")[0].partition(" ")
        if not name:
            continue
        if name not in (NAMES if value else FLAGS):
            raise Rejected(number, "syntax error")
        found[name] = value or "yes"
    return found


def logins(text: str) -> dict[str, tuple[str, str]]:
    """Return login name and password by host."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        login, bar, rest = line.partition("|")
        host, colon, password = rest.partition(":")
        if not bar or not colon:
            raise Rejected(number, "syntax error in authfile")
        found[host] = (login, password)
    return found
