"""QR codes that Thunderbird for Android and K-9 Mail scan, drawn by segno; read back by zbar.

Source: version 1 of the format in QRExport.sys.mjs of Thunderbird, and in AccountData.kt of that for Android:
[version, [number, of how many], incoming server, [[outgoing server, identity]]]. One account for a code.
"""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO, StringIO

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.structure import Encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_PROTOCOLS = {"imap": 0, "pop3": 1}
_SECURITY = {"starttls": 2, "tls": 3}
_AUTH = {"password": 1, "oauth2": 6}
#: What a scanner reads from a screen without trouble; a name may be long.
_LONGEST = 600


def payload(structure: Mapping[str, Any]) -> str:
    """Return what a code says: JSON, all of it ASCII, without a password, which the app asks for.

    Raises Unquotable for more than a camera reads well, and for a host that is not ASCII.

    >>> server = {"host": "h.example", "port": 993, "security": "tls", "auth": "password", "username": "u"}
    >>> said = {"name": "a", "address": "u@h.example", "outgoing": server}
    >>> payload({**said, "incoming": {"protocol": "imap", **server}})
    '[1,[1,1],[0,"h.example",993,3,1,"u","a"],[[[0,"h.example",993,3,1,"u"],["u@h.example",""]]]]'
    """
    incoming, outgoing = structure["incoming"], structure["outgoing"]
    account = [_PROTOCOLS[incoming["protocol"]], *_server(incoming), structure["name"]]
    identity = [structure["address"], structure.get("from_name", "")]
    data = [1, [1, 1], account, [[[0, *_server(outgoing)], identity]]]
    text = json.dumps(data, separators=(",", ":"))
    if len(text) > _LONGEST:
        raise Unquotable(
            Text("a code with more than {size} characters cannot be scanned from a screen", size=_LONGEST)
        )
    return text


def _server(given: Mapping[str, Any]) -> list[Any]:
    if not given["host"].isascii():
        raise Unquotable("the app takes host names in ASCII only")
    ways = _SECURITY[given["security"]], _AUTH[given["auth"]]
    return [given["host"], given["port"], *ways, given["username"]]


def terminal(structure: Mapping[str, Any]) -> str:
    """Draw a code in blocks of text, for a terminal."""
    return _drawn(payload(structure), "terminal").decode()


def svg(structure: Mapping[str, Any]) -> str:
    """Draw a code as SVG."""
    return _drawn(payload(structure), "svg").decode()


def png(structure: Mapping[str, Any]) -> bytes:
    """Draw a code as PNG."""
    return _drawn(payload(structure), "png")


@lru_cache(maxsize=32)
def _drawn(text: str, kind: str) -> bytes:
    """Draw a code; the same one is wanted in several forms, and more than once."""
    if kind == "terminal":
        blocks = StringIO()
        _code(text).terminal(blocks, border=2, compact=True)
        return blocks.getvalue().encode()
    picture = BytesIO()
    _code(text).save(picture, kind=kind, scale=8, border=4, light="white")
    return picture.getvalue()


@lru_cache(maxsize=32)
def _code(text: str) -> Any:
    import segno

    return segno.make(text, error="m", micro=False, boost_error=False)


_SHOWN = "name address from_name protocol host port security auth username"

ENCODERS = {
    "terminal": Encoder(terminal, "", _SHOWN),
    "svg": Encoder(svg, "", _SHOWN),
    "png": Encoder(png, "", _SHOWN),
}
