"""A connection to a mail server whose time is watched: whatever the other side does, each stage has an end.

The line protocols of mail are spoken over it by hand. The clients of the standard library read through
streams with a limit for each piece, so that a server which sends a byte a second is never late; one of them
tries several ways to log in by itself, and another tells refusals in texts of its own (CPython 3.11 to 3.14).
"""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

from mailgen.check import StageFailed
from mailgen.check.certificates import explained

if TYPE_CHECKING:
    import ssl

#: More than this is no answer of a mail server to one command.
MOST = 4 << 20
#: No line is longer: a folder's name, or all that a server can do.
LONGEST_LINE = 256 << 10


class Wire:
    """A connection, in lines. `allow` starts the clock of a stage; after that StageFailed is raised."""

    def __init__(self, sock: socket.socket, address: str, port: int, end: float) -> None:
        """Take over a socket; `end` is when all must be over, on the monotonic clock."""
        self.address = address
        self.secure = False
        self._sock, self._end, self._until = sock, end, end
        self._rest, self._read = bytearray(), 0
        self._at_once, self._port = True, port
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def allow(self, seconds: float) -> None:
        """Start a stage that may take so many seconds."""
        self._until = min(self._end, time.monotonic() + seconds)
        self._read = 0

    def _wait(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise StageFailed("timeout")
        self._sock.settimeout(left)

    def send(self, line: bytes) -> None:
        """Send a line; raises StageFailed if it cannot be."""
        self._wait()
        self._at_once = False
        try:
            self._sock.sendall(line + b"\r\n")
        except TimeoutError:
            raise StageFailed("timeout") from None
        except OSError:
            raise StageFailed("hung-up") from None

    def _more(self) -> None:
        self._wait()
        try:
            piece = self._sock.recv(65536)
        except TimeoutError:
            raise StageFailed("timeout") from None
        except OSError:
            piece = b""
        if not piece:
            raise StageFailed("hung-up")
        self._read += len(piece)
        if self._read > MOST:
            raise StageFailed("bad-greeting", note="more came than any mail server says")
        self._rest += piece

    def line(self) -> bytes:
        """Return the next line without its end; raises StageFailed."""
        while (at := self._rest.find(b"\n")) < 0:
            if len(self._rest) > LONGEST_LINE:
                raise StageFailed("bad-greeting", note="a line came that has no end")
            self._more()
        line = bytes(self._rest[:at])
        del self._rest[: at + 1]
        return line.removesuffix(b"\r")

    def exactly(self, count: int) -> bytes:
        """Return so many bytes; raises StageFailed."""
        if count > MOST:
            raise StageFailed("bad-greeting", note="more came than any mail server says")
        while len(self._rest) < count:
            self._more()
        piece = bytes(self._rest[:count])
        del self._rest[:count]
        return piece

    def start_tls(self, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
        """Go on in TLS, with the certificate of `host`; returns the socket to ask about it.

        What came in clear behind the server's consent is not taken for what it says in TLS. Raises
        StageFailed, with what is wrong with the certificate.
        """
        if self._rest:
            raise StageFailed("not-tls", note="more came in clear behind the consent to STARTTLS")
        self._wait()
        port = self._port if self._at_once else 0  # behind STARTTLS there is no second look
        try:
            secured = context.wrap_socket(self._sock, server_hostname=host)
        except (OSError, ValueError) as error:
            raise explained(error, self.address, port, host, self._until) from None
        self._sock, self.secure = secured, True
        return secured

    def close(self) -> None:
        """Hang up."""
        self._sock.close()


def looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host, in the order of the system, as clients will use them.

    The system's look-up knows no limit, so it is waited for in a thread. Raises StageFailed.
    """
    found: list[list[str] | socket.gaierror] = []

    def look() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.append(list(dict.fromkeys(str(one[4][0]) for one in told)))
        except (socket.gaierror, UnicodeError) as error:
            wrong = error if isinstance(error, socket.gaierror) else socket.gaierror(socket.EAI_NONAME, "")
            found.append(wrong)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(seconds)
    answer = found[0] if found else None
    if answer is None:
        raise StageFailed("resolver-down")
    if isinstance(answer, socket.gaierror):
        down = answer.errno in (socket.EAI_AGAIN, socket.EAI_SYSTEM, getattr(socket, "EAI_FAIL", None))
        raise StageFailed("resolver-down" if down else "no-such-name")
    return answer


def connected(addresses: list[str], port: int, seconds: float, end: float) -> tuple[Wire, list[str]]:
    """Connect to the first address that answers; returns it with those that did not. Raises StageFailed."""
    until = min(end, time.monotonic() + seconds)
    dead: list[str] = []
    causes: list[str] = []
    for number, address in enumerate(addresses):
        share = (until - time.monotonic()) / (len(addresses) - number)
        if share <= 0:
            causes.append("timeout")
            break
        try:
            sock = socket.create_connection((address, port), timeout=max(share, 0.1))
        except OSError as error:
            causes.append(_why(error))
            dead.append(address)
        else:
            return Wire(sock, address, port, end), dead
    raise StageFailed(*dict.fromkeys(causes))


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
