"""The address on this machine to which the browser comes back (RFC 8252, section 7.3)."""

from __future__ import annotations

import hmac
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds for which people may look at the page.
PATIENCE = 300
#: Seconds after which they are told what it means if the page does not come back.
SOON = 20
#: How a registered redirect names this machine -> the host in the address.
HOSTS = {"loopback-127": "127.0.0.1", "loopback-localhost": "localhost"}
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>mailgen</title>"
    "<p>mailgen has its answer. You may close this page. <p lang=zh>mailgen 已收到登录结果，可以关闭此页面。"
).encode()


class Loopback:
    """A server on the loopback interface that waits for one answer, and for nobody else's.

    `host` is how the address names this machine; with port 0 it is one that is free. Raises MailgenError if
    the port cannot be had.
    """

    def __init__(self, state: str, host: str = "127.0.0.1", port: int = 0, path: str = "/") -> None:
        self._state = state
        self._answer = ""
        waiting = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                waiting._take(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the line holds the code."""

        try:
            self._server = HTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise MailgenError(
                Text("the browser cannot come back to this port: {why}", why=error.strerror),
                f"127.0.0.1:{port}",
                Text("end the program that holds it, or sign in with --paste"),
            ) from None
        self._base = f"http://{host}:{self._server.server_port}"
        self.redirect = self._base + path

    def answer(self, soon: Callable[[], None]) -> str:
        """Return the whole address to which the browser came back; `soon` is called once if it takes its
        time.

        Raises MailgenError if it does not come.
        """
        begin, told = time.monotonic(), False
        try:
            while not self._answer:
                left = PATIENCE - (time.monotonic() - begin)
                if left <= 0:
                    raise MailgenError(
                        Text("the browser did not come back"),
                        self.redirect,
                        Text("start again; with --paste the address can be copied from any browser"),
                    )
                if not told and time.monotonic() - begin > SOON:
                    told = True
                    soon()
                self._server.timeout = min(left, 1.0)
                self._server.handle_request()
        finally:
            self._server.server_close()
        return self._answer

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        """Take an answer with the right state; all else is told that nothing is here, and waiting goes on."""
        given = parse_qs(urlsplit(request.path).query).get("state", [""])[0]
        if not hmac.compare_digest(given.encode(), self._state.encode()):
            request.send_error(404)
            return
        self._answer = self._base + request.path
        request.send_response(200)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header("Cache-Control", "no-store")
        request.send_header("Content-Security-Policy", "default-src 'none'")
        request.send_header("Content-Length", str(len(_PAGE)))
        request.end_headers()
        request.wfile.write(_PAGE)
