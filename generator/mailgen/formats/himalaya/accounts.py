"""From the settings of a config.toml to its accounts, in the words of version 2 and of version 1.

Source: config.sample.toml and config.rs of 2.1 and of 1.2.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailgen.formats.statements import FoundAccount, FoundSecret, FoundServer, number
from mailgen.model.ports import default_port
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mailgen.formats.statements import Statement

    Section = Mapping[str, Statement]

#: How the names of settings end that hold a secret.
SECRETS = (".raw",)
_COMMANDS = (".command", ".cmd")
#: What of an account is a server, in version 2 and in version 1 -> its protocol.
SECOND = {"imap": "imap", "smtp": "smtp"}
FIRST = {"backend": "imap", "message.send.backend": "smtp"}
_PASSWORDS = ("plain", "login", "scram-sha-256")
_TOKENS = ("oauthbearer", "xoauth2")
_ALIASES = ("mailbox.alias.", "folder.aliases.", "folder.alias.")
_ROLES = ("sent", "drafts", "trash")
_TLS = {"tls": "implicit", "start-tls": "starttls", "none": "none"}
#: What the fields of an account hold, or a finding of its own tells.
_HELD = frozenset("default email display-name".split())
_OURS = ("imap.id.auto", "imap.sasl-ir")
_PLACE = re.compile(r"(?:(\w+)://)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/?")


class ServerPart(NamedTuple):
    """A server of an account: what is said of it, by names below the part, and in which version's words."""

    name: str
    protocol: str
    settings: Section
    first: bool

    def text(self, name: str) -> str:
        return self.settings[name].text if name in self.settings else ""

    def named(self, *names: str) -> dict[str, Statement]:
        """Return the statements with these names, by the names that they have in the account."""
        return {f"{self.name}.{name}": self.settings[name] for name in names if name in self.settings}


def is_command(name: str) -> bool:
    """Say whether the value of a setting is a command that prints a secret.

    >>> is_command("imap.sasl.plain.password.command"), is_command("message.send.backend.cmd")
    (True, False)
    """
    return name.endswith(_COMMANDS) and any(f".{word}." in name for word in ("auth", "sasl"))


def accounts_from(statements: Iterable[Statement], target: str) -> tuple[FoundAccount, ...]:
    """Return the accounts of a file."""
    sections: dict[str, dict[str, Statement]] = {}
    for one in statements:
        sections.setdefault(one.scope, {})[one.name] = one
    common = sections.pop("", {})
    return tuple(_account(target, name, section, common) for name, section in sections.items())


def is_first(section: Iterable[str]) -> bool:
    """Say whether settings are those of version 1."""
    return any(name.startswith(("backend.", "message.send.backend.", "folder.alias")) for name in section)


def _account(target: str, name: str, section: Section, common: Section) -> FoundAccount:
    parts = _parts(section)
    incoming, smtp = (next((part for part in parts if part.protocol == one), None) for one in SECOND)
    receives, sends = (_server(part) if part else None for part in (incoming, smtp))
    folders = {role: one.text for key, one in section.items() if (role := _role(key)) in _ROLES}
    maildir = _text(section, "maildir.root") or (
        _text(section, "backend.root-dir") if _text(section, "backend.type") == "maildir" else ""
    )
    program = _text(section, "message.send.backend.cmd") if sends is None else ""
    held = {id(one) for server in (receives, sends) if server for one in server.statements.values()}
    elsewhere = [
        section[key]
        for key in ("maildir.root", "backend.root-dir", "message.send.backend.cmd")
        if key in section
    ]
    said = {id(one) for one in elsewhere}
    others = [
        one
        for key, one in section.items()
        if key not in _HELD | set(_OURS) and id(one) not in held | said and not _is_usual(key, one)
    ]
    address = _text(section, "email")
    return FoundAccount(
        target,
        name,
        address if "@" in address else "",
        _text(section, "display-name") or _text(common, "display-name"),
        incoming=receives,
        smtp=sends,
        secrets=tuple(
            secret
            for part, server in ((incoming, receives), (smtp, sends))
            if part and server
            for secret in _secrets(part, server)
        ),
        default=_text(section, "default").lower() == "true",
        folders=folders,
        others=tuple(others),
        ours=tuple(section[key] for key in _OURS if key in section),
        mark=next(iter(section.values())).mark,
        maildir=maildir,
        sends_with=program,
        elsewhere=tuple(elsewhere),
    )


def _text(section: Section, name: str) -> str:
    return section[name].text if name in section else ""


