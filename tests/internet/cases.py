"""The domains of the network: what DNS and the web say for each, and what must come of a search.

A case is one domain. `dns` are lines of a zone file, relative to it; `web` maps a host (`@` is the domain) to
paths and what nginx does there: a file of pages.PAGES, or a line of its configuration. The first four steps of a
search meet nothing unless a case says so.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.internet.pages import PAGES, pacc
from tests.internet.places import CLOSED, HOSTILE, PLAIN, STALLED, WEB, WEB6, WEB_NAT64

FIRST, SECOND = "/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"
DOCUMENT = "/.well-known/user-agent-configuration.json"


def digest(content: bytes = pacc()) -> str:
    """What its TXT record says."""
    return f"v=UAAC1; a=sha256; d={base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def txt(*texts: str) -> list[str]:
    return [f'_ua-auto-config 60 TXT "{text}"' for text in texts]


def page(name: str, more: str = "") -> str:
    """Serve a file of pages.PAGES, with `more` lines of configuration."""
    return f"{more} default_type text/xml; alias PAGES/{name};"


def to(location: str, status: int = 302) -> str:
    """Redirect, to exactly this text."""
    escaped = location.replace("\\", "\\\\").replace('"', '\\"')
    return f'return {status} "{escaped}";'


def labelled(name: str, encoding: str) -> str:
    """Serve a file as if it were in this Content-Encoding."""
    return page(name, f'add_header Content-Encoding "{encoding}";')


@dataclass(frozen=True)
class Case:
    """A domain. `found` is the method that must bring settings, or None; `said` must be in an outcome.

    `asked` are the only hosts (`@` is the domain) that may meet a request of the search, with the number of
    requests; None leaves it open. `limit` is the time for a step, for those who are kept waiting. With `fickle`
    the DNS that changes its mind is asked. `foreign` are the owners of hosts that are told to be another's,
    `known` the providers of ours whose servers they are, and `delivery` says whether the MX agrees, and whose it is.
    """

    found: str | None = None
    said: str = ""
    dns: list[str] = field(default_factory=list)
    web: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    certificate: str = "right"
    asked: Mapping[str, int] | None = None
    limit: float = 5.0
    fickle: bool = False
    domain: str = ""
    foreign: tuple[str, ...] = ()
    guess: bool = False
    servers: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    delivery: tuple[bool | None, str | None] | None = None


def at(address: str, *more: str) -> list[str]:
    """Let autoconfig.DOMAIN be at an address."""
    kind = "AAAA" if ":" in address else "A"
    return [f"autoconfig 60 {kind} {address}", *more]


def first(does: str) -> dict[str, dict[str, str]]:
    """Let autoconfig.DOMAIN do this when it is asked for its file."""
    return {"autoconfig": {FIRST: does}}


def site(does: str, found: str | None = None, said: str = "", **more: object) -> Case:
    """A domain with an autoconfig host that does this."""
    dns = [*at(WEB), *more.pop("dns", [])]  # type: ignore[misc]
    web = {**first(does), **more.pop("web", {})}  # type: ignore[dict-item]
    return Case(found, said, dns=dns, web=web, **more)  # type: ignore[arg-type]


def lured(*lines: str, said: str = "not public") -> Case:
    """A domain whose autoconfig host is at addresses where nobody may knock."""
    return Case(None, said, dns=list(lines), asked={})


def redirected(location: str, said: str, **more: object) -> Case:
    return site(to(location), None, said, asked={"autoconfig": 1}, **more)


def misbehaving(said: str, limit: float = 5.0) -> Case:
    """A domain whose autoconfig host is the server of hostile.py, which knows the case by its name."""
    return Case(None, said, dns=at(HOSTILE), limit=limit)


def with_pacc(said: str, *texts: str, found: str | None = None, does: str = "", **more: object) -> Case:
    if found and "servers" not in more:
        more["foreign"] = ("pacc.example",)
    return Case(
        found,
        said,
        dns=[*txt(*texts), f"ua-auto-config 60 A {WEB}"],
        web={"ua-auto-config": {DOCUMENT: does or page("pacc")}},
        **more,  # type: ignore[arg-type]
    )


WAIT = 1.0
_FOUR = "https://autoconfig.{}.example/"
_OLD = "v=UAAC1; a=sha256; d=" + base64.b64encode(b"o" * 32).decode()

CASES: dict[str, Case] = {
    # what is right
    "pacc": with_pacc(
        "settings for imap, smtp", digest(), found="pacc", asked={"ua-auto-config": 1},
        servers=("imap imap.pacc.example:993 implicit", "smtp imap.pacc.example:465 implicit"),
    ),
    "pacc-before-all": Case(
        "pacc", "1 digest",
        dns=[*txt(digest()), f"ua-auto-config 60 A {WEB}", *at(WEB), "_imaps._tcp 60 SRV 0 0 993 x.srv.example."],
        web={"ua-auto-config": {DOCUMENT: page("pacc")}, **first(page("config"))},
        asked={"ua-auto-config": 1}, foreign=("pacc.example",),
    ),
    "pacc-change-over": with_pacc("3 digests", _OLD, digest(), _OLD.replace("b", "c"), found="pacc"),
    "pacc-split": with_pacc("1 digest", digest()[:30] + '" "' + digest()[30:], found="pacc"),
    "pacc-untidy": with_pacc("1 digest", digest().replace("; ", " ;") + ";", found="pacc"),
    "autoconfig": site(page("config"), "autoconfig", "settings", asked={"autoconfig": 1}),
    "well-known": Case(
        "autoconfig", "404 Not Found", dns=[*at(WEB), f"@ 60 A {WEB}"],
        web={**first("return 404;"), "@": {SECOND: page("config")}}, asked={"autoconfig": 1, "@": 1},
    ),
    "database": Case("database", "settings", web={"autoconfig.thunderbird.net": {"/v1.1/database.example": page("config")}}),
    "srv": Case(
        "srv", "imap.srv.example:993",
        dns=["_imaps._tcp 60 SRV 0 1 993 imap", "_submissions._tcp 60 SRV 0 1 465 smtp", "imap 60 A 9.9.9.1"],
        servers=("imap imap.srv.example:993 implicit", "smtp smtp.srv.example:465 implicit"), asked={},
    ),
    "srv-order": Case(
        "srv", "a.srv-order.example:993, b.srv-order.example:993",
        dns=[
            "_imaps._tcp 60 SRV 20 0 993 z", "_imaps._tcp 60 SRV 10 5 993 b", "_imaps._tcp 60 SRV 10 9 993 a",
            "_imap._tcp 60 SRV 0 0 143 z",
        ],
        servers=tuple(
            f"imap {one}.srv-order.example:{port} {tls}"
            for one, port, tls in (("a", 993, "implicit"), ("b", 993, "implicit"), ("z", 993, "implicit"), ("z", 143, "starttls"))
        ),
    ),
    "mx-known": Case("mx", "as with exmail.qq.com", dns=["@ 60 MX 5 mxbiz1.qq.com."], guess=True, foreign=("qq.com",)),
    "mx-second": Case(
        "mx", "as with exmail.qq.com", dns=["@ 60 MX 5 mx", "@ 60 MX 10 mxbiz2.qq.com."], guess=True, foreign=("qq.com",)
    ),
    # where the mail goes, beside what a document says
    "document-known": site(
        page("at-exmail"), "autoconfig", "settings", dns=["@ 60 MX 5 mxbiz1.qq.com."], foreign=("qq.com",),
        known=("exmail.qq.com",), delivery=(True, "exmail.qq.com"),
    ),
    "document-agrees": site(
        page("abroad"), "autoconfig", "settings", dns=["@ 60 MX 5 in.mx.hoster.example."], foreign=("hoster.example",),
        delivery=(True, None),
    ),
    "document-elsewhere": site(
        page("abroad"), "autoconfig", "settings", dns=["@ 60 MX 5 mxbiz1.qq.com."], foreign=("hoster.example",),
        delivery=(False, "exmail.qq.com"),
    ),
    "document-filtered": site(
        page("config"), "autoconfig", "settings", dns=["@ 60 MX 5 mx.filter.example."], delivery=(False, None),
    ),
    "document-own-mx": site(
        page("abroad"), "autoconfig", "settings", dns=["@ 60 MX 5 mx"], foreign=("hoster.example",),
        delivery=(None, None),
    ),
    "document-without-mx": site(page("config"), "autoconfig", "no such record"),
    "mx-database": Case(
        "mx", "settings for imap, smtp", dns=["@ 60 MX 5 in.mx.hoster.example."], guess=True, foreign=("hoster.example",),
        web={"autoconfig.thunderbird.net": {"/v1.1/hoster.example": page("mx-hoster")}},
    ),
    "known": site(page("config"), "autoconfig", "settings", domain="sohu.com", known=("sohu.com",)),
    "idn": site(page("config"), "autoconfig", "settings", domain="xn--bcher-kva.example"),
    "deep": Case(
        None, "no such name", domain="mail.deep.example", web={"autoconfig.deep.example": {FIRST: page("config")}}, asked={},
        dns=[f"autoconfig.deep.example. 60 A {WEB}", "_imaps._tcp.deep.example. 60 SRV 0 0 993 x"],
    ),
    # fetching: what must work
    "redirect-3": site(
        to(_FOUR.format("redirect-3") + "1"), "autoconfig", "settings", asked={"autoconfig": 4},
        web={"autoconfig": {FIRST: to("/1"), "/1": to("2"), "/2": to("//autoconfig.redirect-3.example/3"), "/3": page("config")}},
    ),
    "redirect-kin": site(
        to("https://www.redirect-kin.example/x?y=%20z", 308), "autoconfig", "settings", dns=[f"www 60 A {WEB}"],
        web={"www": {"/x": page("config")}}, asked={"autoconfig": 1, "www": 1},
    ),
    "gzip": site(labelled("config.gz", "gzip"), "autoconfig", "settings"),
    "deflate": site(labelled("config.deflate", "deflate"), "autoconfig", "settings"),
    "zlib": site(labelled("config.zlib", "Deflate"), "autoconfig", "settings"),
    "any-type": site(page("config", "types {}").replace("text/xml", "application/octet-stream"), "autoconfig"),
    "brim": site(page("brim"), "autoconfig", "settings"),
    "only-ipv6": Case("autoconfig", "settings", dns=at(WEB6), web=first(page("config"))),
    "nat64": Case("autoconfig", "settings", dns=at(WEB_NAT64), web=first(page("config"))),
    "one-closed": Case("autoconfig", "settings", dns=[*at(CLOSED), *at(WEB)], web=first(page("config"))),
    "cname": Case("autoconfig", "settings", dns=["autoconfig 60 CNAME www", f"www 60 A {WEB}"], web=first(page("config"))),
    "odd-header": Case("autoconfig", "settings", dns=at(HOSTILE)),
    # redirects that are not followed
    "redirect-4": site(
        to("/1"), None, "redirected more than 3 times", asked={"autoconfig": 4},
        web={"autoconfig": {FIRST: to("/1"), "/1": to("/2"), "/2": to("/3"), "/3": to("/4"), "/4": page("config")}},
    ),
    "redirect-loop": site(to(FIRST), None, "more than 3 times", asked={"autoconfig": 4}),
    "redirect-abroad": redirected("https://www.autoconfig.example/4", "not of redirect-abroad.example"),
    "redirect-suffix": redirected("https://evilredirect-suffix.example/4", "not of redirect-suffix.example"),
    "redirect-downgrade": redirected("http://autoconfig.redirect-downgrade.example/4", "not HTTPS"),
    "redirect-port": redirected("https://autoconfig.redirect-port.example:8443/4", "at port 8443"),
    "redirect-port-80": redirected("https://autoconfig.redirect-port-80.example:80/4", "at port 80"),
    "redirect-login": redirected("https://me:pw@autoconfig.redirect-login.example/4", "with a login name"),
    "redirect-ipv4": redirected("https://9.9.9.10/4", "is an IP address"),
    "redirect-loopback": redirected("https://127.0.0.1/4", "is an IP address"),
    "redirect-number": redirected("https://2130706433/4", "is an IP address"),
    "redirect-hex": redirected("https://0x7f.0x1/4", "is an IP address"),
    "redirect-ipv6": redirected("https://[::1]/4", "no address of a page"),
    "redirect-broken": redirected("https://[::1/4", "no address of a page"),
    "redirect-localhost": redirected("https://localhost/4", "not of redirect-localhost.example"),
    "redirect-file": redirected("file:///etc/passwd", "no address of a page"),
    "redirect-script": redirected("javascript:alert(1)", "no address of a page"),
    "redirect-slashes": redirected("//evil.example/4", "not of redirect-slashes.example"),
    "redirect-backslash": redirected("https://evil.example\\@autoconfig.redirect-backslash.example/4", "login name"),
    "redirect-escape": redirected("https://e\u009b31m.example/4", "redirected"),
    "redirect-inside": redirected(
        "https://intern.redirect-inside.example/4", "10.0.0.1 is private", dns=["intern 60 A 10.0.0.1"]
    ),
    "redirect-neighbour": redirected("https://autoconfig.b.github.io/4", "not of a.github.io", domain="a.github.io"),
    "redirect-co-uk": redirected("https://autoconfig.b.co.uk/4", "not of a.co.uk", domain="a.co.uk"),
    "redirect-com-cn": redirected("https://com.cn/4", "not of a.com.cn", domain="a.com.cn"),
    # where nobody may knock
    "loopback": lured(*at("127.0.0.1"), said="127.0.0.1 is this machine's loopback"),
    "loopback-far": lured(*at("127.1.2.3")),
    "private-10": lured(*at("10.0.0.1")),
    "private-172": lured(*at("172.16.0.1")),
    "private-192": lured(*at("192.168.0.1")),
    "link-local": lured(*at("169.254.169.254"), said="is link-local"),
    "shared": lured(*at("100.64.0.1"), said="shared behind"),
    "this-machine": lured(*at("0.0.0.0"), said="stands for this machine"),
    "multicast": lured(*at("224.0.0.1"), said="is multicast"),
    "broadcast": lured(*at("255.255.255.255")),
    "documentation": lured(*at("192.0.2.1")),
    "benchmark": lured(*at("198.18.0.1")),
    "reserved": lured(*at("192.0.0.8")),
    "loopback-6": lured(*at("::1")),
    "unspecified-6": lured(*at("::")),
    "mapped": lured(*at("::ffff:127.0.0.1"), said="IPv4 in disguise"),
    "mapped-public": lured(*at(f"::ffff:{WEB}"), said="IPv4 in disguise"),
    "compatible": lured(*at("::127.0.0.1")),
    "unique-local": lured(*at("fd00::1")),
    "link-local-6": lured(*at("fe80::1")),
    "site-local": lured(*at("fec0::1")),
    "multicast-6": lured(*at("ff02::1")),
    "documentation-6": lured(*at("2001:db8::1")),
    "nat64-private": lured(*at("64:ff9b::a00:1"), said="leads to 10.0.0.1"),
    "nat64-loopback": lured(*at("64:ff9b::7f00:1"), said="leads to 127.0.0.1"),
    "6to4-private": lured(*at("2002:a00:1::1"), said="is 6to4"),
    "teredo": lured(*at("2001:0:909:909::1")),
    "cname-inside": lured("autoconfig 60 CNAME intern", "intern 60 A 10.0.0.1"),
    "mixed": lured(*at(WEB), *at("10.0.0.1")),
    "mixed-families": lured(*at(WEB), *at("fd00::1")),
    "rebind": Case("autoconfig", "settings", web=first(page("config")), fickle=True, asked={"autoconfig": 1}),
    "rebind-redirect": Case(
        None, "127.0.0.1 is this machine's loopback", web={"autoconfig": {FIRST: to("/1"), "/1": page("config")}}, fickle=True,
        asked={"autoconfig": 1},
    ),
    # bodies
    "big": site(page("big"), None, "more came than 256 KiB"),
    "over": site(page("over"), None, "more came than 256 KiB"),
    "bomb": site(labelled("bomb.gz", "gzip"), None, "more came than 256 KiB"),
    "bomb-twice": site(labelled("bomb.gz.gz", "gzip, gzip"), None, "not asked for: 'gzip, gzip'"),
    "brotli": site(labelled("binary", "br"), None, "not asked for: 'br'"),
    "half-gzip": site(labelled("config.half-gz", "gzip"), None, "not whole in the encoding gzip"),
    "no-gzip": site(labelled("config.no-gz", "gzip"), None, "not whole in the encoding gzip"),
    "no-deflate": site(labelled("config.no-gz", "deflate"), None, "not whole in the encoding deflate"),
    "endless": misbehaving("more came than 256 KiB"),
    "big-header": misbehaving("the connection failed"),
    "lies-about-length": misbehaving("the connection failed"),
    "truncated": misbehaving("the connection failed"),
    "no-http": misbehaving("the connection failed"),
    "says-nothing-and-ends": misbehaving("the connection failed"),
    "slow-header": misbehaving("no answer in time", WAIT),
    "slow-body": misbehaving("no answer in time", WAIT),
    "silent": misbehaving("no answer in time", WAIT),
    "continues": misbehaving("no answer in time", WAIT),
    "tls-garbage": misbehaving("the connection failed"),
    "switches": misbehaving("the connection failed"),
    "odd-status": misbehaving("the server said 999"),
    "stalled": Case(None, "no answer in time", dns=at(STALLED), limit=WAIT),
    "no-tls": Case(None, "no TLS", dns=at(PLAIN)),
    "closed": Case(None, "no connection", dns=at(CLOSED)),
    "wants-login": site('add_header WWW-Authenticate "Basic realm=x" always; return 401;', None, "401 Unauthorized", asked={"autoconfig": 1}),
    "fails": site("return 503;", None, "503"),
    "no-content": site("return 204;", None, "204"),
    "not-modified": site("return 304;", None, "304"),
    "cookie": site(
        "", "autoconfig", "settings", asked={"autoconfig": 2},
        web={"autoconfig": {FIRST: 'add_header Set-Cookie "a=b; Path=/" always;' + to("/1"), "/1": page("config")}},
    ),
    "nowhere": site("return 302;", None, "the server said"),
    # certificates
    "other-name": site(page("config"), None, "certificate is not good: Hostname mismatch", certificate="other-name", asked={}),
    "expired": site(page("config"), None, "certificate is not good: certificate has expired", certificate="expired", asked={}),
    "not-yet": site(page("config"), None, "certificate is not good: certificate is not yet valid", certificate="not-yet", asked={}),
    "self-signed": site(page("config"), None, "certificate is not good: self-signed", certificate="self-signed", asked={}),
    "rogue": site(page("config"), None, "certificate is not good: unable to get local issuer", certificate="rogue", asked={}),
    # PACC
    "pacc-wrong": with_pacc("does not have the digest", _OLD, asked={"ua-auto-config": 1}),
    "pacc-no-txt": Case(None, "no such name", dns=[f"ua-auto-config 60 A {WEB}"], web={"ua-auto-config": {DOCUMENT: page("pacc")}}, asked={}),
    "pacc-no-page": with_pacc("404", digest(), does="return 404;"),
    "pacc-no-version": with_pacc("no digest in it", digest().removeprefix("v=UAAC1; "), asked={}),
    "pacc-version-2": with_pacc("no digest in it", digest().replace("UAAC1", "UAAC2"), asked={}),
    "pacc-sha1": with_pacc("no digest in it", digest().replace("sha256", "sha1"), asked={}),
    "pacc-twice": with_pacc("no digest in it", digest() + "; d=eA==", asked={}),
    "pacc-no-base64": with_pacc("no digest in it", digest().replace("d=", "d=\\001\\;"), asked={}),
    "pacc-short": with_pacc("no digest in it", "v=UAAC1; a=sha256; d=eA==", asked={}),
    "pacc-huge-txt": with_pacc("no digest in it", '" "'.join(["v=UAAC1; a=sha256; d=" + "A" * 200] * 150), asked={}),
    "pacc-many": with_pacc("2 digests", *(f"spf{number}" for number in range(12)), _OLD, digest(), found="pacc"),
    "pacc-abroad": with_pacc("not of pacc-abroad.example", digest(), does=to("https://ua-auto-config.pacc.example/"), asked={"ua-auto-config": 1}),
    "pacc-no-json": with_pacc("of no use", digest(PAGES["pacc-html"]), does=page("pacc-html")),
    "pacc-deep": with_pacc("of no use", digest(PAGES["pacc-deep"]), does=page("pacc-deep")),
    # SRV
    "srv-abroad": Case("srv", "imap.hoster.example:993", dns=["_imaps._tcp 60 SRV 0 0 993 imap.hoster.example."], foreign=("hoster.example",)),
    "srv-null": Case(None, "not offered", dns=[f"_{one}._tcp 60 SRV 0 0 0 ." for one in ("imaps", "imap", "submission")]),
    "srv-half-null": Case(
        "srv", "not offered", dns=["_imaps._tcp 60 SRV 0 0 993 imap", "_imap._tcp 60 SRV 0 0 0 ."],
        servers=("imap imap.srv-half-null.example:993 implicit",),
    ),
    "srv-port-0": Case(None, "of no use", dns=["_imaps._tcp 60 SRV 0 0 0 imap"]),
    "srv-other-port": Case(None, "of no use", dns=["_imaps._tcp 60 SRV 0 0 25 imap"]),
    "srv-mixed-up": Case(None, "of no use", dns=["_imap._tcp 60 SRV 0 0 993 imap"]),
    "srv-address": Case(None, "of no use", dns=["_imaps._tcp 60 SRV 0 0 993 127.0.0.1."]),
    "srv-starttls": Case(
        "srv", "", dns=["_imap._tcp 60 SRV 0 0 143 imap", "_submission._tcp 60 SRV 0 0 587 smtp"],
        servers=("imap imap.srv-starttls.example:143 starttls", "smtp smtp.srv-starttls.example:587 starttls"),
    ),
    "srv-cname": Case("srv", "", dns=["_imaps._tcp 60 SRV 0 0 993 imap", "imap 60 CNAME other.example."]),
    "srv-escapes": Case(None, "of no use", dns=["_imaps._tcp 60 SRV 0 0 993 a\\027\\[31mb\\155.x"]),
    "srv-many": Case("srv", "", dns=[f"_imaps._tcp 60 SRV 0 {number} 993 imap{number}" for number in range(100)]),
    # MX
    "mx-evilqq": Case(None, "mxbiz1.evilqq.com", dns=["@ 60 MX 5 mxbiz1.evilqq.com."]),
    "mx-look-alike": Case(None, "evilmxbiz1.qq.com", dns=["@ 60 MX 5 evilmxbiz1.qq.com.evil.example."]),
    "mx-behind": Case(None, "mxbiz1.qq.com.evil.example", dns=["@ 60 MX 5 mxbiz1.qq.com.evil.example."]),
    "mx-null": Case(None, "takes no mail", dns=["@ 60 MX 0 ."]),
    "mx-own": Case(None, "mx.mx-own.example", dns=["@ 60 MX 0 mx"]),
    "mx-many": Case(None, "and 29 more", dns=[f"@ 60 MX {number} mx{number}" for number in range(100)]),
    "mx-escapes": Case(None, "\\027", dns=["@ 60 MX 5 a\\027\\[31mb.x.example."]),
    "mx-slash": Case(
        None, "x/y.example is not the name of a host", dns=["@ 60 MX 5 in.x/y.example."],
        web={"autoconfig.thunderbird.net": {"/v1.1/x/y.example": page("mx-hoster")}},
    ),
    "mx-suffix": Case(None, "co.uk", dns=["@ 60 MX 5 co.uk."]),
    # the public suffix list
    "suffix-com-cn": Case(None, "not asked: the names below com.cn belong to others", domain="com.cn", dns=at(WEB), web=first(page("config")), asked={}),
    "suffix-co-uk": Case(None, "not asked", domain="co.uk", dns=[*txt(digest()), *at(WEB), f"ua-auto-config 60 A {WEB}"], web=first(page("config")), asked={}),
    "suffix-github": Case(None, "not asked", domain="github.io", dns=at(WEB), web=first(page("config")), asked={}),
    "suffix-redirect": Case(
        None, "not of uk.com", domain="uk.com", dns=[f"@ 60 A {WEB}", f"a 60 A {WEB}"],
        web={"@": {SECOND: to("https://a.uk.com/4")}}, asked={"@": 1},
    ),
    # DNS
    "nothing": Case(None, "no such name"),
    "servfail": Case(None, "SERVFAIL"),
    "mute": Case(None, "no answer in time", fickle=True, limit=WAIT),
    "liar": Case(None, "no answer in time", fickle=True, limit=WAIT),
    "garbled": Case(None, "no answer in time", fickle=True, limit=WAIT),
    "cname-loop": Case(None, "", dns=["autoconfig 60 CNAME b", "b 60 CNAME autoconfig"], asked={}),
    "too-long": Case(None, "DNS failed", domain=".".join(["a" * 60] * 4) + ".example"),
    # what is in the pages
    "html": site(page("html"), None, "of no use"),
    "json": site(page("json"), None, "of no use"),
    "empty": site(page("empty"), None, "of no use"),
    "binary": site(page("binary"), None, "of no use"),
    "entity": site(page("entity"), None, "of no use"),
    "laughs": site(page("laughs"), None, "of no use"),
    "deep-xml": site(page("deep"), None, "of no use"),
    "escapes": site(page("escapes"), None, "of no use"),
    "claims": site(page("claims"), "autoconfig", "settings", foreign=("evil.example",)),
    "abroad": site(page("abroad"), "autoconfig", "settings", foreign=("hoster.example",)),
    "plain-only": site(page("plain-only"), "autoconfig", servers=("imap imap.plain-only.example:143 none",
        "smtp imap.plain-only.example:25 none")),
    "by-address": site(page("by-address"), None, "of no use"),
}  # fmt: skip


def domain_of(name: str) -> str:
    """The domain of a case."""
    return CASES[name].domain or f"{name}.example"


def host_of(name: str, host: str) -> str:
    """A host of a case by the name that it has there."""
    if host.count(".") > 1:
        return host
    return domain_of(name) if host == "@" else f"{host}.{domain_of(name)}"
