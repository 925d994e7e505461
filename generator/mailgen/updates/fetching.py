"""The bytes of a document and of its signature: from a file, or over HTTPS."""

from __future__ import annotations

import http.client
import ssl
import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.dataset import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

#: Seconds that a server may be silent.
PATIENCE = 30
_PIECE = 1000
#: Seconds for a whole answer: one that trickles is never silent, and would come for days.
LONGEST = 300


def content_at(source: str, begun: Callable[[int], Callable[[], None]] = lambda total: _nothing) -> bytes:
    """Return what lies at `source`, a path or an https URL; a proxy of the environment is used.

    `begun` is told how many kB will come, if the server says so, and what it returns is called after each.
    Nothing is sent but the request. What comes is trusted for its signature alone. Raises MailgenError.
    """
    if "://" not in source:
        return document.content_of(source)
    if urlsplit(source).scheme != "https":
        raise MailgenError(Text("{url} is no https address", url=source), source, Text("use https"))
    done: list[bytes | Exception] = []

    def fetch() -> None:
        try:
            done.append(_fetched(source, begun))
        except Exception as error:  # raised below, where somebody can catch it
            done.append(error)

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(LONGEST)
    if not done:
        raise _failed(source, Text("it was not here after {seconds} seconds", seconds=LONGEST))
    if isinstance(done[0], Exception):
        raise done[0]
    return done[0]


def _nothing() -> None:
    """Tell nobody."""


def _fetched(source: str, begun: Callable[[int], Callable[[], None]]) -> bytes:
    """Return what lies at an https URL, however long it takes; raises MailgenError."""
    opener = urllib.request.build_opener(
        _OnlyHttps, urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    request = urllib.request.Request(source, headers={"User-Agent": "mailgen", "Accept": "*/*"})  # noqa: S310
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            step = begun(-(-int(answer.length or 0) // _PIECE))
            content = bytearray()
            while len(content) <= document.LARGEST and (piece := answer.read(_PIECE)):
                content += piece
                step()
    except urllib.error.HTTPError as error:
        error.close()
        raise _failed(source, Text("the server said {status}", status=str(error.code))) from None
    except urllib.error.URLError as error:
        raise _failed(source, _why(error.reason)) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _failed(source, _why(error)) from None
    if len(content) > document.LARGEST:
        raise document.too_large(source)
    return bytes(content)


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to another https address, and no other."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme != "https":
            raise urllib.error.URLError(Text("it sends us to an address that is not https"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def http_error_default(self, req: Any, fp: Any, code: int, msg: str, hdrs: Any) -> NoReturn:
        raise urllib.error.HTTPError(req.full_url, code, msg, hdrs, fp)


def _failed(source: str, why: str) -> MailgenError:
    what = Text("it cannot be fetched: {why}", why=why)
    return MailgenError(
        what, source, Text("look at the address and the network; or fetch it yourself, and name the file")
    )


def _why(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return reason.verify_message or str(reason)
    if isinstance(reason, str):
        return reason
    return getattr(reason, "strerror", None) or type(reason).__name__
