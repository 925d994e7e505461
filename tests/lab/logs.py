"""Who logged in where, by the servers' own word.

A `Watch` sees what was written since it was made. Servers write a moment after the client has left,
so what is asked for is waited for; what must *not* be there is asked after a connection has ended.
"""

import base64
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.lab.names import HOST_OF_ADDRESS, HOSTS, User

T = TypeVar("T")
_LOGIN_COMMANDS = (b"AUTH ", b"AUTHENTICATE", b"LOGIN", b"USER ", b"PASS ")
FILES = ("dovecot.log", "smtp.log", "smtp.jsonl", "wire.jsonl")


@dataclass(frozen=True)
class Login:
    """One accepted login. `sender` is the envelope sender, known for submission only."""

    host: str
    port: int
    user: str
    tls: bool
    sni: str | None = None
    sender: str | None = None


@dataclass(frozen=True)
class Wire:
    """What the hostile servers of one domain were sent, after decryption where there was any."""

    connections: int
    ended: int
    handshakes: int
    data: bytes

    @property
    def attempts_login(self) -> bool:
        """Has a client so much as begun to log in, with whatever password?"""
        return any(word in self.data.upper() for word in _LOGIN_COMMANDS)

    def reveals(self, user: User) -> bool:
        """Is the password in there, plain or in any base64 that a mail protocol would put it in?"""
        secret = user.password.encode()
        shapes = [secret]
        for before in range(3):  # base64 of the same bytes looks different at each of three offsets
            encoded = base64.b64encode(b"\0" * before + secret)
            shapes.append(encoded[4 if before else 0 : -4])
        return any(shape in self.data for shape in shapes)


class Log:
    """A file of events, one JSON object a line, written by the servers we made ourselves."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def write(self, **facts: object) -> None:
        with self._lock:
            self._stream.write(json.dumps(facts) + "\n")
            self._stream.flush()


class Watch:
    """What the servers have written since now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._from = {name: len(self._bytes(name)) for name in FILES}

    def _bytes(self, name: str) -> bytes:
        path = self._folder / name
        return path.read_bytes() if path.exists() else b""

    def text(self, name: str = "dovecot.log") -> str:
        """The raw lines, for a message or for something this class has no word for."""
        return self._bytes(name)[self._from[name] :].decode(errors="replace")

    def _events(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text(name).splitlines()]

    def logins(self) -> list[Login]:
        """Every accepted login until now: IMAP, POP3 and submission."""
        return [
            *_dovecot_logins(self.text()),
            *_postfix_logins(self.text("smtp.log")),
            *self._aiosmtpd_logins(),
        ]

    def login(self, host: str, timeout: float = 5) -> Login:
        """The last accepted login on `host`; waits for it."""
        found = wait_for(lambda: [login for login in self.logins() if login.host == host], timeout)
        assert found, f"nobody logged in on {host}; the servers say:\n{self.text()}{self.text('smtp.log')}"
        return found[-1]

    def refused(self) -> list[str]:
        """What the servers say of logins that they did not accept."""
        events = self._events("smtp.jsonl")
        lines = [*self.text().splitlines(), *self.text("smtp.log").splitlines()]
        found = [line for line in lines if re.search(r"auth failed|authentication failed|not owned", line)]
        return found + [str(event) for event in events if event["event"] == "refused"]

    def ids(self) -> list[str]:
        """What clients told of themselves by IMAP ID (RFC 2971)."""
        return re.findall(r"ID sent: (.+)", self.text())

    def wire(self, domain: str) -> Wire:
        """What the fakes of `domain` have recorded until now."""
        events = [event for event in self._events("wire.jsonl") if event["host"].endswith("." + domain)]
        kinds = Counter(event["event"] for event in events)
        data = b"".join(base64.b64decode(event["data"]) for event in events if event["event"] == "data")
        return Wire(kinds["open"], kinds["close"], kinds["tls"], data)

    def whole_wire(self, domain: str, timeout: float = 5) -> Wire:
        """The same, once every connection has ended; waits for that."""

        def look() -> Wire | None:
            wire = self.wire(domain)
            return wire if wire.connections == wire.ended else None

        wire = wait_for(look, timeout)
        assert wire, f"a client still talks to {domain}: {self.wire(domain)}"
        return wire

    def silence(self) -> float:
        """For how many seconds no fake has heard or said anything."""
        return time.time() - (self._folder / "wire.jsonl").stat().st_mtime

    def unsafe_logins(self) -> int:
        """How often the imitation of NetEase refused a mailbox."""
        return sum(event["event"] == "unsafe" for event in self._events("wire.jsonl"))

    def _aiosmtpd_logins(self) -> list[Login]:
        return [
            Login(event["host"], event["port"], event["user"], event["tls"], sender=event["sender"])
            for event in self._events("smtp.jsonl")
            if event["event"] == "login"
        ]


def wait_for(look: Callable[[], T], timeout: float) -> T:
    """Look until something true is seen or the time is over; the last look is the answer."""
    deadline = time.monotonic() + timeout
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen


_DOVECOT = re.compile(r"(?:imap|pop3)-login: Info: Login: user=<(?P<user>.*?)>, (?P<rest>.*)")


def _dovecot_logins(text: str) -> list[Login]:
    found = []
    for match in _DOVECOT.finditer(text):
        fields = match["rest"].split(", ")
        facts = dict(field.split("=", 1) for field in fields if "=" in field)
        user = re.sub(r"\\(.)", r"\1", match["user"])
        host = HOST_OF_ADDRESS[facts["lip"]]
        found.append(Login(host, int(facts["lport"]), user, "TLS" in fields, facts.get("sni")))
    return found


_POSTFIX_CLIENT = re.compile(
    r"(?P<host>[\w.-]+):(?P<port>\d+)/smtpd\[\d+\]: (?P<id>\w+): client=.*sasl_username=(?P<user>.*)"
)
_POSTFIX_FROM = re.compile(r"qmgr\[\d+\]: (?P<id>\w+): from=<(?P<sender>.*?)>, ")


def _postfix_logins(text: str) -> list[Login]:
    """Every submission port of the lab demands TLS before AUTH, so a login implies it."""
    senders = {match["id"]: match["sender"] for match in _POSTFIX_FROM.finditer(text)}
    return [
        Login(match["host"], int(match["port"]), match["user"], True, sender=senders[match["id"]])
        for match in _POSTFIX_CLIENT.finditer(text)
        if match["id"] in senders and match["host"] in HOSTS
    ]
