"""Which IP addresses are those of public servers (RFC 6890 and the registries it founded)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from mailgen.core.text import Text

#: What stands in these is no public server. Written out, since Python's own list changed within versions.
_NOT_PUBLIC = [
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "stands for this machine"),
        ("10.0.0.0/8", "is private"),
        ("100.64.0.0/10", "is shared behind an Internet provider"),
        ("127.0.0.0/8", "is this machine's loopback"),
        ("169.254.0.0/16", "is link-local"),
        ("172.16.0.0/12", "is private"),
        ("192.0.0.0/24", "is reserved"),
        ("192.0.2.0/24", "is for documentation"),
        ("192.88.99.0/24", "is reserved"),
        ("192.168.0.0/16", "is private"),
        ("198.18.0.0/15", "is for benchmarks"),
        ("198.51.100.0/24", "is for documentation"),
        ("203.0.113.0/24", "is for documentation"),
        ("224.0.0.0/4", "is multicast"),
        ("240.0.0.0/4", "is reserved"),
        ("::/128", "stands for this machine"),
        ("::1/128", "is this machine's loopback"),
        ("::ffff:0:0/96", "is IPv4 in disguise"),
        ("fc00::/7", "is private"),
        ("fe80::/10", "is link-local"),
        ("ff00::/8", "is multicast"),
        ("2001::/23", "is reserved"),
        ("2001:db8::/32", "is for documentation"),
        ("2002::/16", "is 6to4, which leads to another address"),
        ("3fff::/20", "is for documentation"),
    )
]
_GLOBAL = IPv6Network("2000::/3")
#: The network whose addresses hold in their end an IPv4 address, to which the packets go (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")


def address_objection(text: str) -> str | None:
    """Say why an address is no public server's, or return None if it may be one.

    Takes an address as DNS gives it. An IPv6 address that leads to an IPv4 one by the well-known prefix of
    NAT64 (RFC 6052) is judged by that; those of 6to4 (RFC 3056), whose relays are given up (RFC 7526), are
    all refused. A prefix of the network's own for NAT64, and ISATAP, look like any other address.

    >>> address_objection("10.1.2.3"), address_objection("9.9.9.9")
    ('10.1.2.3 is private', None)
    >>> address_objection("64:ff9b::a01:203"), address_objection("64:ff9b::909:909")
    ('64:ff9b::a01:203 leads to 10.1.2.3, which is private', None)
    >>> address_objection("::ffff:9.9.9.9")
    '::ffff:909:909 is IPv4 in disguise'
    """
    try:
        address = ip_address(text)
    except ValueError:
        return "what came is no address"
    inner = _embedded(address)
    why = _why_not(inner or address)
    if why is None:
        return None
    if inner:
        return Text("{address} leads to {inner}, which {why}", address=address, inner=inner, why=Text(why))
    return Text("{address} {why}", address=address, why=Text(why))


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _why_not(address: IPv4Address | IPv6Address) -> str | None:
    for network, what in _NOT_PUBLIC:
        if address in network:
            return what
    if isinstance(address, IPv6Address) and address not in _GLOBAL:
        return "is reserved"
    return None
