"""What `lint` and `import` know of user.js and prefs.js."""

from __future__ import annotations

import re

from mailgen.formats.base import ABOUT_THE_PROGRAM, Format
from mailgen.formats.prefs.grammar import GRAMMAR
from mailgen.formats.prefs.reader import read
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint

_NUMBERS = {"implicit": 3, "starttls": 2}


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
        """Yield servers whose pref for TLS has another value than those two that insist on it."""
        servers = [server for one in reading.accounts for server in (one.incoming, one.smtp) if server]
        used = {
            id(server.statements[name])
            for server in servers
            for name in self.tls_off
            if name in server.statements
        }
        for one in reading.statements:
            named = one.name.endswith((".socketType", ".try_ssl"))
            if named and one.value not in _NUMBERS.values() and id(one) in used:
                what = "the server is used without TLS, even if it offers STARTTLS"
                change = Change(f'user_pref("{one.name}", 3);', one.mark)
                yield Problem("tls-off", one.mark, what, "3 is implicit TLS, 2 is STARTTLS", (change,))

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        tls = "try_ssl" if server.protocol == "smtp" else "socketType"
        wanted = (
            ("hostname", server.host != endpoint.host, quote(endpoint.host, GRAMMAR)),
            ("port", server.port != endpoint.port, str(endpoint.port)),
            (tls, server.tls != endpoint.tls, str(_NUMBERS[endpoint.tls])),
        )
        prefix = next(iter(server.statements.values())).name.rpartition(".")[0]
        for name, differs, value in wanted:
            if differs:
                yield Change(f'user_pref("{prefix}.{name}", {value});', server.mark(name))

    def quirk(self, statement: Statement) -> str | None:
        return self.quirks.get(statement.name.rpartition(".")[2])

    def is_usual(self, statement: Statement) -> bool:
        return statement.name.endswith(".fcc") and statement.value is True

    def family(self, statement: Statement) -> str:
        """Prefs are many, so that they go by the first parts of their names."""
        parts = statement.name.split(".")
        return statement.name if len(parts) < 3 else ".".join(parts[:2]) + ".*"

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        return ABOUT_THE_PROGRAM, "Thunderbird keeps it in its profile"


FORMAT = Prefs()
