"""What is said to a POP3 server (RFC 1939, RFC 2449, RFC 5034): no message is fetched or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailgen.check import StageFailed
from mailgen.check.sasl import bearer, farewell
from mailgen.check.speech import Session, as_text, no_mail

if TYPE_CHECKING:
    from mailgen.check import Key


class Pop3(Session):
    """A POP3 session, one command after the other."""

    _can: tuple[str, ...] = ()

    def greeting(self) -> None:
        line = as_text(self.wire.line())
        self.words = line
        if line.startswith("-ERR"):
            raise StageFailed("ip-blocked", "too-many-connections", said=line)
        if not line.startswith("+OK"):
            raise no_mail(line)

    def consent_to_tls(self) -> None:
        self.capabilities()
        if self._can and "STLS" not in self._can:
            raise StageFailed("no-starttls")
        line = self._ask(b"STLS")
        if not line.startswith("+OK"):
            raise StageFailed("no-starttls", said=line)

    def capabilities(self) -> None:
        """Ask for them; a server may refuse to tell any."""
        if not self._ask(b"CAPA").startswith("+OK"):
            self._can = ()
            return
        told = []
        while (line := as_text(self.wire.line())) != ".":
            told.append(line.upper())
        self._can = tuple(told)

    def ways(self) -> tuple[str, ...]:
        return tuple(word for line in self._can if line.startswith("SASL ") for word in line.split()[1:])

    def login(self, key: Key) -> None:
        assert key.secret is not None
        if key.kind == "token":
            self._with_token(key.secret.text)
            return
        line = self._ask(b"USER " + self.server.username.encode())
        if line.startswith("+OK"):
            line = self._ask(b"PASS " + key.secret.text.encode())
        if not line.startswith("+OK"):
            raise StageFailed(said=line)

    def _with_token(self, token: str) -> None:
        """Log in with a token, in two lines: some servers take no other form, and all take this one."""
        mechanism = self._mechanism()
        line = self._ask(b"AUTH " + mechanism.encode())
        if line.startswith("+"):
            server = self.server
            line = self._ask(bearer(mechanism, server.username, token, server.host, server.port))
        if line.startswith("+") and not line.startswith("+OK"):
            line = self._ask(farewell(mechanism))
        if not line.startswith("+OK"):
            raise StageFailed(said=line)

    def count(self) -> int:
        """Return how many messages wait."""
        line = self._ask(b"STAT")
        words = line.split()
        if not line.startswith("+OK") or len(words) < 2 or not words[1].isdigit():
            raise StageFailed(said=line)
        return int(words[1])

    def goodbye(self) -> None:
        self.wire.send(b"QUIT")

    def _ask(self, command: bytes) -> str:
        self.wire.send(command)
        return as_text(self.wire.line())
