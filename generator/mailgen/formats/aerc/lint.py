"""What `lint` and `import` know of accounts.conf."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.aerc.accounts import COMMANDS, HELD, url_parts
from mailgen.formats.aerc.grammar import GRAMMAR
from mailgen.formats.aerc.reader import read
from mailgen.formats.base import Format, near
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import percent_encoded, quote, url_text
from mailgen.model.hosts import in_url
from mailgen.model.tokens import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

#: A server's URL -> the setting whose command prints its secret.
_FETCHED = {server: command for command, server in COMMANDS.items()}
_CLEAR = Text("TLS is off")
_OLDER = Text("before version 0.15 aerc sends in the clear here, for it has not been told to begin TLS")


class Aerc(Format):
    """accounts.conf."""

    names = {"aerc": re.compile(r"(^|/)accounts\.conf$")}
    lines = {
        "aerc": re.compile(
            r"source\s*=\s*`?(imaps?|jmap|maildir(pp)?|mbox|notmuch)(\+\w+)?://"
            r"|(source|outgoing)-cred-cmd\s*=|outgoing\s*=\s*`?(smtps?\b|/|\w+$)|(copy-to|postpone|archive)\s*="
        )
    }
    places = {
        "host": ("source", "outgoing"),
        "port": ("source", "outgoing"),
        "tls": ("source", "outgoing"),
        "username": ("source", "outgoing"),
    }
    tls_off = frozenset(("source", "outgoing", "smtp-starttls"))
    by_account = True
    generated = frozenset((*HELD, "copy-to", "postpone", "archive"))

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        for account in reading.accounts:
            for server in (account.incoming, account.smtp):
                if server is not None:
                    yield from self._unencrypted(server)

    def _unencrypted(self, server: FoundServer) -> Iterator[Problem]:
        """Yield that a server is used without TLS, or would be by an old version."""
        url = server.statements["source" if server.protocol == "imap" else "outgoing"]
        said = server.statements.get("smtp-starttls")
        if server.tls == "none":
            blamed = said if said is not None and _way(url) != "insecure" else url
            if server.is_near:
                yield near("tls-off", blamed.mark, _CLEAR, server)
                return
            line = "smtp-starttls = yes" if blamed is said else self._line(server, url, "starttls")
            yield Problem("tls-off", blamed.mark, _CLEAR, "switch TLS on", (Change(line, blamed.mark),))
        elif server.protocol == "smtp" and server.tls == "starttls" and said is None and not server.is_near:
            line = "smtp-starttls = yes"
            mend = Text("add: {line}", line=line)
            yield Problem("tls-off", url.mark, _OLDER, mend, (Change(line),), level="warning")

    def _line(self, server: FoundServer, url: Statement, tls: str, endpoint: Endpoint | None = None) -> str:
        """Return the line that names a server, with this TLS and at this place, and without a password."""
        host = endpoint.host if endpoint else server.host
        port = endpoint.port if endpoint else server.port
        scheme = server.protocol + "s" * (tls == "implicit")
        way = _way(url)
        scheme += f"+{way}" if way and way != "insecure" else ""
        if server.username is not None and port is not None:
            return f"{url.name} = {quote(url_text(Url(scheme, server.username, host, port)), GRAMMAR)}"
        return f"{url.name} = {quote(f'{scheme}://{in_url(host)}:{port}', GRAMMAR)}"

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        fetched = quote(command, GRAMMAR)
        if statement.name in COMMANDS:
            yield Change(f"{statement.name} = {fetched}", statement.mark)
        elif (where := url_parts(statement.text)) is not None and where.password and where.username:
            # The rest of the URL stays as it is.
            plain = f"{percent_encoded(where.username)}@"
            url = re.sub(r"(?<=://)[^/?]*@", lambda _: plain, statement.text)
            yield Change(f"{statement.name} = {quote(url, GRAMMAR)}", statement.mark)
            yield Change(f"{_FETCHED[statement.name]} = {fetched}")

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        url = server.statements.get("source" if server.protocol == "imap" else "outgoing")
        if url is None or url.expands or endpoint.protocol != server.protocol:
            return
        yield Change(self._line(server, url, endpoint.tls, endpoint), url.mark)
        said = server.statements.get("smtp-starttls")
        if endpoint.protocol == "smtp" and endpoint.tls == "starttls" and said is None:
            yield Change("smtp-starttls = yes")

    def why_lost(self, statement: Statement, reader: str) -> str:
        if statement.name in ("source", "outgoing") and (where := url_parts(statement.text)) is not None:
            return Text(
                "{client} gets mail or sends it by {way} here, for which an account has no word",
                client=reader,
                way=where.scheme,
            )
        if statement.name in ("copy-to", "postpone", "archive"):
            return Text("several mailboxes are named where an account has one")
        return ""


def _way(url: Statement) -> str:
    """Return what stands behind the plus of a URL's scheme."""
    where = url_parts(url.text)
    return where.way if where else ""


FORMAT = Aerc()
