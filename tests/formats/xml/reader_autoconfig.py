"""How Thunderbird 153 reads Mozilla's config-v1.1.xml. Source: readFromXML.sys.mjs and InputSanitizer.sys.mjs
in its omni.ja, and what it answered (`tests/resolve/test_publish.py`).

The first incoming and the first outgoing server that it understands are taken; others are alternatives.
A server that it does not understand is passed over in silence, which here is a doubt.
"""

import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

from tests.readers import Doubtful, Rejected

WAYS = ("password-cleartext", "password-encrypted", "NTLM", "GSSAPI", "OAuth2")
SOCKETS = ("plain", "SSL", "STARTTLS")
HOST = re.compile(r"[A-Za-z0-9.-]+")


class Server(NamedTuple):
    type: str
    host: str
    port: int
    socket: str
    username: str
    ways: tuple[str, ...]


class Described(NamedTuple):
    id: str
    name: str
    short_name: str
    domains: tuple[str, ...]
    mx: tuple[str, ...]
    incoming: tuple[Server, ...]
    outgoing: tuple[Server, ...]
    pages: tuple[str, ...]
    oauth2: dict[str, str]


def read(text: str) -> Described:
    """What a document says.

    Raises Rejected where Thunderbird does; Doubtful for what it passes over or nobody can have meant.

    >>> read("<clientConfig/>")
    Traceback (most recent call last):
    tests.readers.Rejected: line 0: no emailProvider
    """
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise Rejected(error.position[0], str(error)) from None
    provider = root.find("emailProvider")
    if root.tag != "clientConfig" or provider is None:
        raise Rejected(0, "no emailProvider")
    known = {"domain", "displayName", "displayShortName", "incomingServer", "outgoingServer", "documentation"}
    if (odd := {child.tag for child in provider} - known) or len(root.findall("emailProvider")) > 1:
        raise Doubtful(0, f"not read: {odd or 'a second emailProvider'}")
    domains = {purpose: [] for purpose in (None, "mx")}
    for domain in provider.findall("domain"):
        domains[domain.get("purpose")].append(host(domain.text))
    if not domains[None]:
        raise Rejected(0, "no domain")
    servers = {}
    for kind, types in (("incomingServer", ("imap", "pop3")), ("outgoingServer", ("smtp",))):
        servers[kind] = tuple(server(one, types) for one in provider.findall(kind))
        if not servers[kind]:
            raise Rejected(0, f"no {kind}")
    return Described(
        host(provider.get("id")),
        only(provider, "displayName"),
        only(provider, "displayShortName"),
        tuple(domains[None]),
        tuple(domains["mx"]),
        *servers.values(),
        tuple(page.attrib["url"] for page in provider.findall("documentation")),
        {child.tag: child.text or "" for child in root.findall("oAuth2/*")},
    )


def server(element: ET.Element, types: tuple[str, ...]) -> Server:
    ways = tuple(way.text or "" for way in element.findall("authentication"))
    found = Server(
        element.get("type", ""),
        host(only(element, "hostname")),
        int(only(element, "port")),
        only(element, "socketType"),
        only(element, "username"),
        ways,
    )
    if found.type not in types or not 0 < found.port < 65536 or found.socket not in SOCKETS:
        raise Doubtful(0, f"{found} is passed over")
    if not ways or set(ways) - set(WAYS) or len(set(ways)) < len(ways):
        raise Doubtful(0, f"ways to log in: {ways}")
    if odd := {child.tag for child in element} - {
        "hostname",
        "port",
        "socketType",
        "username",
        "authentication",
    }:
        raise Doubtful(0, f"not read: {odd}")
    return found


def only(element: ET.Element, name: str) -> str:
    found = element.findall(name)
    if len(found) != 1 or not (found[0].text or "").strip():
        raise Doubtful(0, f"{name} is there {len(found)} times, or empty")
    return found[0].text


def host(text: str | None) -> str:
    if not text or not HOST.fullmatch(text):
        raise Rejected(0, f"not a host name: {text!r}")
    return text.lower()
