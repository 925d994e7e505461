"""What is said to an IMAP server (RFC 3501, RFC 9051): nothing changes a mailbox, and no mail is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailgen import __version__
from mailgen.check import StageFailed, StageLeftOut
from mailgen.check.sasl import bearer, farewell, plain_words
from mailgen.check.speech import Session, as_text, no_mail
from mailgen.core.values import dataclass
from mailgen.model.utf7 import from_utf7

if TYPE_CHECKING:
    from mailgen.check import Key
    from mailgen.model.tokens import Secret

_LITERAL = re.compile(rb"\{(\d+)\+?\}$")
_LISTED = re.compile(r'^\* LIST \(([^)]*)\) (?:NIL|"(?:\\.|[^"\\])*") (.+)$', re.IGNORECASE)
#: Flags of RFC 6154 -> role.
_ROLES = {
    "\\sent": "sent", "\\drafts": "drafts", "\\trash": "trash", "\\junk": "junk", "\\archive": "archive",
    "\\all": "all",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder on the server: its name, and its role if the server tells one."""

    name: str
    role: str = ""


class Imap(Session):
    """An IMAP session, one command after the other."""

    _number = 0
    _can: frozenset[str] = frozenset()
    _greeted = False
    welcome_in = False

    def greeting(self) -> None:
        line = self._line()
        self.words = line
        head = line.upper()
        if head.startswith("* PREAUTH"):
            self.welcome_in = True
        elif head.startswith("* BYE"):
            raise StageFailed("ip-blocked", "too-many-connections", said=line[2:])
        elif not head.startswith("* OK"):
            raise no_mail(line)

    def consent_to_tls(self) -> None:
        self.capabilities()
        if "STARTTLS" not in self._can:
            raise StageFailed("no-starttls")
        status, text, _ = self._ask(b"STARTTLS")
        if status != "OK":
            raise StageFailed("no-starttls", said=f"{status} {text}")

    def capabilities(self) -> None:
        status, text, lines = self._ask(b"CAPABILITY")
        if status != "OK":
            raise StageFailed("bad-greeting", said=f"{status} {text}")
        told = [line for line in lines if line.upper().startswith("* CAPABILITY")]
        self._can = frozenset(word for line in told for word in line.upper().split()[2:])

    def ways(self) -> tuple[str, ...]:
        return tuple(sorted(word[5:] for word in self._can if word.startswith("AUTH=")))

    def can(self, word: str) -> bool:
        """Say whether the server says that it can do something."""
        return word in self._can

    def login(self, key: Key) -> None:
        if self.welcome_in:
            raise StageLeftOut("the server lets in without")
        assert key.secret is not None
        if key.kind == "token":
            mechanism = self._mechanism()
            words = bearer(
                mechanism, self.server.username, key.secret.text, self.server.host, self.server.port
            )
            self._authenticate(mechanism, words, farewell(mechanism))
        else:
            self._with_password(key.secret)
        self._can = frozenset()
        self.capabilities()  # more is told to those who are in (RFC 3501, 6.2.3)

    def _with_password(self, secret: Secret) -> None:
        """Log in by LOGIN, which all servers know; where it is closed or takes no such text, by PLAIN."""
        user = self.server.username
        simple = (user + secret.text).isascii()
        if "PLAIN" in self.ways() and (not simple or "LOGINDISABLED" in self._can):
            self._authenticate("PLAIN", plain_words(user, secret.text), b"*")
            return
        if "LOGINDISABLED" in self._can:
            raise StageFailed("no-auth-offered", note="LOGIN is disabled, and PLAIN is not offered")
        if simple:
            status, text, _ = self._ask(b"LOGIN " + _quoted(user) + b" " + _quoted(secret.text))
        else:
            status, text, _ = self._ask(b"LOGIN", user.encode(), secret.text.encode())
        if status != "OK":
            raise StageFailed(said=f"{status} {text}")

    def _authenticate(self, mechanism: str, words: bytes, last: bytes) -> None:
        """Say the words when they are asked for, never before: servers offer that, and then refuse it."""
        tag = self._send(b"AUTHENTICATE " + mechanism.encode())
        given = False
        while True:
            line = self._line()
            if line.startswith("+"):
                self.wire.send(last if given else words)
                given = True
            elif line.startswith(f"{tag} "):
                status, _, text = line[len(tag) + 1 :].partition(" ")
                if status.upper() != "OK":
                    raise StageFailed(said=f"{status} {text}")
                return

    def identify(self) -> None:
        """Tell name and version of this program, and nothing else (RFC 2971)."""
        status, text, _ = self._ask(f'ID ("name" "mailgen" "version" "{__version__}")'.encode())
        if status != "OK":
            raise StageFailed(said=f"{status} {text}")

    def folders(self) -> tuple[ServerFolder, ...]:
        """Return the folders that the server has, with the roles that it tells."""
        more = b" RETURN (SPECIAL-USE)" if {"LIST-EXTENDED", "SPECIAL-USE"} <= self._can else b""
        status, text, lines = self._ask(b'LIST "" "*"' + more)
        if status != "OK":
            raise StageFailed(said=f"{status} {text}")
        return tuple(folder for line in lines if (folder := _folder(line)))

    def examine(self, name: bytes = b"INBOX") -> int:
        """Open a mailbox so that nothing in it changes; returns how many messages are there."""
        status, text, lines = self._ask(b"EXAMINE " + name)
        if status != "OK":
            raise StageFailed(said=f"{status} {text}")
        for line in lines:
            words = line.split()
            if len(words) > 2 and words[2].upper() == "EXISTS" and words[1].isdigit():
                return int(words[1])
        return 0

    def goodbye(self) -> None:
        self._send(b"LOGOUT")

    def ask(self, command: bytes) -> tuple[str, str, list[str]]:
        """Give a command; returns OK, NO or BAD, the text behind it, and what was told before."""
        return self._ask(command)

    def _send(self, command: bytes) -> str:
        self._number += 1
        tag = f"m{self._number}"
        self.wire.send(tag.encode() + b" " + command)
        return tag

    def _ask(self, command: bytes, *literals: bytes) -> tuple[str, str, list[str]]:
        """Give a command, with some of its words as literals: each is sent once the server asks for it."""
        waiting = list(literals)
        tag = self._send(command + (b" {%d}" % len(waiting[0]) if waiting else b""))
        lines: list[str] = []
        while True:
            line = self._line()
            if line.startswith("+") and waiting:
                given = waiting.pop(0)
                self.wire.send(given + (b" {%d}" % len(waiting[0]) if waiting else b""))
            elif line.startswith(f"{tag} "):
                status, _, text = line[len(tag) + 1 :].partition(" ")
                return status.upper(), text, lines
            else:
                lines.append(line)

    def _line(self) -> str:
        """Return the next line, its literals as quoted strings; a BYE raises StageFailed with its words."""
        line = self.wire.line()
        while literal := _LITERAL.search(line):
            content = self.wire.exactly(int(literal[1]))
            line = line[: literal.start()] + _quoted_bytes(content) + self.wire.line()
        text = as_text(line)
        if text.upper().startswith("* BYE") and self._greeted:
            raise StageFailed(said=text[2:])
        self._greeted = True
        return text


def _quoted(text: str) -> bytes:
    return _quoted_bytes(text.encode())


def _quoted_bytes(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _folder(line: str) -> ServerFolder | None:
    found = _LISTED.match(line)
    if not found:
        return None
    name = found[2]
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    roles = [_ROLES[flag] for flag in found[1].lower().split() if flag in _ROLES]
    return ServerFolder(from_utf7(name) or name, roles[0] if roles else "")
