"""What `lint` and `import` know of Himalaya's config.toml."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, Format, near
from mailgen.formats.himalaya.accounts import FIRST, SECOND, SECRETS, is_command, is_first
from mailgen.formats.himalaya.reader import read
from mailgen.formats.problems import Change, Problem
from mailgen.formats.quoting import quote, shell_line
from mailgen.formats.toml.grammar import GRAMMAR, text
from mailgen.model.hosts import in_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

_PARTS = (*SECOND, *FIRST)
#: The version whose words stand in files with settings of the first generation.
_FIRST = "1.2.0"
_PROGRAM = re.compile(
    r"(downloads-dir|table|envelope|account|template|message\.(read|write)|folder\.list|mailbox\.list"
    r"|attachment)\b"
)
_TLS_WORDS = {"implicit": "tls", "starttls": "start-tls"}


class Himalaya(Format):
    """config.toml of Himalaya."""

    names = {
        "himalaya": re.compile(
            r"(^|/)[^/]*himalaya[^/]*/(.+/)?[^/]+\.toml$|(^|/)\.?himalaya(rc|[^/]*\.toml)$"
        )
    }
    lines = {
        "himalaya": re.compile(
            r"\[accounts\.[^]]+\]|(imap|smtp)\.(server|sasl\b|starttls)|(message\.send\.)?backend\.(type|host|auth)"
        )
    }
    places = {
        "host": tuple(f"{part}.{name}" for part in _PARTS for name in ("server", "host")),
        "port": tuple(f"{part}.{name}" for part in _PARTS for name in ("port", "server")),
        "tls": tuple(
            f"{part}.{name}"
            for part in _PARTS
            for name in ("starttls", "encryption.type", "encryption", "server")
        ),
        "username": tuple(
            f"{part}.{name}"
            for part in _PARTS
            for name in ("login", "sasl.plain.username", "sasl.oauthbearer.username", "sasl.xoauth2.username")
        ),
    }
    tls_off = frozenset(places["tls"])
    quirks = {"imap.id.auto": "imap-id-required", "imap.sasl-ir": "false-sasl-ir"}
    quirk_lines = {"imap-id-required": "imap.id.auto = true", "false-sasl-ir": "imap.sasl-ir = false"}
    by_account = True
    has_extra_lines = False

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def version(self, reading: Reading) -> str:
        return _FIRST if is_first(one.name for one in reading.statements if one.scope) else ""

    def problems(self, reading: Reading) -> Iterator[Problem]:
        yield from super().problems(reading)
        for account in reading.accounts:
            for server in (account.incoming, account.smtp):
                if server is None or server.tls != "none":
                    continue
                blamed = next(one for name in self.places["tls"] if (one := server.statements.get(name)))
                what = Text("TLS is off")
                if server.is_near:
                    yield near("tls-off", blamed.mark, what, server)
                else:
                    yield Problem("tls-off", blamed.mark, what, "switch TLS on", tuple(_encrypted(blamed)))

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.shared:
            return
        if is_command(statement.name):
            yield Change(f"{_key(statement)} = {_command(statement, command)}", statement.mark)
        elif statement.name.endswith(SECRETS):
            last = "command" if ".sasl." in statement.name else "cmd"
            yield Change(f"{_key(statement, last)} = {_command(statement, command)}", statement.mark)

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        found = {name.rpartition(".")[2]: one for name, one in server.statements.items()}
        if "server" in found:
            yield from _second_place(server, endpoint, found)
            return
        host, port = found["host"], found.get("port")
        if server.host != endpoint.host and not host.shared:
            yield Change(f"{_key(host)} = {text(endpoint.host)}", host.mark)
        if server.port != endpoint.port and not host.shared:
            yield Change(f"{_key(port or host, 'port')} = {endpoint.port}", port.mark if port else None)
        if server.tls != endpoint.tls and not host.shared:
            said = next((one for name, one in server.statements.items() if ".encryption" in name), None)
            key = _key(said) if said else _key(host, "encryption.type")
            yield Change(f'{key} = "{_TLS_WORDS[endpoint.tls]}"', said.mark if said else None)

    def is_usual(self, statement: Statement) -> bool:
        return (statement.name, statement.text.lower()) in {
            ("imap.id.auto", "false"),
            ("imap.sasl-ir", "true"),
        }

    def why_lost(self, statement: Statement, reader: str) -> str:
        if found := re.search(r"\.sasl\.([a-z0-9-]+)\.username$", statement.name):
            return Text(
                "the file logs in by {way}; what mailgen writes lets {client} choose",
                way=found[1].upper(),
                client=reader,
            )
        if statement.name.endswith(".keyring"):
            return Text("{client} itself keeps the secret in a keyring, by a name of its own", client=reader)
        return ABOUT_THE_PROGRAM if _PROGRAM.match(statement.name) else ""

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        return ABOUT_THE_PROGRAM, Text("it stays in the file, where mailgen changes its own accounts only")


def _key(statement: Statement, last: str = "") -> str:
    """Return the key of a statement as it is written, with another last part if one is given."""
    key = statement.raw.partition("=")[0].rstrip()
    return re.sub(r"[^.\s]+$", lambda _: last, key) if last else key


def _command(statement: Statement, command: Command) -> str:
    """Write a command as the version has it whose words stand around it."""
    return quote(command, GRAMMAR) if ".sasl." in statement.name else text(shell_line(command.argv))


def _encrypted(blamed: Statement) -> Iterator[Change]:
    """Yield what switches TLS on where a statement leaves it off."""
    if blamed.shared:
        return
    if blamed.name.endswith(".server"):
        yield Change(f"{_key(blamed, 'starttls')} = true")
    elif blamed.name.endswith(".starttls"):
        yield Change(f"{_key(blamed)} = true", blamed.mark)
    else:
        yield Change(f'{_key(blamed)} = "start-tls"', blamed.mark)


def _second_place(server: FoundServer, endpoint: Endpoint, found: dict[str, Statement]) -> Iterator[Change]:
    """Yield how version 2 names an endpoint."""
    where, said = found["server"], found.get("starttls")
    if where.shared:
        return
    address = f"{in_url(endpoint.host)}:{endpoint.port}"
    clear = endpoint.tls == "starttls"
    yield Change(
        f"{_key(where)} = {text(f'{endpoint.protocol}://{address}' if clear else address)}", where.mark
    )
    if said is not None and (said.text.lower() == "true") != clear:
        yield Change(f"{_key(said)} = {'true' if clear else 'false'}", said.mark)
    elif said is None and clear:
        yield Change(f"{_key(where, 'starttls')} = true")


FORMAT = Himalaya()
