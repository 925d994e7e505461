"""What the web servers of the network hold: settings as they should be, and as they should not."""

from __future__ import annotations

import gzip
import json
import zlib

LIMIT = 256 << 10


def xml(*domains: str, host: str = "imap.%EMAILDOMAIN%", name: str = "A name") -> bytes:
    """An autoconfig file."""
    served = "".join(f"<domain>{one}</domain>" for one in domains or ("%EMAILDOMAIN%",))
    servers = "".join(
        f'<{kind} type="{protocol}"><hostname>{host}</hostname><port>{port}</port>'
        f"<socketType>SSL</socketType><authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></{kind}>"
        for kind, protocol, port in (("incomingServer", "imap", 993), ("outgoingServer", "smtp", 465))
    )
    return (
        f'<clientConfig version="1.1"><emailProvider id="x">{served}<displayName>{name}</displayName>'
        f"{servers}</emailProvider></clientConfig>"
    ).encode()


def pacc(host: str = "imap.pacc.example") -> bytes:
    """A PACC document."""
    return json.dumps(
        {
            "protocols": {"imap": {"host": host}, "submit": {"host": host}},
            "authentication": {"password": True},
            "info": {"provider": {"name": "By PACC", "shortName": "PACC"}},
        }
    ).encode()


def deflated(content: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


_BIG = b"<!--" + b"x" * LIMIT + b"-->"
#: Files of the web servers, by the name that a case gives.
PAGES: dict[str, bytes] = {
    "config": xml(),
    "pacc": pacc(),
    "pacc-html": b"<html>not JSON</html>",
    "pacc-deep": b'{"protocols":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "config.gz": gzip.compress(xml()),
    "config.deflate": deflated(xml()),
    "config.zlib": zlib.compress(xml()),
    "config.half-gz": gzip.compress(xml())[:-20],
    "config.no-gz": b"this is no gzip" * 9,
    "bomb.gz": gzip.compress(xml() + b" " * (64 << 20)),
    "bomb.gz.gz": gzip.compress(gzip.compress(xml() + b" " * (64 << 20))),
    "big": xml() + _BIG,
    "brim": xml() + b" " * (LIMIT - len(xml())),
    "over": xml() + b" " * (LIMIT - len(xml()) + 1),
    "html": b"<!doctype html><html><body>Welcome</body></html>",
    "json": b"{}",
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml(name="&e;"),
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + xml(name="&b;"),
    "deep": b"<a>" * 50_000,
    "escapes": xml(host="imap.\u009b31mred.example", name="\u202eknab\u009b2J\u200b"),
    "claims": xml("gmail.com", "qq.com", "%EMAILDOMAIN%", host="imap.evil.example"),
    "abroad": xml(host="imap.hoster.example"),
    "by-address": xml(host="127.0.0.1"),
    "plain-only": xml().replace(b"SSL", b"plain").replace(b"993", b"143").replace(b"465", b"25"),
    "at-exmail": xml(host="imap.exmail.qq.com"),
    "mx-hoster": xml("hoster.example", host="imap.hoster.example", name="The hoster"),
}  # fmt: skip
