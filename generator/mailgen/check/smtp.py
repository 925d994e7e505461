"""What is said to a server that sends mail (RFC 5321, RFC 4954, RFC 6409)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailgen.check import StageFailed
from mailgen.check.sasl import bearer, farewell, in_base64, plain_words
from mailgen.check.speech import Session, as_text, no_mail

if TYPE_CHECKING:
    from mailgen.check import Key

#: A command line is no longer (RFC 5321, 4.5.3.1.4).
_LONGEST = 510


class Smtp(Session):
    """An SMTP session, one command after the other."""

    _can: tuple[str, ...] = ()

    def greeting(self) -> None:
        code, text = self._reply()
        self.words = text
        if code in (421, 554):
            raise StageFailed("ip-blocked", said=f"{code} {text}")
        if code != 220:
            raise no_mail(f"{code} {text}" if code else text)

    def consent_to_tls(self) -> None:
        self.capabilities()
        if "STARTTLS" not in self._can:
            raise StageFailed("no-starttls")
        code, text = self._ask(b"STARTTLS")
        if code != 220:
            raise StageFailed("no-starttls", said=f"{code} {text}")

    def capabilities(self) -> None:
        # Our own name is nobody's business, and msmtp says the same.
        code, text = self._ask(b"EHLO localhost", joint="\n")
        if code != 250:
            raise StageFailed(said=f"{code} {text}")
        self._can = tuple(line.upper() for line in text.split("\n")[1:])

    def ways(self) -> tuple[str, ...]:
        told = [line.replace("AUTH=", "AUTH ", 1).split()[1:] for line in self._can if line[:4] == "AUTH"]
        return tuple(dict.fromkeys(word for line in told for word in line))

    def can(self, word: str) -> bool:
        """Say whether the server says that it can do something."""
        return any(line.split()[:1] == [word] for line in self._can)

    def login(self, key: Key) -> None:
        assert key.secret is not None
        user, secret = self.server.username, key.secret.text
        if key.kind == "token":
            mechanism = self._mechanism()
            words = bearer(mechanism, user, secret, self.server.host, self.server.port)
            code, text = self._ask(b"AUTH " + mechanism.encode())
            if code == 334:
                code, text = self._ask(words)
            if code == 334:
                code, text = self._ask(farewell(mechanism))
        elif "PLAIN" in self.ways():
            words = plain_words(user, secret)
            if len(words) + len(b"AUTH PLAIN ") <= _LONGEST:
                code, text = self._ask(b"AUTH PLAIN " + words)
            else:
                code, text = self._ask(b"AUTH PLAIN")
                if code == 334:
                    code, text = self._ask(words)
        elif "LOGIN" in self.ways():
            code, text = self._ask(b"AUTH LOGIN")
            for word in (user, secret):
                if code == 334:
                    code, text = self._ask(in_base64(word))
        else:
            raise StageFailed("no-auth-offered", note="neither PLAIN nor LOGIN is offered")
        if code != 235:
            raise StageFailed(said=f"{code} {text}")

    def sender(self, address: str) -> None:
        """Ask whether the login may send as an address; nothing comes of it."""
        more = b"" if address.isascii() else b" SMTPUTF8"
        code, text = self._ask(b"MAIL FROM:<" + address.encode() + b">" + more)
        if code != 250:
            raise StageFailed("sender-mismatch", said=f"{code} {text}")

    def recipient(self, address: str) -> None:
        """Ask whether the server takes mail to an address."""
        code, text = self._ask(b"RCPT TO:<" + address.encode() + b">")
        if code not in (250, 251, 252):
            raise StageFailed("recipient-refused", said=f"{code} {text}")

    def forget(self) -> None:
        """Take back what was said of a message."""
        self._ask(b"RSET")

    def hand_over(self, message: bytes) -> None:
        """Give a message, whose lines end in CR LF, to be sent."""
        code, text = self._ask(b"DATA")
        if code != 354:
            raise StageFailed(said=f"{code} {text}")
        for line in message.removesuffix(b"\r\n").split(b"\r\n"):
            self.wire.send(b"." + line if line.startswith(b".") else line)
        code, text = self._ask(b".")
        if code != 250:
            raise StageFailed(said=f"{code} {text}")

    def goodbye(self) -> None:
        self.wire.send(b"QUIT")

    def _ask(self, command: bytes, joint: str = " ") -> tuple[int, str]:
        self.wire.send(command)
        return self._reply(joint)

    def _reply(self, joint: str = " ") -> tuple[int, str]:
        """Return code and text of a reply, its lines joined; the code is 0 for what is none.

        The enhanced code that begins each line (RFC 2034) is kept once: it would cut sentences in two.
        """
        parts: list[str] = []
        while True:
            line = as_text(self.wire.line())
            if not (line[:3].isascii() and line[:3].isdigit()):
                return 0, line
            part = line[4:]
            enhanced = part.partition(" ")[0]
            if parts and enhanced.count(".") == 2 and parts[0].startswith(f"{enhanced} "):
                part = part.partition(" ")[2]
            parts.append(part)
            if line[3:4] != "-":
                return int(line[:3]), joint.join(parts)
