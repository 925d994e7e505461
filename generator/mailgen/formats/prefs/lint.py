"""What `lint` and `import` know of user.js and prefs.js."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, STAYS, Format, near
from mailgen.formats.prefs.accounts import NO_EFFECT
from mailgen.formats.prefs.grammar import GRAMMAR
from mailgen.formats.prefs.reader import read
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote
from mailgen.model.ports import USUAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundAccount, FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint

_NUMBERS = {"implicit": 3, "starttls": 2}
#: Prefs about TLS that are another kind of server's.
_UNASKED = re.compile(r"mail\.(?:server\.\w+\.try_ssl|smtpserver\.\w+\.socketType)")
#: Values of security.tls.version.min that let in what RFC 8996 forbids: SSL 3, TLS 1.0 and 1.1.
_OLD = (0, 1, 2)


class Prefs(Format):
    """user.js and prefs.js. Servers have the last parts of their prefs' names, statements the whole names."""

    names = {"thunderbird": re.compile(r"(^|/)(user|prefs)\.js$")}
    lines = {"thunderbird": re.compile(r"\s*(user_pref|pref|sticky_pref)\s*\(")}
    places = {
        "host": ("hostname",),
        "port": ("port",),
        "tls": ("socketType", "try_ssl"),
        "username": ("username", "userName"),
    }
    tls_off = frozenset(("socketType", "try_ssl"))
    tls_mend = "set socketType (try_ssl for SMTP) to 3 for implicit TLS or 2 for STARTTLS"
    quirks = {"fcc": "saves-sent-copy"}
    has_extra_lines = False

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        """Yield servers whose pref for TLS does not insist on it, and prefs that nobody ever asks for."""
        for account in reading.accounts:
            for server, name in ((account.incoming, "socketType"), (account.smtp, "try_ssl")):
                one = server.statements.get(name) if server else None
                if server is None or one is None or one.value in _NUMBERS.values():
                    continue
                what = Text("the server is used without TLS, even if it offers STARTTLS")
                if server.is_near:
                    yield near("tls-off", one.mark, what, server)
                else:
                    line = f'user_pref("{one.name}", {_number(server)});'
                    mend = Text("3 is implicit TLS, 2 is STARTTLS")
                    yield Problem("tls-off", one.mark, what, mend, (Change(line, one.mark),))
        for one in reading.statements:
            if _UNASKED.fullmatch(one.name):
                place, _, name = one.name.rpartition(".")
                asked = f"{place}.{'socketType' if name == 'try_ssl' else 'try_ssl'}"
                what = Text("Thunderbird never asks for {name}", name=one.name)
                mend = Text("TLS of this server is said by {name}", name=asked)
                yield Problem("no-effect", one.mark, what, mend)
        yield from _deprecated(reading)

    def saves_copy(self, reading: Reading, account: FoundAccount) -> tuple[Statement, str] | None:
        saving = next((one for one in account.ours if one.name.endswith(".fcc") and one.value is True), None)
        return (saving, f'user_pref("{saving.name}", false);') if saving else None

    def tls_added(self, server: FoundServer) -> tuple[Change, ...]:
        name = "try_ssl" if server.protocol == "smtp" else "socketType"
        return (Change(f'user_pref("{_prefix(server)}.{name}", {_number(server)});'),)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        tls = "try_ssl" if server.protocol == "smtp" else "socketType"
        wanted = (
            ("hostname", server.host != endpoint.host, quote(endpoint.host, GRAMMAR)),
            ("port", server.port != endpoint.port, str(endpoint.port)),
            (tls, server.tls != endpoint.tls, str(_NUMBERS[endpoint.tls])),
        )
        prefix = _prefix(server)
        for name, differs, value in wanted:
            if differs:
                yield Change(f'user_pref("{prefix}.{name}", {value});', server.mark(name))

    def quirk(self, statement: Statement) -> str | None:
        return self.quirks.get(statement.name.rpartition(".")[2])

    def is_usual(self, statement: Statement) -> bool:
        return statement.name.endswith(".fcc") and statement.value is True

    def why_lost(self, statement: Statement, reader: str) -> str:
        name = statement.name.rpartition(".")[2]
        kind = statement.name.split(".")[1]
        if (kind, name) in (("smtpserver", NO_EFFECT[1][0]), ("server", NO_EFFECT[0][0])):
            return Text("{client} does not ask for it: it has no effect", client=reader)
        return STAYS if name == "leave_on_server" and statement.value is False else ""

    def family(self, statement: Statement) -> str:
        """Prefs are many, so that they go by the first parts of their names."""
        parts = statement.name.split(".")
        return statement.name if len(parts) < 3 else ".".join(parts[:2]) + ".*"

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        return ABOUT_THE_PROGRAM, Text("Thunderbird keeps it in its profile")


def _number(server: FoundServer) -> int:
    """Return the number of the form of TLS that goes with a server's port."""
    return _NUMBERS[USUAL.get((server.protocol, server.port or 0), "implicit")]


def _prefix(server: FoundServer) -> str:
    return next(iter(server.statements.values())).name.rpartition(".")[0]


def _deprecated(reading: Reading) -> Iterator[Problem]:
    for one in reading.statements:
        low = one.name == "security.tls.version.min" and one.value in _OLD
        if low or (one.name == "security.tls.version.enable-deprecated" and one.value is True):
            mend = Text("take the line out")
            yield Problem(
                "old-tls", one.mark, Text("{name} lets in old versions of TLS", name=one.name), mend
            )


FORMAT = Prefs()
