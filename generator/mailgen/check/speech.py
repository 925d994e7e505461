"""What the three protocols have in common: a wire, a server, and words of the other side as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailgen.check import StageFailed
from mailgen.core.text import Text

if TYPE_CHECKING:
    from mailgen.check import Key
    from mailgen.check.wire import Wire
    from mailgen.model.server import Server

#: The name of a way to log in with a token, as servers call it.
MECHANISM = {"xoauth2": "XOAUTH2", "oauthbearer": "OAUTHBEARER"}


def as_text(line: bytes) -> str:
    """Return what a server said: UTF-8, else the encoding in which Chinese servers speak, else any.

    >>> as_text("登录".encode()), as_text("登录".encode("gbk"))
    ('登录', '登录')
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def no_mail(said: str) -> StageFailed:
    """Return what it means if the first words of a server are none of its protocol.

    A server of web pages at a mail port is that of a network that wants a sign-in first.
    """
    web = said.upper().startswith(("HTTP/", "<!DOCTYPE", "<HTML"))
    return StageFailed(*(("captive-portal",) if web else ()), "bad-greeting", said=said)


class Session:
    """One protocol over one wire. Each method is a stage, and raises StageFailed if it fails.

    `words` are what the server said at first, from which its family is seen.
    """

    def __init__(self, wire: Wire, server: Server) -> None:
        self.wire, self.server = wire, server
        self.words = ""

    def greeting(self) -> None:
        """Hear what the server says by itself."""
        raise NotImplementedError

    def consent_to_tls(self) -> None:
        """Ask for STARTTLS, which must be offered; the wire goes on in TLS after that."""
        raise NotImplementedError

    def capabilities(self) -> None:
        """Ask what the server can do."""
        raise NotImplementedError

    def ways(self) -> tuple[str, ...]:
        """Return the ways to log in that it offers, in its own words."""
        raise NotImplementedError

    def login(self, key: Key) -> None:
        """Log in, in one way and once."""
        raise NotImplementedError

    def goodbye(self) -> None:
        """Leave; what comes of it does not matter."""
        raise NotImplementedError

    def _mechanism(self) -> str:
        """Return the way to log in with a token that the account uses; it must be offered."""
        mechanism = MECHANISM[self.server.auth]
        if mechanism not in self.ways():
            raise StageFailed("no-auth-offered", note=Text("{mechanism} is not offered", mechanism=mechanism))
        return mechanism
