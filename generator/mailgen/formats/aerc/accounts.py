"""From the sections of an accounts.conf to its accounts: their servers, their mail here, who sends."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from mailgen.formats.statements import (
    FoundAccount,
    FoundIdentity,
    FoundSecret,
    FoundServer,
    Mark,
    number,
)
from mailgen.model.ports import default_port
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mailgen.formats.statements import Statement

    Section = Mapping[str, Statement]

#: Settings whose value is a command that prints a secret, each with the server that it is for.
COMMANDS = {"source-cred-cmd": "source", "outgoing-cred-cmd": "outgoing"}
_FOLDERS = {"copy-to": "sent", "postpone": "drafts", "archive": "archive"}
#: What the fields of an account hold.
HELD = frozenset(("source", "outgoing", "from", "aliases", "signature-file", "smtp-starttls", *COMMANDS))
_TOKENS = ("oauthbearer", "xoauth2")
_TRUE = frozenset("1 t true y yes on".split())
_URL = re.compile(r"([A-Za-z0-9+.-]+)://(?:([^/?]*)@)?([^/?@]*)([^?]*)(?:\?(.*))?")
_MAILBOX = re.compile(
    r'\s*(?:(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^",<>]*?))\s*<(?P<address>[^<>]*)>'
    r'|(?P<bare>(?:"(?:[^"\\]|\\.)*"|[^",<>])+?))\s*(?:,|$)'
)


class UrlParts(NamedTuple):
    """A URL of an accounts.conf, taken apart. `way` is what stands behind the plus of the scheme."""

    scheme: str
    way: str
    username: str | None
    password: str
    host: str
    port: int | None
    path: str
    query: Mapping[str, str]


def url_parts(text: str) -> UrlParts | None:
    """Return the parts of a URL; None for what is none, which is a command.

    >>> url_parts("imaps+xoauth2://a%40b:x@h.example:993/")[:6]
    ('imaps', 'xoauth2', 'a@b', 'x', 'h.example', 993)
    >>> url_parts("maildir://~/Mail/it%27s").path, url_parts("/usr/bin/msmtp -a x")
    ("~/Mail/it's", None)
    """
    found = _URL.fullmatch(text)
    if found is None:
        return None
    scheme, _, way = found[1].lower().partition("+")
    name, colon, password = (found[2] or "").partition(":")
    host, port = found[3], ""
    if bracketed := re.fullmatch(r"\[(.*)\](?::(.*))?", host):
        host, port = bracketed[1], bracketed[2] or ""
    elif ":" in host:
        host, _, port = host.rpartition(":")
    path = unquote(found[4])
    if host == "~":
        host, path = "", f"~{path}"
    return UrlParts(
        scheme,
        way,
        unquote(name) if found[2] is not None else None,
        unquote(password) if colon else "",
        unquote(host),
        number(port) if port else None,
        path,
        dict(parse_qsl(found[5] or "")),
    )


def shows_secret(one: Statement) -> bool:
    """Say whether a secret stands in a statement, if only for a command that prints it."""
    if one.command is not None:
        return command_holds_secret(one.command)
    if one.name not in ("source", "outgoing") or (found := url_parts(one.text)) is None:
        return False
    secrets = [found.password, found.query.get("client_secret", "")]
    return any(secret and not is_hole(secret) for secret in secrets)


def accounts_from(
    sections: Mapping[str, Section], marks: Mapping[str, Mark], target: str
) -> tuple[tuple[FoundAccount, ...], frozenset[str]]:
    """Return the accounts, and the sections that say no more than they do."""
    accounts = tuple(
        _account(target, name, section, marks[name], first=number == 0)
        for number, (name, section) in enumerate(_told(sections).items())
    )
    names = {one.label for one in accounts}
    above = {name for name in sections if any(other.startswith(f"{name}.") for other in names)}
    return accounts, frozenset(names | above)


def _told(sections: Mapping[str, Section]) -> dict[str, Section]:
    return {name: one for name, one in sections.items() if name != "DEFAULT" and "source" in one}


def _account(target: str, name: str, section: Section, mark: Mark, *, first: bool) -> FoundAccount:
    source = url_parts(section["source"].text)
    incoming = _incoming(section, source)
    maildir = source.path if source and source.scheme == "maildir" else ""
    outgoing = section.get("outgoing")
    sends = url_parts(outgoing.text) if outgoing else None
    smtp = _smtp(section, sends)
    program = unquote(outgoing.text) if outgoing and outgoing.text and sends is None else ""
    senders = list(mailboxes(section["from"].text)) if "from" in section else []
    address, shown = senders[0] if senders else ("", "")
    folders = {
        role: section[key].text
        for key, role in _FOLDERS.items()
        if key in section and section[key].text and "," not in section[key].text
    }
    others = [one for key, one in section.items() if key not in HELD and not _is_usual(key, one, folders)]
    if incoming is None and not maildir:
        others.append(section["source"])
    if outgoing is not None and sends is not None and smtp is None:
        others.append(outgoing)
    signature = section.get("signature-file")
    aliases = section.get("aliases")
    return FoundAccount(
        target,
        name,
        address,
        shown,
        incoming=incoming,
        smtp=smtp,
        secrets=tuple(_secrets(section, incoming, smtp)),
        default=first,
        signature=signature.text if signature else "",
        identities=tuple(
            FoundIdentity(alias, called) for alias, called in mailboxes(aliases.text if aliases else "")
        ),
        folders={} if maildir else folders,
        others=tuple(others),
        mark=mark,
        maildir=maildir.rstrip("/"),
        inbox="INBOX" if maildir else "",
        local=folders if maildir else {},
        sends_with=program,
    )


def _is_usual(key: str, one: Statement, folders: Mapping[str, str]) -> bool:
    """Say whether a setting is a role of the account's, or says what aerc does unasked."""
    return _FOLDERS.get(key) in folders or (key, one.text) == ("default", "INBOX")


