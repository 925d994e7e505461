"""What `lint` and `import` know of fetchmailrc."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, STAYS, Format
from mailgen.formats.fetchmail.grammar import GRAMMAR
from mailgen.formats.fetchmail.reader import SET_ONCE, read
from mailgen.formats.fetchmail.refusals import refusals
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote
from mailgen.model.trust import is_system_bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint

#: Old versions of TLS that a file may ask for.
_OLD = frozenset("ssl2 ssl3 sslv2 sslv3 ssl23 tls1 tls1.0 tls1.1 tls1+ tls1.0+ tls1.1+ ssl3+".split())
#: Options of users, which may stand at the end of a user's options.
_USER = frozenset(
    """is to folder sslcert sslkey sslcommonname sslfingerprint smtphost fetchdomains smtpaddress
    smtpname antispam preconnect postconnect limit warnings batchlimit fetchlimit fetchsizelimit
    fastuidl expunge properties flush limitflush fetchall rewrite stripcr forcecr pass8bits mimedecode
    idle dropdelivered dropstatus lmtp""".split()
)
_NEW_TLS = 'sslproto "tls1.2+"'


class Fetchmail(Format):
    """fetchmailrc."""

    names = {"fetchmail": re.compile(r"(^|/)\.?fetchmailrc[^/]*$")}
    goes_on = True
    filetypes = {"fetchmail": "fetchmail", "fetchmailrc": "fetchmail"}
    lines = {
        "fetchmail": re.compile(
            r"\s*(poll|skip|server)\s+\S|\s*defaults\s+\S|\s*set\s+(no|daemon|postmaster)\s"
        )
    }
    switches = {
        "sslcertck": (
            "tls-not-verified",
            "the certificate is not checked, and without ssl even STARTTLS is not insisted on",
            "sslcertck",
        ),
        "sslproto": ("tls-off", "an empty sslproto switches STARTTLS off", _NEW_TLS),
    }
    places = {"host": ("host",), "port": ("service",), "tls": ("ssl",), "username": ("username",)}
    tls_off = frozenset(("sslproto",))
    tls_tried = frozenset(("sslcertck",))
    tls_unverified = frozenset(("sslcertck",))
    tls_mend = "add ssl, or sslcertck for STARTTLS"
    cleartext_mend = (
        "take it out and change it; keep the new one in ~/.netrc (mode 0600), or let fetchmail ask"
    )
    generated = frozenset(
        "ssl sslcertck sslproto sslcertfile sslcertpath keep mda password username poll skip".split()
    )

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        yield from refusals(reading)
        for one in reading.statements:
            if one.name == "sslproto" and not self.is_off(one) and one.text.lower() in _OLD:
                what = Text("this asks for a version of TLS that is broken")
                mend = Text("write: {line}", line=_NEW_TLS)
                yield Problem("tls-not-verified", one.mark, what, mend, self.instead(one, _NEW_TLS))

    def is_off(self, statement: Statement) -> bool:
        return statement.off or (statement.name == "sslproto" and not statement.text)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        if server.host != endpoint.host:
            statement = server.statements["host"]
            yield Change(f"{statement.name} {quote(endpoint.host, GRAMMAR)}", statement.mark)
        if server.port != endpoint.port:
            yield Change(f"service {endpoint.port}", server.mark("service"))
        if server.tls != endpoint.tls:
            # Without ssl fetchmail does STARTTLS, so it is to be taken away then.
            yield Change("ssl" if endpoint.tls == "implicit" else "", server.mark("ssl"))

    def kept(self, statement: Statement) -> str:
        usual = statement.name == "sslcertpath" and is_system_bundle(statement.text)
        return "" if usual else " ".join(statement.raw.split())

    def why_lost(self, statement: Statement, reader: str) -> str:
        if statement.name == "keep":
            return STAYS
        if statement.name == "skip":
            return Text(
                "the file asks this server only where it is named; what mailgen writes asks it always"
            )
        return ""

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        if family in SET_ONCE:
            return ABOUT_THE_PROGRAM, Text("keep it in a {file} of your own", file=".fetchmailrc")
        return super().why_left(family, target)

    def why_not(self, statement: Statement) -> str:
        name = statement.name
        said = re.sub(r"^no\s*(?=\w)", "", statement.raw) if statement.off else statement.raw
        if name not in _USER or not said.startswith(name):
            return Text("it is an option of the poll, where an account has no lines of its own")
        return ""


FORMAT = Fetchmail()
