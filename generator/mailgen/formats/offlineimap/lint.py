"""What `lint` and `import` know of offlineimaprc."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, Format
from mailgen.formats.offlineimap.accounts import NO, PLACE
from mailgen.formats.offlineimap.grammar import GRAMMAR
from mailgen.formats.offlineimap.reader import read
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

_OLD = frozenset("ssl2 ssl3 tls1 tls1_1".split())
_DELETES = frozenset("sync_deletes expunge localrepository".split())
_FEWER = frozenset("folderfilter subscribedonly maxage maxsize startdate".split())
_PROGRAM = frozenset(
    """ui metadata maxsyncaccounts fsync ignore-readonly pythonfile socktimeout autorefresh quick accounts
    idlefolders""".split()
)


class OfflineImap(Format):
    """offlineimaprc."""

    names = {"offlineimap3": re.compile(r"(^|/)\.?offlineimaprc[^/]*$|(^|/)offlineimap/config$")}
    filetypes = {"offlineimap": "offlineimap3", "offlineimaprc": "offlineimap3"}
    lines = {
        "offlineimap3": re.compile(
            r"\[(general|Account .+|Repository .+)\]|(local|remote)repository\s*[=:]\s*\S|localfolders\s*[=:]"
            r"|(remote(host|user|port|pass\w*)|sslcacertfile|accounts|auth_mechanisms|ssl|starttls)\s*[=:]"
        )
    }
    goes_on = True
    switches = {
        "ssl": (
            "opportunistic-starttls",
            "a server that offers no STARTTLS is sent the password in the clear",
            "ssl = yes",
        )
    }
    places = {
        "host": ("remotehost",),
        "port": ("remoteport",),
        "tls": ("ssl", "starttls"),
        "username": ("remoteuser",),
    }
    tls_off = frozenset(("ssl", "starttls"))
    tls_tried = frozenset(("ssl", "starttls"))
    tls_mend = "write: ssl = yes"
    by_account = True
    generated = frozenset(
        """accounts type localrepository remoterepository remotehost remoteport remoteuser remotepass
        remotepasseval remotepassfile ssl starttls sslcacertfile""".split()
    )

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        for one in reading.statements:
            if one.name == "ssl_version" and one.text.lower() in _OLD:
                what = Text("{name} lets in old versions of TLS", name=one.name)
                yield Problem("old-tls", one.mark, what, Text("take the line out"))
        for account in reading.accounts:
            server = account.incoming
            if server is None or server.tls != "implicit" or server.tunnel:
                continue
            if "sslcacertfile" not in server.statements and not _trusts_one(reading, server):
                mark = server.mark("remotehost") or account.mark
                what = Text("OfflineIMAP does not connect without a file of certificates to trust")
                line = "sslcacertfile = OS-DEFAULT"
                yield Problem("program-refuses", mark, what, Text("write: {line}", line=line))

    def is_off(self, statement: Statement) -> bool:
        return statement.text.lower() in NO

    def switched_off(
        self, statement: Statement, servers: Sequence[FoundServer], reading: Reading
    ) -> Iterator[Problem]:
        """Say of a server that STARTTLS is not even tried with that TLS is off."""
        for problem in super().switched_off(statement, servers, reading):
            if any(server.tls == "none" and not server.is_near for server in servers):
                problem = problem._replace(rule="tls-off", what=Text("TLS is off"))
            yield problem

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.name in ("remotepass", "remotepasseval"):
            yield Change(f"remotepasseval = {quote(command, GRAMMAR)}", statement.mark)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        if server.host != endpoint.host:
            yield Change(f"remotehost = {quote(endpoint.host, GRAMMAR)}", server.mark("remotehost"))
        if server.port != endpoint.port and (mark := server.mark("remoteport")):
            yield Change(f"remoteport = {endpoint.port}", mark)
        if server.tls != endpoint.tls and endpoint.tls == "implicit":
            yield Change("ssl = yes", server.mark("ssl"))

    def why_lost(self, statement: Statement, reader: str) -> str:
        name = statement.name
        if name in _DELETES:
            return Text(
                "what was deleted on one side was deleted on the other; now nothing is deleted for good"
            )
        if name in PLACE:
            return Text(
                "the mail lies here in an order of its own; "
                "what mailgen writes has it come anew, into another folder"
            )
        if name in _FEWER:
            return Text("only some mailboxes came here; now all do")
        if name == "auth_mechanisms":
            way = statement.text
            return Text(
                "the file logs in by {way}; what mailgen writes lets {client} choose", way=way, client=reader
            )
        return ""

    def why_not(self, statement: Statement) -> str:
        if statement.name in _PROGRAM:
            return ABOUT_THE_PROGRAM
        if statement.name in _DELETES | _FEWER | PLACE:
            return Text("mailgen writes stores and channels itself, and mirrors all mailboxes")
        return ""

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        if family in _PROGRAM:
            return ABOUT_THE_PROGRAM, Text("keep it in a {file} of your own", file=".offlineimaprc")
        return super().why_left(family, target)


def _trusts_one(reading: Reading, server: FoundServer) -> bool:
    """Say whether a server is known by its fingerprint, or the certificates are named for all."""
    scopes = {one.scope for one in server.statements.values()} | {"DEFAULT"}
    names = ("cert_fingerprint", "sslcacertfile")
    return any(one.scope in scopes and one.name in names and one.text for one in reading.statements)


FORMAT = OfflineImap()
