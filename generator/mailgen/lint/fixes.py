"""Proposed lines: a statement written anew in its grammar, never with a secret in it."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats import load
from mailgen.formats.problems import Change
from mailgen.formats.quoting import quote, url_text
from mailgen.model.tokens import Command, Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Mark, Statement
    from mailgen.model.provider import Endpoint

_PASSWORDS = ("imap_pass", "pop_pass", "smtp_pass")
_SCHEMES = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}


def to_endpoint(target: str, server: FoundServer, endpoint: Endpoint) -> tuple[Change, ...]:
    """Return what to write so that a server of a file becomes `endpoint`; not what is right already."""
    try:
        return tuple(_WAYS[target](server, endpoint))
    except Unquotable:
        return ()


def instead_of_password(target: str, statement: Statement, address: str) -> tuple[Change, ...]:
    """Return a statement that has the password fetched, in the place of one that holds it."""
    command = Command(("pass", "show", f"mail/{address or 'ADDRESS'}"))
    try:
        if target == "msmtp" and statement.name in ("password", "passwordeval"):
            return (Change(f"passwordeval {quote(command, load('msmtp'))}", statement.mark),)
        if target in ("mutt", "neomutt") and statement.name in _PASSWORDS and not statement.scope:
            return (mutt_setting(statement, f"set {statement.name} = {quote(command, load('muttrc'))}"),)
    except Unquotable:
        pass
    return ()


def mutt_setting(statement: Statement, line: str) -> Change:
    """Return the change of a setting of mutt to `line`, which begins with `set`.

    One that stands with others behind a verb is replaced without the verb, if that is `set` too.
    """
    if not statement.shared:
        return Change(line, statement.mark)
    if statement.raw.startswith("set "):
        return Change(line.removeprefix("set "), statement.mark, line)
    return Change(line)


def _msmtp(server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
    implicit = endpoint.tls == "implicit"
    wanted = (
        ("host", server.host != endpoint.host, quote(endpoint.host, load("msmtp"))),
        ("port", server.port != endpoint.port, str(endpoint.port)),
        ("tls", server.tls == "none", "on"),
        ("tls_starttls", server.tls != endpoint.tls, "off" if implicit else "on"),
    )
    for name, differs, value in wanted:
        if differs:
            yield Change(f"{name} {value}", _mark(server, name))


def _fetchmail(server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
    if server.host != endpoint.host:
        statement = server.statements["host"]
        yield Change(f"{statement.name} {quote(endpoint.host, load('fetchmail'))}", statement.mark)
    if server.port != endpoint.port:
        yield Change(f"service {endpoint.port}", _mark(server, "service"))
    if server.tls != endpoint.tls:
        # Without ssl fetchmail does STARTTLS, so it is to be taken away then.
        yield Change("ssl" if endpoint.tls == "implicit" else "", _mark(server, "ssl"))


def _mutt(server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
    statement = server.statements.get("url")
    if statement is None or statement.scope or statement.runs or statement.expands:
        return
    scheme = _SCHEMES[endpoint.protocol] + "s" * (endpoint.tls == "implicit")
    if server.username:
        url = url_text(Url(scheme, server.username, endpoint.host, endpoint.port))
    else:
        url = f"{scheme}://{endpoint.host}:{endpoint.port}/"
    yield mutt_setting(statement, f"set {statement.name} = {quote(url, load('muttrc'))}")


def _thunderbird(server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
    smtp = server.protocol == "smtp"
    tls = "try_ssl" if smtp else "socketType"
    number = {"implicit": 3, "starttls": 2}[endpoint.tls]
    wanted = (
        ("hostname", server.host != endpoint.host, quote(endpoint.host, load("prefs"))),
        ("port", server.port != endpoint.port, str(endpoint.port)),
        (tls, server.tls != endpoint.tls, str(number)),
    )
    prefix = next(iter(server.statements.values())).name.rpartition(".")[0]
    for name, differs, value in wanted:
        if differs:
            yield Change(f'user_pref("{prefix}.{name}", {value});', _mark(server, name))


def _mark(server: FoundServer, name: str) -> Mark | None:
    statement = server.statements.get(name)
    return statement.mark if statement else None


_WAYS = {
    "msmtp": _msmtp,
    "fetchmail": _fetchmail,
    "mutt": _mutt,
    "neomutt": _mutt,
    "thunderbird": _thunderbird,
}
