"""What `lint` and `import` know of mbsyncrc."""

from __future__ import annotations

import re

from mailgen.core.text import Option, Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, Format
from mailgen.formats.mbsync.grammar import GRAMMAR
from mailgen.formats.mbsync.names import ACCOUNT, NO, YES
from mailgen.formats.mbsync.reader import read
from mailgen.formats.mbsync.refusals import refusals
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

_OLD = frozenset("sslv2 sslv3 tlsv1 tlsv1.0 tlsv1.1".split())
_KEYCHAIN = Option("credential", "keychain")
_VERSIONS = frozenset("sslversion sslversions tlsversion tlsversions".split())
_OLD_SWITCHES = frozenset("usesslv2 usesslv3 usetlsv1 usetlsv1.1".split())
_WORDS = {"implicit": "IMAPS", "starttls": "STARTTLS"}
#: What tells where the mail lies here, and in which order.
_ORDER = frozenset(
    """maildirstore channel path inbox subfolders flatten mapinbox altmap infodelimiter syncstate near
    slave""".split()
)


class Mbsync(Format):
    """mbsyncrc."""

    names = {"mbsync": re.compile(r"(^|/)\.?(mbsyncrc|isyncrc)[^/]*$")}
    filetypes = {"mbsync": "mbsync", "mbsyncrc": "mbsync"}
    lines = {
        "mbsync": re.compile(
            r"\s*(IMAP(Account|Store)|MaildirStore|Channel|Group|Account|Host|User|Pass(Cmd)?|(SSL|TLS)Type"
            r"|Far|Near|Master|Slave|Patterns?|Path|Inbox|SubFolders|Create|Expunge|SyncState)\s+\S"
        )
    }
    switches = {
        "ssltype": ("tls-off", "TLS is off", "SSLType IMAPS"),
        "tlstype": ("tls-off", "TLS is off", "TLSType IMAPS"),
    }
    places = {
        "host": ("host",),
        "port": ("port",),
        "tls": ("ssltype", "tlstype", "useimaps"),
        "username": ("user",),
    }
    tls_off = frozenset(("ssltype", "tlstype"))
    quirks = {"authmechs": "false-sasl-ir", "authmech": "false-sasl-ir"}
    by_account = True
    quirk_lines = {"false-sasl-ir": "AuthMechs LOGIN"}
    generated = frozenset(
        "imapaccount host port user pass passcmd ssltype tlstype certificatefile account".split()
    )

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        yield from refusals(reading)
        for one in reading.statements:
            if one.name == "requiressl" and one.text.lower() in NO:
                what = Text("mbsync does not heed this, and insists on TLS")
                yield Problem("no-effect", one.mark, what, Text("take the line out"))
            if _lets_in_old(one):
                what = Text("{name} lets in old versions of TLS", name=one.name)
                yield Problem("old-tls", one.mark, what, Text("take the line out"))

    def is_off(self, statement: Statement) -> bool:
        return statement.text.lower() == "none"

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.name in ("pass", "passcmd"):
            yield Change(f"PassCmd {quote(command, GRAMMAR)}", statement.mark)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        if server.host != endpoint.host:
            yield Change(f"Host {quote(endpoint.host, GRAMMAR)}", server.mark("host"))
        if server.port != endpoint.port:
            yield Change(f"Port {endpoint.port}", server.mark("port"))
        if server.tls != endpoint.tls:
            word = "TLSType" if "tlstype" in server.statements else "SSLType"
            yield Change(f"{word} {_WORDS[endpoint.tls]}", server.mark("ssltype", "tlstype", "useimaps"))

    def quirk(self, statement: Statement) -> str | None:
        return self.quirks.get(statement.name) if statement.text.upper() == "LOGIN" else None

    def why_lost(self, statement: Statement, reader: str) -> str:
        name = statement.name
        if name in _ORDER:
            return Text(
                "the mail lies here in an order of its own; "
                "what mailgen writes has it come anew, into another folder"
            )
        if name in ("pattern", "patterns", "far", "master"):
            return Text("only some mailboxes came here; now all do")
        if name == "usercmd":
            return Text("an account says its login name itself")
        if name == "usekeychain":
            return Text("an account names the store of its secret: {option}", option=_KEYCHAIN)
        if _lets_in_old(statement):
            return Text("it lets in old versions of TLS")
        return self._of_channels(name)

    def _of_channels(self, name: str) -> str:
        """Say what becomes of a setting that channels have, or all of them at once; "" if it is none."""
        if name in ("expunge", "remove"):
            return Text(
                "what was deleted on one side was deleted on the other; now nothing is deleted for good"
            )
        if name in ("maxmessages", "expireunread", "expireside", "maxsize"):
            return Text("not all mail came here; now all does")
        if name == "sync":
            return Text("only some changes were passed on; now all are, but for what is deleted")
        return ""

    def why_not(self, statement: Statement) -> str:
        if statement.name not in ACCOUNT or not statement.scope.startswith(("imapaccount ", "imapstore ")):
            return Text("mailgen writes stores and channels itself, and mirrors all mailboxes")
        return ""

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        if lost := self._of_channels(family):
            return lost, Text("compare what mailgen writes, and change the accounts file if it matters")
        if family in ("fsync", "fielddelimiter", "bufferlimit", "buffersize"):
            return ABOUT_THE_PROGRAM, Text("keep it in a {file} of your own", file=".mbsyncrc")
        return super().why_left(family, target)


def _lets_in_old(one: Statement) -> bool:
    """Say whether a setting lets in versions of TLS that are broken (RFC 8996)."""
    if one.name in _OLD_SWITCHES:
        return one.text.lower() in YES
    return one.name in _VERSIONS and not _OLD.isdisjoint(one.text.lower().split())


FORMAT = Mbsync()
