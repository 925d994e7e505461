"""Servers for mail on this machine, for clients that are given an address or no TLS.

They say yes to all, and keep what they are told. Nothing but loopback is listened at.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.programs import need, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO, Self

_SELECTED = (
    b"* 0 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n"
)


class Server:
    """A server that listens until it is closed; `heard` are the lines of all its clients."""

    def __init__(self, protocol: str, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[bytes] = []
        self._tls = tls
        self._session: Callable[[BinaryIO], None] = {"imap": self._imap, "smtp": self._smtp}[protocol]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            self._socket = socket.create_server((address, 0), family=family)
        except OSError as error:
            unavailable(f"nobody can listen at {address}: {error}")
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(30)

    def said(self, beginning: bytes) -> list[bytes]:
        """Return the lines that begin so, without the tag of IMAP."""
        lines = [line.partition(b" ")[2] if self._session == self._imap else line for line in self.heard]
        return [line for line in lines if line.upper().startswith(beginning)]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            # Who does not trust the certificate hangs up.
            with suppress(OSError), connection:
                connection.settimeout(20)
                stream = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                with stream.makefile("rwb") as both:
                    self._session(both)

    def _lines(self, stream: BinaryIO, greeting: bytes) -> BinaryIO:
        stream.write(greeting)
        stream.flush()
        return stream

    def _smtp(self, stream: BinaryIO) -> None:
        answers = {b"EHLO": b"250-here\r\n250 AUTH PLAIN", b"AUTH": b"235 ok", b"DATA": b"354 go on"}
        inside = False
        for line in self._lines(stream, b"220 here\r\n"):
            self.heard.append(line.strip())
            begins = line.startswith(b"DATA")
            inside = (inside or begins) and line != b".\r\n"
            if begins or not inside:
                stream.write(answers.get(line.split()[0].upper(), b"250 ok") + b"\r\n")
                stream.flush()
            if line.startswith(b"QUIT"):
                return

    def _imap(self, stream: BinaryIO) -> None:
        can = b"IMAP4rev1 AUTH=PLAIN SASL-IR"
        for line in self._lines(stream, b"* OK [CAPABILITY " + can + b"] here\r\n"):
            self.heard.append(line.strip())
            tag, _, command = line.strip().partition(b" ")
            verb = command.split()[0].upper()
            more = {
                b"CAPABILITY": b"* CAPABILITY " + can + b"\r\n",
                b"SELECT": _SELECTED,
                b"EXAMINE": _SELECTED,
                b"LIST": b'* LIST () "/" INBOX\r\n',
                b"LOGOUT": b"* BYE\r\n",
            }
            stream.write(more.get(verb, b"") + tag + b" OK done\r\n")
            stream.flush()
            if verb == b"LOGOUT":
                return


def certificate(folder: Path, *names: str) -> tuple[Path, ssl.SSLContext]:
    """Make an authority, and a certificate of it for these subjectAltNames (`IP:::1`, `DNS:localhost`).

    Returns the authority's file, and what a server needs.
    """
    openssl = need("openssl", "openssl")
    key = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"]
    ca, ca_key, own, own_key = (folder / name for name in ("ca.pem", "ca.key", "own.pem", "own.key"))
    for argv in (
        ["req", "-x509", *key, "/CN=authority", "-keyout", str(ca_key), "-out", str(ca)],
        [
            *("req", "-x509", *key, "/CN=server", "-keyout", str(own_key), "-out", str(own)),
            *("-CA", str(ca), "-CAkey", str(ca_key), "-addext", f"subjectAltName={','.join(names)}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        ],
    ):
        subprocess.run([openssl, *argv], check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, own_key)
    return ca, context