def mailboxes(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield the addresses of a list, each with its name (RFC 5322).

    >>> list(mailboxes('"B, \\"b\\"" <b@x.example>, c@x.example, D E <d@x.example>'))
    [('b@x.example', 'B, "b"'), ('c@x.example', ''), ('d@x.example', 'D E')]
    """
    at = 0
    while at < len(text) and (found := _MAILBOX.match(text, at)) and found.end() > at:
        at = found.end()
        if (address := (found["address"] or found["bare"] or "").strip()) and "@" in address:
            quoted = found["quoted"]
            yield address, re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found["plain"] or ""


def _incoming(section: Section, source: UrlParts | None) -> FoundServer | None:
    if source is None or source.scheme not in ("imap", "imaps") or not source.host:
        return None
    clear = source.way == "insecure"
    tls = "implicit" if source.scheme == "imaps" else "none" if clear else "starttls"
    return _server("imap", source, tls, _held(section, "source", "source-cred-cmd"))


def _smtp(section: Section, sends: UrlParts | None) -> FoundServer | None:
    if sends is None or sends.scheme not in ("smtp", "smtps") or not sends.host:
        return None
    said = section.get("smtp-starttls")
    clear = sends.way == "insecure" or (said is not None and said.text.lower() not in _TRUE)
    tls = "implicit" if sends.scheme == "smtps" else "none" if clear else "starttls"
    return _server("smtp", sends, tls, _held(section, "outgoing", "smtp-starttls", "outgoing-cred-cmd"))


def _server(protocol: str, where: UrlParts, tls: str, statements: dict[str, Statement]) -> FoundServer:
    token = where.way in _TOKENS
    return FoundServer(
        protocol,
        where.host,
        where.port or default_port(protocol, "implicit" if tls == "implicit" else "starttls"),
        tls,
        username=where.username,
        auth=where.way if token else "password",
        other_auth=tuple(way for way in _TOKENS if token and way != where.way),
        statements=statements,
        login=where.way != "none" and (where.username is not None or protocol == "imap"),
    )


def _held(section: Section, *names: str) -> dict[str, Statement]:
    return {name: section[name] for name in names if name in section}


def _secrets(
    section: Section, incoming: FoundServer | None, smtp: FoundServer | None
) -> Iterator[FoundSecret]:
    """Yield the ways to the secrets; a password in a URL counts before a command."""
    for server, name, fetched in (
        (incoming, "source", "source-cred-cmd"),
        (smtp, "outgoing", "outgoing-cred-cmd"),
    ):
        if server is None:
            continue
        url, command = section[name], section.get(fetched)
        where = url_parts(url.text)
        if where is not None and where.password:
            yield FoundSecret("plaintext", url, protocol=server.protocol)
        elif command is not None and command.command:
            if shows_secret(command):
                yield FoundSecret("plaintext", command, protocol=server.protocol)
            elif where is not None and "token_endpoint" in where.query:
                # What is fetched is the token of the login, with which aerc fetches the other by itself.
                yield FoundSecret("unclear", command, protocol=server.protocol)
            else:
                kind = "command" if server.auth == "password" else "token"
                yield FoundSecret(kind, command, command.command, server.protocol)
