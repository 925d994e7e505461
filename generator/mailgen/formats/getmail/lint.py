"""What `lint` and `import` know of getmailrc."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, STAYS, Format
from mailgen.formats.getmail.grammar import GRAMMAR
from mailgen.formats.getmail.reader import YES, read
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

_OLD = frozenset("sslv2 sslv3 tlsv1 tlsv1_1".split())
_TRUST = "ca_certs = /etc/ssl/certs/ca-certificates.crt"
_ABOUT_PROGRAM = frozenset("verbose message_log message_log_syslog message_log_verbose fingerprint".split())
_NEEDED = (("retriever", "type"), ("retriever", "server"), ("destination", "type"))


class Getmail(Format):
    """getmailrc."""

    names = {"getmail6": re.compile(r"(^|/)\.?getmailrc[^/]*$")}
    folders = {"getmail6": re.compile(r"(^|/)\.?getmail/(?!oldmail-)[^/]+$")}
    filetypes = {"getmail": "getmail6", "getmailrc": "getmail6"}
    lines = {
        "getmail6": re.compile(
            r"\[(retriever|destination|options)\]|type\s*[=:]\s*(Simple|Broken|Multidrop)\w+Retriever"
            r"|(server|username|password|password_command|mailboxes|read_all|delete)\s*[=:]\s*\S"
        )
    }
    places = {"host": ("server",), "port": ("port",), "tls": ("type",), "username": ("username",)}
    tls_off = frozenset(("type",))
    tls_mend = "name a retriever with SSL, such as SimpleIMAPSSLRetriever"
    tls_unverified = frozenset(("type",))
    quirks = {"imap_id_extension": "imap-id-required"}
    quirk_lines = {"imap-id-required": "imap_id_extension = true"}
    generated = frozenset("type server port username password password_command path read_all".split())

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        for account in reading.accounts:
            server = account.incoming
            if server is not None and not server.verified:
                mark = server.mark("type", "server") or account.mark
                what = Text("getmail takes any certificate unless it is told which to trust")
                yield Problem("tls-not-verified", mark, what, Text("write: {line}", line=_TRUST))
        for one in reading.statements:
            if one.name == "ssl_version" and one.text.lower() in _OLD:
                what = Text("{name} lets in old versions of TLS", name=one.name)
                yield Problem("old-tls", one.mark, what, Text("take the line out"))
        yield from self._missing(reading)

    def _missing(self, reading: Reading) -> Iterator[Problem]:
        """Yield what getmail does not do without."""
        found = {(one.scope, one.name) for one in reading.statements}
        first = reading.statements[0].mark if reading.statements else None
        for section, name in _NEEDED:
            if first is not None and (section, name) not in found:
                what = Text("{name} is missing in [{section}]", name=name, section=section)
                yield Problem("program-refuses", first, what, Text("write it there"))

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.name in ("password", "password_command"):
            yield Change(f"password_command = {quote(command, GRAMMAR)}", statement.mark)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        if server.host != endpoint.host:
            yield Change(f"server = {quote(endpoint.host, GRAMMAR)}", server.mark("server"))
        if server.port != endpoint.port and (mark := server.mark("port")):
            yield Change(f"port = {endpoint.port}", mark)

    def why_lost(self, statement: Statement, reader: str) -> str:
        name, scope = statement.name, statement.scope
        if scope == "options" and name == "delete" and statement.text.lower() in YES:
            return STAYS
        if scope == "options" and name == "read_all":
            return Text("all mail was fetched in each run; now each message once")
        if name == "mailboxes":
            return Text("other mailboxes than the inbox were fetched; now the inbox alone is")
        if scope == "destination":
            return Text("the mail went elsewhere; now it goes to INBOX in the folder of the account")
        if scope.startswith("filter"):
            return Text("a filter looked at each message; now none does")
        return ""

    def why_not(self, statement: Statement) -> str:
        if statement.scope != "options":
            return Text("it is about the server, where an account has no lines of its own")
        if statement.name in _ABOUT_PROGRAM:
            return ABOUT_THE_PROGRAM
        return ""


FORMAT = Getmail()
