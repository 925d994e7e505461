"""A page over HTTPS from a server that may be up to anything.

The name is resolved here, its addresses are judged, and the connection goes to an address that was
judged: no second answer of DNS can lead elsewhere. The certificate is that of the name all the same.
"""

from __future__ import annotations

import re
import ssl
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from mailgen.core.errors import MailgenError
from mailgen.core.printing import printable
from mailgen.core.text import Text
from mailgen.dataset.suffixes import registrable
from mailgen.discovery import Nothing
from mailgen.discovery.addresses import address_objection
from mailgen.resolve.address import normalise_domain, shown

if TYPE_CHECKING:
    from mailgen.discovery import Limits
    from mailgen.discovery.names import Names

_REDIRECTS = (301, 302, 303, 307, 308)
#: What is sent, and nothing else: no cookie, no login, and no word about who asks.
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "mailgen"}
#: So many addresses of a host are tried.
_MOST_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class Page:
    """What came, and from where after all redirects."""

    content: bytes
    url: str


async def fetch(url: str, names: Names, context: ssl.SSLContext, limits: Limits) -> Page:
    """Return the page at an https URL of ours, following redirects of the same owner.

    The time is the caller's to watch. Raises Nothing, with what came instead.
    """
    owner = registrable(_host_of(url))
    for _ in range(limits.redirects + 1):
        answer = await _once(url, names, context, limits)
        if isinstance(answer, Page):
            return answer
        url = _judged(url, answer, owner)
    raise Nothing(Text("redirected more than {number} times", number=limits.redirects))


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _judged(url: str, location: str, owner: str) -> str:
    """Return where a page at `url` redirects to, if that may be followed."""
    try:
        parts = urlsplit(urljoin(url, location))
        port = parts.port
        host = normalise_domain(parts.hostname or "", "")[0]
        httpx.URL(url := f"https://{host}{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}")
    except (ValueError, MailgenError, httpx.InvalidURL):
        raise Nothing(
            Text("redirected to {place}, which is no address of a page", place=shown(location))
        ) from None
    place = shown(f"{parts.scheme}://{parts.hostname}")
    if parts.scheme != "https":
        raise Nothing(Text("redirected to {place}, which is not HTTPS", place=place))
    if parts.username is not None or parts.password is not None:
        raise Nothing(Text("redirected to {place} with a login name", place=place))
    if port not in (None, 443):
        raise Nothing(Text("redirected to {place} at port {port}", place=place, port=port))
    if re.search(r"(^|\.)(\d+|0x[0-9a-f]*)$", host):
        raise Nothing(Text("redirected to {place}, which is an IP address", place=place))
    if registrable(host) != owner:
        raise Nothing(Text("redirected to {place}, which is not of {owner}", place=place, owner=owner))
    return url


async def _once(url: str, names: Names, context: ssl.SSLContext, limits: Limits) -> Page | str:
    """Ask one server; return the page, or where it redirects to."""
    host = _host_of(url)
    addresses = await names.addresses(host)
    for address in addresses:
        if why := address_objection(address):
            what = "not asked: {host} is at an address that is not public; {why}"
            raise Nothing(Text(what, host=host, why=why))
    tried = addresses[:_MOST_ADDRESSES]
    last: Nothing | None = None
    for address in tried:
        try:
            return await _at(address, host, url, context, limits, limits.step / len(tried))
        except httpx.ConnectError as error:
            last = Nothing(_why_unconnected(error))
        except httpx.ConnectTimeout:
            last = Nothing("no connection in time")
        except httpx.TimeoutException:
            raise Nothing("no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:  # OSError: TLS that breaks later
            why = printable(str(error) or type(error).__name__)[:200]
            raise Nothing(Text("the connection failed: {why}", why=why)) from None
    assert last is not None
    raise last


async def _at(
    address: str, host: str, url: str, context: ssl.SSLContext, limits: Limits, patience: float
) -> Page | str:
    literal = f"[{address}]" if ":" in address else address
    # The transport alone, without the client around it: nothing here could follow, log in or keep a cookie.
    request = httpx.Request(
        "GET",
        httpx.URL(url).copy_with(host=literal),
        headers={"Host": host, **_HEADERS},
        extensions={
            "sni_hostname": host,
            "timeout": httpx.Timeout(limits.step, connect=patience).as_dict(),
        },
    )
    async with httpx.AsyncHTTPTransport(verify=context, trust_env=False, retries=0) as transport:
        response = await transport.handle_async_request(request)
        try:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return str(response.headers["location"])
            if response.status_code != 200:
                reason = printable(response.reason_phrase)[:60]
                raise Nothing(
                    Text("the server said {status}", status=f"{response.status_code} {reason}".rstrip())
                )
            return Page(await _body(response, limits.page), url)
        finally:
            await response.aclose()


async def _body(response: httpx.Response, most: int) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise Nothing(
            Text("it came in an encoding that was not asked for: {encoding}", encoding=shown(encoding))
        )
    told = response.headers.get("content-length", "")
    too_much = Nothing(Text("more came than {number} KiB", number=most >> 10))
    if told.isdigit() and int(told) > most:
        raise too_much
    raw = bytearray()
    async for piece in response.aiter_raw():
        raw += piece
        if len(raw) > most:
            raise too_much
    if encoding == "identity":
        return bytes(raw)
    content = _inflated(bytes(raw), encoding, most)
    if len(content) > most:
        raise too_much
    return content


def _inflated(raw: bytes, encoding: str, most: int) -> bytes:
    """Unpack at most one byte more than `most`."""
    # RFC 9110 8.4.1.2: "deflate" is the zlib format; some servers send it without its header.
    forms = (zlib.MAX_WBITS, -zlib.MAX_WBITS) if encoding == "deflate" else (zlib.MAX_WBITS | 16,)
    for form in forms:
        inflater = zlib.decompressobj(form)
        try:
            content = inflater.decompress(raw, most + 1)
        except zlib.error:
            continue
        if len(content) <= most and not inflater.eof:
            break
        return content
    raise Nothing(Text("what came is not whole in the encoding {encoding}", encoding=encoding))


def _why_unconnected(error: httpx.ConnectError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Text("the certificate is not good: {why}", why=printable(cause.verify_message))
        if isinstance(cause, ssl.SSLError):
            return Text("no TLS: {why}", why=printable(cause.reason or "the connection broke"))
        cause = cause.__cause__ or cause.__context__
    return "no connection"
