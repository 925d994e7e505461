"""Hostile servers. They say yes to all, offer to take passwords in clear, and record what they are told.

They differ from each other only in their certificate and in how they treat STARTTLS (see names.py), and
the honest one among them is the proof that a password which was sent would have been recorded.
"""

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.lab.logs import Log
from tests.lab.names import HOSTS, IMPLICIT_PORT, Certificate, Host

Session = Callable[["Line"], None]


class Line:
    """One client's connection, line by line; may turn into TLS on the way."""

    def __init__(self, sock: socket.socket, host: Host, port: int, context: ssl.SSLContext, log: Log) -> None:
        self.host, self.context = host, context
        self.secure = False
        self._sock, self._rest = sock, b""
        self._port, self._log = port, log

    def _note(self, event: str, **facts: str) -> None:
        self._log.write(host=self.host.name, port=self._port, event=event, **facts)

    def start_tls(self) -> None:
        self._sock = self.context.wrap_socket(self._sock, server_side=True)
        self._rest, self.secure = b"", True
        self._note("tls")

    def run(self, session: Session, implicit: bool) -> None:
        self._note("open")
        try:
            with suppress(OSError, EOFError):  # the client may hang up at any time: that is often the point
                if implicit:
                    self.start_tls()
                session(self)
        finally:
            self._sock.close()
            self._note("close")

    def send(self, *lines: str) -> None:
        self._sock.sendall("".join(line + "\r\n" for line in lines).encode())

    def _more(self) -> None:
        data = self._sock.recv(65536)
        if not data:
            raise EOFError
        self._note("data", data=base64.b64encode(data).decode())
        self._rest += data

    def read(self) -> str:
        while b"\n" not in self._rest:
            self._more()
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def skip(self, count: int) -> None:
        while len(self._rest) < count:
            self._more()
        self._rest = self._rest[count:]

    def commands(self) -> Iterator[str]:
        while True:
            yield self.read()

    @property
    def offers_starttls(self) -> bool:
        return not self.secure and self.host.starttls != "hidden"

    def may_start_tls(self) -> bool:
        return not self.secure and self.host.starttls == "works"


def smtp(line: Line) -> None:
    line.send(f"220 {line.host.name} ESMTP")
    for command in line.commands():
        match command.upper().split()[:2]:
            case ["EHLO", *_]:
                extras = ["250-STARTTLS"] if line.offers_starttls else []
                line.send(f"250-{line.host.name}", *extras, "250 AUTH PLAIN LOGIN")
            case ["STARTTLS"] if line.may_start_tls():
                line.send("220 go ahead")
                line.start_tls()
            case ["STARTTLS"]:
                line.send("454 TLS not available")
            case ["AUTH", mechanism]:
                prompts = ["334 "] if mechanism == "PLAIN" else ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"]
                initial = len(command.split()) > 2
                for prompt in prompts[1:] if initial else prompts:
                    line.send(prompt)
                    line.read()
                line.send("235 welcome")
            case ["DATA"]:
                line.send("354 go on")
                while line.read() != ".":
                    pass
                line.send("250 thank you")
            case ["QUIT"]:
                line.send("221 bye")
                return
            case _:
                line.send("250 yes")


def pop3(line: Line) -> None:
    line.send("+OK ready")
    for command in line.commands():
        match command.upper().split()[:2]:
            case ["CAPA"]:
                extras = ["STLS"] if line.offers_starttls else []
                line.send("+OK", "USER", "UIDL", "SASL PLAIN", *extras, ".")
            case ["STLS"] if line.may_start_tls():
                line.send("+OK go ahead")
                line.start_tls()
            case ["STLS"]:
                line.send("-ERR TLS not available")
            case ["AUTH"]:
                line.send("+OK", "PLAIN", ".")
            case ["AUTH", _] if len(command.split()) == 2:
                line.send("+ ")
                line.read()
                line.send("+OK welcome")
            case ["STAT"]:
                line.send("+OK 0 0")
            case ["LIST"] | ["UIDL"]:
                line.send("+OK", ".")
            case ["QUIT"]:
                line.send("+OK bye")
                return
            case _:
                line.send("+OK")


def imap(line: Line) -> None:
    line.send("* OK ready")
    for command in line.commands():
        tag, *words = command.split(" ")
        while literal := re.search(r"\{(\d+)(\+?)\}$", command):
            if not literal[2]:
                line.send("+ go on")
            line.skip(int(literal[1]))
            command = line.read()
        match [word.upper() for word in words[:2]]:
            case ["CAPABILITY"]:
                extras = " STARTTLS" if line.offers_starttls else ""
                line.send(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR ID{extras}")
            case ["STARTTLS"] if line.may_start_tls():
                line.send(f"{tag} OK go ahead")
                line.start_tls()
                continue
            case ["STARTTLS"]:
                line.send(f"{tag} NO TLS not available")
                continue
            case ["AUTHENTICATE", _] if len(words) == 2:
                line.send("+ ")
                line.read()
            case ["SELECT" | "EXAMINE", _]:
                line.send("* 0 EXISTS", "* 0 RECENT", "* FLAGS (\\Seen)", "* OK [UIDVALIDITY 1] yes")
                line.send("* OK [UIDNEXT 1] yes")
            case ["LIST" | "LSUB" as verb, _]:
                line.send(f'* {verb} () "/" INBOX')
            case ["LOGOUT"]:
                line.send("* BYE", f"{tag} OK")
                return
        line.send(f"{tag} OK done")


def contexts(base: Path) -> dict[Certificate, ssl.SSLContext]:
    names: tuple[Certificate, ...] = ("right", "wrong-name", "rogue")
    made: dict[Certificate, ssl.SSLContext] = {}
    for name in names:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(base / "tls" / f"{name}.pem", base / "tls" / f"{name}.key")
        made[name] = context
    return made


def serve(base: Path, log: Log) -> None:
    """Listen on every port of every fake host, one thread a port and one a connection."""
    tls = contexts(base)
    sessions: dict[str, Session] = {"imap": imap, "pop3": pop3, "smtp": smtp}
    for host in HOSTS.values():
        for port in host.listens if host.kind == "fake" else ():
            listener = socket.create_server((host.address, port))
            arguments = (listener, host, port, sessions[host.role], tls[host.certificate], log)
            threading.Thread(target=_accept, args=arguments, daemon=True).start()


def _accept(
    listener: socket.socket, host: Host, port: int, session: Session, context: ssl.SSLContext, log: Log
) -> None:
    while True:
        line = Line(listener.accept()[0], host, port, context, log)
        arguments = (session, port == IMPLICIT_PORT[host.role])
        threading.Thread(target=line.run, args=arguments, daemon=True).start()
