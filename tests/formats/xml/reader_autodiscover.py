"""How the answer of Autodiscover (plain old XML) is read.

Source: Microsoft's Autodiscover web service reference (POX), and readers of it in mail programs.

The first protocol of a type that is understood is taken; others are alternatives.
"""

import xml.etree.ElementTree as ET
from typing import NamedTuple

from tests.readers import Doubtful, Rejected

_OUTER = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"
_INNER = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
ENCRYPTIONS = {"SSL": "implicit", "TLS": "starttls"}


class Server(NamedTuple):
    type: str
    host: str
    port: int
    tls: str


class Answer(NamedTuple):
    name: str
    servers: tuple[Server, ...]


def read(text: str) -> Answer:
    """What an answer says.

    Raises Rejected for what is no answer; Doubtful where a program would have to guess: a login name (which
    would be the same for everybody), a server without encryption, or words that nobody knows.

    >>> read("<Autodiscover/>")
    Traceback (most recent call last):
    tests.readers.Rejected: line 0: no answer of Autodiscover
    """
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise Rejected(error.position[0], str(error)) from None
    account = root.find(f"{_INNER}Response/{_INNER}Account")
    if root.tag != f"{_OUTER}Autodiscover" or account is None:
        raise Rejected(0, "no answer of Autodiscover")
    if [_said(account, name) for name in ("AccountType", "Action")] != ["email", "settings"]:
        raise Rejected(0, "no settings of mail")
    servers = tuple(_server(one) for one in account.findall(f"{_INNER}Protocol"))
    return Answer(_said(root, f"{_INNER}Response/{_INNER}User/{_INNER}DisplayName", whole=True), servers)


def _server(protocol: ET.Element) -> Server:
    type = _said(protocol, "Type")
    expected = {"DomainRequired": "off", "SPA": "off", "SSL": "on", "AuthRequired": "on"}
    if type == "SMTP":
        expected["UsePOPAuth"] = "on"
    for name, value in expected.items():
        if _said(protocol, name) != value:
            raise Doubtful(0, f"{type}: {name} is not {value}")
    known = {*expected, "Type", "Server", "Port", "Encryption"}
    if odd := {child.tag.removeprefix(_INNER) for child in protocol} - known:
        raise Doubtful(0, f"{type}: {odd}")
    encryption = _said(protocol, "Encryption")
    if type not in ("IMAP", "POP3", "SMTP") or encryption not in ENCRYPTIONS:
        raise Doubtful(0, f"{type}, {encryption}")
    return Server(
        type.lower(), _said(protocol, "Server"), int(_said(protocol, "Port")), ENCRYPTIONS[encryption]
    )


def _said(element: ET.Element, name: str, whole: bool = False) -> str:
    return element.findtext(name if whole else f"{_INNER}{name}") or ""
