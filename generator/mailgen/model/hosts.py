"""What the name of a host tells of where it is."""

from __future__ import annotations

_THIS = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself (RFC 1122, RFC 4291, RFC 6761): nobody is on the way to it.

    >>> [is_loopback(host) for host in ("127.0.0.1", "[::1]", "Localhost.", "mail.localhost")]
    [True, True, True, True]
    >>> [is_loopback(host) for host in ("127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "")]
    [False, False, False, False]
    """
    host = host.lower().strip("[]").rstrip(".")
    if host.startswith("127."):
        parts = host.split(".")
        return len(parts) <= 4 and all(part.isdigit() and int(part) < 256 for part in parts)
    return host in _THIS or host in ("::1", "0:0:0:0:0:0:0:1") or host.endswith(".localhost")
