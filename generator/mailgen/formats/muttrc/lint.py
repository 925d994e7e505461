"""What `lint` and `import` know of muttrc and neomuttrc."""

from __future__ import annotations

import re

from mailgen.formats.base import ABOUT_THE_PROGRAM, NOT_READ, OURS, Format
from mailgen.formats.muttrc.accounts import QUIRKS, about_account, in_account_file
from mailgen.formats.muttrc.grammar import GRAMMAR
from mailgen.formats.muttrc.made import SECRET
from mailgen.formats.muttrc.reader import SECRETS, read
from mailgen.formats.muttrc.sources import joined
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote, url_text
from mailgen.model.tokens import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

_SCHEMES = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}


class Muttrc(Format):
    """muttrc and neomuttrc, which differ in some settings and in the names of the files."""

    names = {
        "neomutt": re.compile(r"(^|/)\.?neomuttrc[^/]*$|(^|/)\.?neomutt/[^/]+$"),
        "mutt": re.compile(r"(^|/)\.?muttrc[^/]*$|(^|/)\.?mutt/[^/]+$|\.muttrc$"),
    }
    lines = {
        "neomutt": re.compile(r"\s*set\s+(imap_send_id|imap_rfc5161|sidebar_\w+|my_neomutt\w*)\b"),
        "mutt": re.compile(
            r"\s*(set|unset|source|folder-hook|account-hook|mailboxes|my_hdr|bind|macro)\s+\S"
        ),
    }
    switches = {
        "ssl_force_tls": (
            "opportunistic-starttls",
            "a server that offers no STARTTLS is sent the password in the clear",
            "set ssl_force_tls = yes",
        ),
        "ssl_starttls": ("opportunistic-starttls", "STARTTLS is not used", "set ssl_starttls = yes"),
        "ssl_verify_host": (
            "tls-not-verified",
            "the name in the certificate is not checked",
            "set ssl_verify_host = yes",
        ),
        "ssl_verify_dates": (
            "tls-not-verified",
            "certificates that have expired are taken",
            "set ssl_verify_dates = yes",
        ),
    }
    places = {"host": ("url",), "username": ("imap_user", "pop_user", "url")}
    tls_off = frozenset(("ssl_starttls",))
    tls_tried = frozenset(("ssl_force_tls",))
    tls_unverified = frozenset(("ssl_verify_host", "ssl_verify_dates"))
    tls_mend = "use imaps:// and smtps://, or set ssl_starttls and ssl_force_tls"
    quirks = QUIRKS
    generated = frozenset(
        """folder spoolfile record postponed trash use_envelope_from envelope_from pop_delete ssl_force_tls
        ssl_starttls ssl_verify_host ssl_verify_dates imap_pass pop_pass smtp_pass imap_user pop_user
        smtp_url smtp_authenticators from realname signature sendmail""".split()
    )

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        """Yield settings that are off, files that are read, and values that run a command."""
        yield from super().problems(reading)
        for one in reading.statements:
            if one.name == "source":
                yield _source(one)
            elif one.runs and not (one.command and (one.name in (*SECRETS, "my_pass") or _is_secret(one))):
                hook = one.name.endswith("-hook")
                yield Problem(
                    "value-runs-command",
                    one.mark,
                    f"{one.name} runs a command when the file is read",
                    "put the body in single quotes, and it runs when the hook fires"
                    if hook
                    else "put the value in single quotes, unless the command is meant",
                    level="note" if hook else "",
                )

    def is_off(self, statement: Statement) -> bool:
        asks = statement.name == "ssl_starttls" and statement.text.startswith("ask")
        return statement.off or statement.text == "no" or asks

    def instead(self, statement: Statement, line: str) -> tuple[Change, ...]:
        return () if statement.scope else (_setting(statement, line),)

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.name in SECRETS and not statement.scope:
            yield _setting(statement, f"set {statement.name} = {quote(command, GRAMMAR)}")

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        statement = server.statements.get("url")
        if statement is None or statement.scope or statement.runs or statement.expands:
            return
        scheme = _SCHEMES[endpoint.protocol] + "s" * (endpoint.tls == "implicit")
        if server.username:
            url = url_text(Url(scheme, server.username, endpoint.host, endpoint.port))
        else:
            url = f"{scheme}://{endpoint.host}:{endpoint.port}/"
        yield _setting(statement, f"set {statement.name} = {quote(url, GRAMMAR)}")

    def joined(self, readings: Mapping[str, Reading]) -> Mapping[str, Reading | None]:
        return joined(readings)

    def is_usual(self, statement: Statement) -> bool:
        if statement.name == "imap_authenticators":
            return statement.off or statement.text in ("xoauth2", "oauthbearer")
        return (statement.name, statement.text) in {("imap_send_id", "no"), ("imap_rfc5161", "yes")}

    def why_not(self, statement: Statement) -> str:
        if not about_account(statement.name.rstrip("+-")):
            return ABOUT_THE_PROGRAM
        if statement.name.endswith("_pass"):
            return OURS
        return "it belongs to a hook" if statement.scope and not in_account_file(statement) else ""

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        if family == "source":
            return NOT_READ
        return ABOUT_THE_PROGRAM, f"keep it in a {target}rc of your own"


def _source(one: Statement) -> Problem:
    if one.runs:
        what = "the output of a command is read as settings"
        return Problem("value-runs-command", one.mark, what, "be sure of that command")
    mend = "name it as well to have it looked at"
    return Problem("sourced-file", one.mark, "another file is read here", mend)


def _is_secret(one: Statement) -> bool:
    return one.name.startswith(SECRET)


def _setting(statement: Statement, line: str) -> Change:
    """Return the change of a setting to `line`, which begins with `set`.

    One that stands with others behind a verb is replaced without the verb, if that is `set` too.
    """
    if not statement.shared:
        return Change(line, statement.mark)
    if statement.raw.startswith("set "):
        return Change(line.removeprefix("set "), statement.mark, line)
    return Change(line)


FORMAT = Muttrc()
