"""Servers and networks in trouble."""

from __future__ import annotations

import socket
import ssl
import time
import warnings
from typing import Self

from tests.imitations.protocols import ImapServer
from tests.imitations.server import Imitation, Line, Papers


def wrong_name(papers: Papers, name: str) -> ImapServer:
    """An honest certificate of somebody else."""
    return ImapServer(context=papers.of("elsewhere.example"), names=(name,))


def unknown_authority(papers: Papers, name: str) -> ImapServer:
    return ImapServer(context=papers.of(name, strange=True), names=(name,))


def expired(papers: Papers, name: str) -> ImapServer:
    return ImapServer(context=papers.of(name, days=-3), names=(name,))


def not_yet_valid(papers: Papers, name: str) -> ImapServer:
    return ImapServer(context=papers.of(name, days=90, since=-3), names=(name,))


def scanned(papers: Papers, name: str) -> ImapServer:
    """A virus scanner of this machine answers, and has signed for the server."""
    return ImapServer(context=papers.of(name, strange="Kaspersky Anti-Virus Personal Root"), names=(name,))


def inspected(papers: Papers, name: str) -> ImapServer:
    """A firewall answers that signs as a number; only who made it tells that it is one."""
    context = papers.of(name, strange="FGSNXXXXXXXXXXXX", unit="Fortinet")
    return ImapServer(context=context, names=(name,))


def soon_to_expire(papers: Papers, name: str) -> ImapServer:
    return ImapServer(context=papers.of(name, days=5.5), names=(name,))


def old_tls(papers: Papers, name: str) -> ImapServer:
    """TLS 1.1 at best."""
    context = papers.of(name)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return ImapServer(context=context, names=(name,))


class Plaintext(ImapServer):
    """Speaks in clear where TLS is expected."""

    def __init__(self, papers: Papers | None = None, **more: object) -> None:
        super().__init__(papers, tls="none", **more)  # type: ignore[arg-type]


class Silent(Imitation):
    """Takes the connection, and never says a word."""

    protocol = "imap"

    def session(self, line: Line) -> None:
        time.sleep(30)


class Drip(Imitation):
    """Says a byte each time before the client gives up on the next."""

    protocol = "imap"

    def session(self, line: Line) -> None:
        for _ in range(300):
            line.sock.sendall(b"*")
            time.sleep(0.1)


class Flood(ImapServer):
    """A greeting that goes on: a hundred kilobytes are put up with, and no end is not."""

    size = 100 << 10

    @property
    def greeting(self) -> str:  # type: ignore[override]
        return "* OK " + "x" * self.size


class SentAway(Imitation):
    """T-Online's words to a dialup address (chatmail/provider-db 280)."""

    protocol = "smtp"

    def session(self, line: Line) -> None:
        line.send("554 IP=192.0.2.7 - Dialup/transient IP not allowed. Use a mailgateway!")


class Hidden(ImapServer):
    """Somebody on the way has taken STARTTLS out of what it offers."""

    def session(self, line: Line) -> None:
        self.tls, kept = "none", self.tls
        try:
            super().session(line)
        finally:
            self.tls = kept

    def __init__(self, papers: Papers, names: tuple[str, ...] = ("localhost",)) -> None:
        super().__init__(papers, names, tls="starttls")


class Injected(ImapServer):
    """Says more in clear behind its consent to STARTTLS, as if that came in TLS (CVE-2011-0411)."""

    def session(self, line: Line) -> None:
        line.send(self.greeting)
        while True:
            tag, _, command = line.read().partition(" ")
            if command == "CAPABILITY":
                line.send("* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN", f"{tag} OK done")
            else:
                line.send(f"{tag} OK go ahead", "* CAPABILITY IMAP4rev1 AUTH=PLAIN", "m3 OK done")
                line.start_tls()


class Closed:
    """A port at which nobody listens: it was free a moment ago."""

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as one:
            self.port: int = one.getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be done."""


class BlackHole:
    """A port whose queue is full: what is sent there is never answered."""

    def __enter__(self) -> Self:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port: int = self._listener.getsockname()[1]
        self._waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", self.port))
            self._waiting.append(one)
        return self

    def __exit__(self, *_: object) -> None:
        for one in (*self._waiting, self._listener):
            one.close()
