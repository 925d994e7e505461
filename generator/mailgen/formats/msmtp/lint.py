"""What `lint` and `import` know of msmtprc."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import NOT_READ, NOT_RUN, Format
from mailgen.formats.msmtp.grammar import GRAMMAR
from mailgen.formats.msmtp.reader import read
from mailgen.formats.msmtp.refusals import refusals, remarks
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

#: Versions of TLS that GnuTLS is told to add to those that it allows (RFC 7568, RFC 8996).
_OLD = re.compile(r"\+VERS-(?:SSL3\.0|TLS1\.[01])\b", re.IGNORECASE)
#: Lines that put aside what a section of defaults says.
_UNSET = (["tls_fingerprint"], ["passwordeval"])


class Msmtp(Format):
    """msmtprc."""

    names = {"msmtp": re.compile(r"(^|/)\.?msmtprc[^/]*$|(^|/)msmtp/config$")}
    filetypes = {"msmtp": "msmtp", "msmtprc": "msmtp"}
    lines = {
        "msmtp": re.compile(r"(account|host|from|user|passwordeval|tls|auth|tls_\w+)\s+\S|\s*defaults\s*$")
    }
    switches = {
        "tls": ("tls-off", "TLS is off", "tls on"),
        "tls_certcheck": ("tls-not-verified", "the certificate is not checked", "tls_certcheck on"),
        "tls_nocertcheck": ("tls-not-verified", "the certificate is not checked", "tls_certcheck on"),
    }
    places = {"host": ("host",), "port": ("port",), "tls": ("tls_starttls",), "username": ("user",)}
    tls_off = frozenset(("tls",))
    tls_unverified = frozenset(("tls_certcheck", "tls_nocertcheck"))
    tls_mend = "add: tls on"
    tls_missing = (Change("tls on"),)
    generated = frozenset(
        "account auth tls tls_starttls tls_certcheck tls_nocertcheck protocol from password".split()
    )

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        yield from refusals(reading)
        yield from remarks(reading)
        for one in reading.statements:
            if one.name == "tls_priorities" and _OLD.search(one.text):
                what = Text("{name} lets in old versions of TLS", name=one.name)
                yield Problem("old-tls", one.mark, what, Text("take the line out"))

    def is_off(self, statement: Statement) -> bool:
        # What is meant counts, even if msmtp refuses it for the remark behind it.
        return statement.name == "tls_nocertcheck" or statement.text.partition("#")[0].strip() == "off"

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.name in ("password", "passwordeval"):
            yield Change(f"passwordeval {quote(command, GRAMMAR)}", statement.mark)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        implicit = endpoint.tls == "implicit"
        wanted = (
            ("host", server.host != endpoint.host, quote(endpoint.host, GRAMMAR)),
            ("port", server.port != endpoint.port, str(endpoint.port)),
            ("tls", server.tls == "none", "on"),
            ("tls_starttls", server.tls != endpoint.tls, "off" if implicit else "on"),
        )
        for name, differs, value in wanted:
            if differs:
                yield Change(f"{name} {value}", server.mark(name))

    def kept(self, statement: Statement) -> str:
        return "" if statement.raw.split() in _UNSET else statement.raw

    def why_lost(self, statement: Statement, reader: str) -> str:
        if statement.name == "account":
            return Text("it becomes one more sender of the account that it is made from")
        if statement.name == "auth":
            way = statement.text
            return Text(
                "the file logs in by {way}; what mailgen writes lets {client} choose", way=way, client=reader
            )
        if statement.name == "from" and "%" in statement.text:
            return Text(
                "each user has an address of their own here ({value}), and an account has one",
                value=statement.text,
            )
        return ""

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        return {"include": NOT_READ, "eval": NOT_RUN}.get(family) or super().why_left(family, target)


FORMAT = Msmtp()
