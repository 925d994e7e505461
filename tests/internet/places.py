"""The addresses of the network. Public ones stand for themselves: no packet can leave."""

#: nginx, over both families, and once behind a NAT64 prefix with a public address in it.
WEB, WEB6, WEB_NAT64 = "9.9.9.10", "2620:fe::10", "64:ff9b::909:90a"
#: Servers of hostile.py: misbehaving HTTPS; one that never says a word; one without TLS; one that is closed.
HOSTILE, STALLED, PLAIN, CLOSED = "9.9.9.66", "9.9.9.67", "9.9.9.68", "9.9.9.69"
#: DNS: Knot, and one that changes its mind.
DNS, FICKLE = "127.0.0.1", "127.0.0.53"

#: Where nobody may knock: everything here listens, so that whoever is led here is noticed.
FORBIDDEN = [
    "127.0.0.1",
    "127.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "::1",
    "fd00::1",
    "fec0::1",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "2002:a00:1::1",
    "2001:0:909:909::1",
    "2001:db8::1",
]
#: Ports of the web server's host that nobody may use.
OTHER_PORTS = [80, 8443]
PROXY = 3128

PUBLIC = [WEB, WEB6, WEB_NAT64, HOSTILE, STALLED, PLAIN, CLOSED]


def batch() -> str:
    """The lines for `ip -batch` which give all these to the loopback interface."""
    local = [
        *PUBLIC,
        *(address for address in FORBIDDEN if not address.startswith("127.") and address != "::1"),
    ]
    return "".join(f"address add {one}/{128 if ':' in one else 32} dev lo\n" for one in local)
