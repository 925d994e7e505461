"""A server on loopback in threads of this process: it counts logins, and writes down all that it hears."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Container
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import trustme


class Papers:
    """A certificate authority that the tests trust, one that nobody does, and certificates of both."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.stranger = trustme.CA(), trustme.CA()
        self.file = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.file))

    def context(self) -> ssl.SSLContext:
        """Return whom a client trusts: the authority, and nobody else."""
        return ssl.create_default_context(cafile=str(self.file))

    def of(
        self,
        *names: str,
        strange: bool | str = False,
        unit: str | None = None,
        days: float | None = None,
        since: float = 100,
    ) -> ssl.SSLContext:
        """Return the context of a server with a certificate for these names, good for so many days.

        It began `since` days ago; one of a stranger may be signed in the name of somebody, and of a `unit`
        of his.
        """
        authority = self.stranger if strange else self.authority
        if isinstance(strange, str):
            authority = trustme.CA(organization_name=strange, organization_unit_name=unit)
        until = None if days is None else datetime.now(UTC) + timedelta(days=days)
        begin = None if days is None else datetime.now(UTC) - timedelta(days=since)
        leaf = authority.issue_cert(*names, common_name=names[0], not_before=begin, not_after=until)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(made)
        return made


class Line:
    """One client's connection, line by line."""

    def __init__(self, sock: socket.socket, server: Imitation) -> None:
        self.sock, self.server = sock, server
        self.secure = False
        self.encoding = "utf-8"
        self._rest = b""

    def start_tls(self) -> None:
        assert self.server.context
        self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
        self._rest, self.secure = b"", True

    def send(self, *lines: str) -> None:
        self.sock.sendall("".join(f"{line}\r\n" for line in lines).encode(self.encoding))

    def _more(self) -> None:
        piece = self.sock.recv(65536)
        if not piece:
            raise EOFError
        self._rest += piece

    def read(self) -> str:
        while b"\n" not in self._rest:
            self._more()
        line, _, self._rest = self._rest.partition(b"\n")
        text = line.removesuffix(b"\r").decode("utf-8", "replace")
        self.server.heard.append((self.secure, text))
        return text

    def skip(self, count: int) -> str:
        while len(self._rest) < count:
            self._more()
        piece, self._rest = self._rest[:count], self._rest[count:]
        return piece.decode("utf-8", "replace")


def words_of_plain(blob: str) -> tuple[str, str]:
    """Return user and secret from the words of PLAIN."""
    _, user, secret = base64.b64decode(blob).decode().split("\0")
    return user, secret


def token_in(blob: str) -> tuple[str, str]:
    """Return user and token from the words of XOAUTH2 or OAUTHBEARER."""
    text = base64.b64decode(blob).decode()
    user = text.partition("user=" if text.startswith("user=") else "a=")[2].split("\1")[0].split(",")[0]
    return user, text.partition("Bearer ")[2].split("\1")[0]


class Imitation:
    """A server of a house. Kinds say what is said in `session`.

    `attempts` are all logins that were tried, with user and secret; `heard` all lines, and whether in TLS.
    `let_in` counts who was served, over IMAP who opened a folder, and `turned_away` who was not.
    `tokens` are those that let in.
    """

    protocol = ""
    tokens: Container[str] = ("right-token-31f7",)

    def __init__(
        self,
        papers: Papers | None = None,
        names: tuple[str, ...] = ("localhost",),
        tls: str = "implicit",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.names, self.tls = names, tls
        self.context = context or (papers.of(*names) if papers else None)
        self.attempts: list[tuple[str, str]] = []
        self.heard: list[tuple[bool, str]] = []
        self.let_in = self.turned_away = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._failed: list[Exception] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: object = None, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        if self._failed and kind is None:
            raise self._failed[0]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock = self._socket.accept()[0]
                self._open.append(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        line = Line(sock, self)
        try:
            with suppress(OSError, EOFError, ValueError):
                if self.tls == "implicit":
                    line.start_tls()
                self.session(line)
        except Exception as error:  # of a thread: the test hears of it at the end
            self._failed.append(error)
        finally:
            with suppress(OSError):
                line.sock.close()

    def session(self, line: Line) -> None:
        """Talk to one client."""
        raise NotImplementedError