def _role(key: str) -> str:
    """Return the role that an alias is for, or "".

    >>> _role("mailbox.alias.Sent"), _role("folder.aliases.a23"), _role("email")
    ('sent', 'a23', '')
    """
    return next((key[len(above) :].lower() for above in _ALIASES if key.startswith(above)), "")


def _is_usual(key: str, one: Statement) -> bool:
    """Say whether a setting is a role of the account's, or says what Himalaya does unasked."""
    role = _role(key)
    return role in _ROLES or (role, one.text.upper()) == ("inbox", "INBOX")


def _parts(section: Section) -> list[ServerPart]:
    """Return the servers of an account; those of version 1 first where it has both."""
    found = []
    for first, names in ((True, FIRST), (False, SECOND)):
        for name, protocol in names.items():
            settings = {
                key[len(name) + 1 :]: one for key, one in section.items() if key.startswith(f"{name}.")
            }
            part = ServerPart(name, protocol, settings, first)
            if part.text("host" if first else "server") and _is_for(part):
                found.append(part)
    return found


def _is_for(part: ServerPart) -> bool:
    return not part.first or part.text("type") in ("", part.protocol)


def server_place(text: str) -> tuple[str, str, int | None] | None:
    """Return scheme, host and port of version 2's name of a server; a scheme that is not written is "".

    >>> server_place("imap.x.example:993"), server_place("imap://[::1]:143"), server_place("a b")
    (('', 'imap.x.example', 993), ('imap', '::1', 143), None)
    """
    found = _PLACE.fullmatch(text.strip())
    if found is None or not found[2] or " " in found[2]:
        return None
    return (found[1] or "").lower(), found[2].strip("[]"), number(found[3]) if found[3] else None


def _server(part: ServerPart) -> FoundServer | None:
    return _first_server(part) if part.first else _second_server(part)


def _first_server(part: ServerPart) -> FoundServer:
    encryption = part.text("encryption.type") or part.text("encryption") or "tls"
    tls = _TLS.get(encryption.lower(), "implicit")
    port = part.text("port")
    token = part.text("auth.type") == "oauth2"
    usual = default_port(part.protocol, "implicit" if tls == "implicit" else "starttls")
    auth = (part.text("auth.method") or "xoauth2") if token else "password"
    return FoundServer(
        part.protocol,
        part.text("host"),
        number(port) if port else usual,
        tls,
        username=part.text("login") or None,
        auth=auth if auth in _TOKENS else "password",
        other_auth=tuple(one for one in _TOKENS if token and one != auth),
        statements=part.named(
            "type", "host", "port", "encryption", "encryption.type", "login", "auth.type", "auth.method",
            "auth.raw", "auth.cmd", "auth.command", "auth.access-token.cmd", "auth.access-token.raw",
        ),
    )  # fmt: skip


def _second_server(part: ServerPart) -> FoundServer | None:
    where = server_place(part.text("server"))
    if where is None:
        return None
    scheme, host, port = where
    starttls = part.text("starttls").lower() == "true"
    clear = scheme == part.protocol
    tls = "starttls" if clear and starttls else "none" if clear else "implicit"
    way = _way(part)
    return FoundServer(
        part.protocol,
        host,
        port or default_port(part.protocol, "starttls" if clear else "implicit"),
        tls,
        username=part.text(f"sasl.{way}.username") or None,
        auth=way if way in _TOKENS else "password",
        other_auth=tuple(one for one in _TOKENS if way in _TOKENS and one != way),
        statements=part.named(
            "server",
            "starttls",
            # Another way to log in than the one that mailgen writes is told by the name of its user.
            *([f"sasl.{way}.username"] if way in ("", "plain", *_TOKENS) else []),
            *(f"sasl.{way}.{kind}.{how}" for kind in ("password", "token") for how in ("raw", "command")),
        ),
        login=way != "" or part.protocol == "imap",
    )


def _way(part: ServerPart) -> str:
    """Return the one way to log in that a server of version 2 has, "" for none."""
    return next((way for way in (*_PASSWORDS, *_TOKENS) if f"sasl.{way}.username" in part.settings), "")


def _secrets(part: ServerPart, server: FoundServer) -> Iterator[FoundSecret]:
    for key, one in part.settings.items():
        name = f"{part.name}.{key}"
        if name not in server.statements or not one.text:
            continue
        if key.endswith(SECRETS):
            yield FoundSecret("plaintext", one, protocol=server.protocol)
        elif one.command is not None:
            kind = "command" if server.auth == "password" else "token"
            if command_holds_secret(one.command):
                kind = "plaintext"
            yield FoundSecret(kind, one, one.command, server.protocol)
