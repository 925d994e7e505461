"""What the name of a host tells of where it is, and addresses in the place of a name."""

from __future__ import annotations

_THIS = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself (RFC 1122, RFC 4291, RFC 6761): nobody is on the way to it.

    >>> [is_loopback(host) for host in ("127.0.0.1", "[::1]", "Localhost.", "mail.localhost")]
    [True, True, True, True]
    >>> [is_loopback(host) for host in ("127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "::")]
    [False, False, False, False]
    """
    host = host.lower().strip("[]").rstrip(".")
    if ":" in host:
        mapped = host[len("::ffff:") :] if host.startswith("::ffff:") else ""
        return ipv6(host) == "::1" or (mapped.count(".") == 3 and is_loopback(mapped))
    if host.startswith("127."):
        parts = host.split(".")
        return len(parts) <= 4 and all(part.isdigit() and int(part) < 256 for part in parts)
    return host in _THIS or host.endswith(".localhost")


def ipv6(text: str) -> str | None:
    """Return an IPv6 address in its shortest form (RFC 5952), or None for what is none.

    An interface behind it (%eth0) is of one machine, and no part of it.

    >>> ipv6("2001:DB8:0:0::1"), ipv6("fe80::1%eth0"), ipv6("imap.example.org")
    ('2001:db8::1', None, None)
    """
    if ":" not in text or "%" in text:
        return None
    from ipaddress import IPv6Address

    try:
        return IPv6Address(text).compressed
    except ValueError:
        return None


def is_address(host: str) -> bool:
    """Say whether a host is named by an IP address, of either family.

    >>> [is_address(host) for host in ("::1", "192.0.2.1", "imap.example.org", "1.2.3.example")]
    [True, True, False, False]
    """
    return ":" in host or host.rpartition(".")[2].isdigit()


def in_url(host: str) -> str:
    """Write a host where a port may stand behind it: an IPv6 address in brackets (RFC 3986, section 3.2.2).

    >>> in_url("imap.example.org"), in_url("::1")
    ('imap.example.org', '[::1]')
    """
    return f"[{host}]" if ":" in host else host
