"""A session with a server, from its name to the login, where nobody is told of the stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailgen.check.imap import Imap
from mailgen.check.pop3 import Pop3
from mailgen.check.smtp import Smtp
from mailgen.check.wire import Wire, connected, looked_up

if TYPE_CHECKING:
    import ssl

    from mailgen.check import Key, Patience
    from mailgen.model.server import Server

_SESSIONS: dict[str, type[Imap] | type[Pop3] | type[Smtp]] = {"imap": Imap, "pop3": Pop3, "smtp": Smtp}


def session_over(wire: Wire, server: Server, protocol: str = "") -> Imap | Pop3 | Smtp:
    """Return a session of the protocol that a server speaks."""
    return _SESSIONS[protocol or server.protocol](wire, server)


def entered(
    server: Server, key: Key, context: ssl.SSLContext, patience: Patience, end: float
) -> Imap | Pop3 | Smtp:
    """Return a session that is logged in; raises StageFailed. For a server that was gone through before."""
    addresses = looked_up(server.host, server.port, patience.look_up)
    wire, _ = connected(addresses, server.port, patience.connect, end)
    session = session_over(wire, server)
    try:
        wire.allow(2 * patience.answer)
        if server.tls == "implicit":
            wire.start_tls(context, server.host)
        session.greeting()
        if server.tls == "starttls":
            session.consent_to_tls()
            wire.start_tls(context, server.host)
        session.capabilities()
        session.login(key)
        if isinstance(session, Imap) and session.can("ID"):
            session.identify()
    except BaseException:
        wire.close()
        raise
    return session
