"""What a PACC document says (draft-ietf-mailmaint-pacc), read strictly: bytes in, values out."""

import base64
import hashlib
import json
import re
from typing import Any, NamedTuple

from tests.readers import Doubtful, Rejected

PORTS = {"imap": 993, "pop3": 995, "submit": 465}
RECORD = re.compile(r"v=UAAC1; a=sha256; d=([A-Za-z0-9+/]{43}=)")


class Described(NamedTuple):
    name: str
    short_name: str
    documentation: str
    hosts: dict[str, str]
    password: bool


def read(data: bytes) -> Described:
    """What a document says; raises Rejected if it is no JSON, Doubtful for a key twice or not known here."""
    try:
        whole = json.loads(data.decode(), object_pairs_hook=once)
    except ValueError as error:
        raise Rejected(0, str(error)) from None
    protocols, info = whole.pop("protocols"), whole.pop("info")
    authentication = whole.pop("authentication")
    provider, help = info.pop("provider"), info.pop("help", {})
    hosts = {name: protocols[name].pop("host") for name in PORTS if name in protocols}
    found = Described(
        provider.pop("name"),
        provider.pop("shortName", ""),
        help.pop("documentation", ""),
        hosts,
        authentication.pop("password", False),
    )
    rest = [whole, info, provider, help, authentication, *protocols.values()]
    if any(rest) or protocols.keys() - PORTS.keys() or not hosts:
        raise Doubtful(0, f"not modelled: {rest}")
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise Doubtful(0, "a key stands twice in one object")
    return dict(pairs)


def agrees(record: str, data: bytes) -> bool:
    """Say whether the text of a TXT record vouches for exactly these bytes."""
    found = RECORD.fullmatch(record)
    return found is not None and base64.b64decode(found[1]) == hashlib.sha256(data).digest()
