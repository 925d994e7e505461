"""The usual ports, and the form of TLS that goes with each (RFC 8314 section 3.3, RFC 6409, RFC 5804)."""

from __future__ import annotations

from mailgen.core.text import Text

#: (protocol, port) -> the form of TLS that is usual there; the first port of a form is the default.
USUAL = {
    ("imap", 993): "implicit",
    ("imap", 143): "starttls",
    ("pop3", 995): "implicit",
    ("pop3", 110): "starttls",
    ("smtp", 465): "implicit",
    ("smtp", 587): "starttls",
    ("smtp", 25): "starttls",
    ("managesieve", 4190): "starttls",
}
#: Ports that no document gives to mail, where those who relay it listen beside 587 for networks that close
#: that one: their manuals ask for STARTTLS there. What follows from these is a guess.
RELAYS = {("smtp", 2525): "starttls", ("smtp", 2587): "starttls"}
#: The names of these services (IANA) and their ports: `s` at the end says implicit TLS, and smtp without it
#: is mail between servers.
SERVICES = {f"{protocol}{'s' * (form == 'implicit')}": port for (protocol, port), form in USUAL.items()}


def default_port(protocol: str, tls: str) -> int:
    """Return the port of `protocol` with `tls`; raises StopIteration for a pair that has none.

    >>> default_port("smtp", "starttls")
    587
    """
    return next(port for (name, port), form in USUAL.items() if (name, form) == (protocol, tls))


def usual_tls(protocol: str, port: int) -> str | None:
    """Return the form of TLS that goes with a port; None for one that tells nothing.

    >>> usual_tls("smtp", 25), usual_tls("smtp", 2525), usual_tls("smtp", 1465)
    ('starttls', None, None)
    """
    return USUAL.get((protocol, port))


def port_objection(protocol: str, port: int, tls: str) -> tuple[str, Text] | None:
    """Return which of `port` and `tls` cannot be right, and why; None if nothing speaks against them.

    >>> port_objection("imap", 993, "starttls")
    ('tls', 'port 993 of imap does not go with tls: starttls')
    >>> port_objection("imap", 10993, "starttls")
    """
    usual = USUAL.get((protocol, port))
    if usual and (usual == "implicit") != (tls == "implicit"):
        told = Text(
            "port {port} of {protocol} does not go with tls: {tls}", port=port, protocol=protocol, tls=tls
        )
        return "tls", told
    if usual is None and any(number == port for _, number in USUAL):
        told = Text("port {port} belongs to another protocol than {protocol}", port=port, protocol=protocol)
        return "port", told
    return None
