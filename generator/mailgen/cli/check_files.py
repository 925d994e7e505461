"""Whom `mailgen check --file` tests: the servers that stand in a file of a client, with the secrets there."""

from __future__ import annotations

import os

from mailgen.check import Key, Subject
from mailgen.cli.check_subjects import key_for
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.model.ports import default_port
from mailgen.model.provider import Endpoint
from mailgen.model.server import Credential, Server
from mailgen.model.vocabulary import AUTH
from mailgen.resolve.address import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from mailgen.catalog.index import CatalogueShelf
    from mailgen.formats.statements import FoundAccount, FoundSecret, FoundServer


def file_subjects(path: str, arguments: argparse.Namespace, shelf: CatalogueShelf) -> Iterator[Subject]:
    """Yield the accounts of a client's own file, as it is; raises MailgenError if it holds no server."""
    from mailgen.cli.config_files import reading_of

    path = os.path.expanduser(path)
    reading, _ = reading_of(path, arguments.target, shelf)
    count = 0
    for account in reading.accounts:
        subject = _of_found(account, arguments, shelf)
        if subject.servers:
            count += 1
            yield subject
    if not count:
        raise MailgenError("no server stands in this file", path, "name another file")


def _of_found(account: FoundAccount, arguments: argparse.Namespace, shelf: CatalogueShelf) -> Subject:
    from mailgen.lint.drift import address_of, owner_of

    found = [one for one in (account.incoming, account.smtp) if one and one.host and not one.tunnel]
    servers = [_server(one, account) for one in found]
    servers = [one for one in servers if one.protocol in arguments.only]
    address = address_of(account)
    provider = shelf.of_domain(address.domain) if address else None
    provider = provider or next((one for one in (owner_of(server, shelf) for server in found) if one), None)
    shown_address = str(address) if address else account.address or (servers[0].username if servers else "")
    name = account.label or shown_address or shown(account.target)
    senders = (shown_address,) if "@" in shown_address else ()
    keys: dict[str, tuple[Credential, Key]] = {}
    for one in servers:
        if any(other.login for other in found if other.protocol == one.protocol):
            credential = _credential_in(account, one.protocol)
            same = next((key for used, (said, key) in keys.items() if said == credential), None)
            keys[one.protocol] = (
                credential,
                same or key_for(credential, name, shown_address or name, [one], arguments),
            )
        else:
            keys[one.protocol] = Credential(), Key(why=Text("its file says that nobody logs in"))
    opened = {used: key for used, (_, key) in keys.items()}
    key = next(iter(opened.values()), Key())
    folders = dict(account.folders)
    return Subject(name, shown_address, tuple(servers), key, provider, senders, folders, opened)


def _server(found: FoundServer, account: FoundAccount) -> Server:
    port = found.port or default_port(found.protocol, found.tls if found.tls != "none" else "starttls")
    auth = found.auth if found.auth in AUTH else "password"
    endpoint = Endpoint(found.protocol, found.host, port, found.tls)  # type: ignore[arg-type]
    return Server(endpoint, found.username or account.address, auth)  # type: ignore[arg-type]


def _credential_in(account: FoundAccount, protocol: str) -> Credential:
    """Return how a client gets the secret of a protocol by its own file: it runs its commands in a shell."""
    from mailgen.model.tokens import Command, Secret

    for one in account.secrets:
        if one.protocol not in ("", protocol):
            continue
        if one.kind in ("command", "token") and one.line:
            kind = "command" if one.kind == "command" else "token"
            return Credential(kind, Command(("sh", "-c", one.line)))  # type: ignore[arg-type]
        if one.kind == "plaintext" and (found := _written(one, protocol)):
            return Credential("literal", secret=Secret(found))
        if one.kind == "oauth2":
            return Credential("oauth2")
    return Credential()


def _written(secret: FoundSecret, protocol: str) -> str:
    """Return the secret that stands in a file, by itself or in the URL of a server; "" for any other place.

    A command that holds one is not run here: the secret would be an argument.
    """
    one = secret.statement
    if one is None or one.command or one.runs or one.expands:
        return ""
    if "://" in one.text:
        from urllib.parse import unquote, urlsplit

        url = urlsplit(one.text)
        spoken = {"pop": "pop3"}.get(url.scheme.removesuffix("s"), url.scheme.removesuffix("s"))
        return unquote(url.password or "") if spoken == protocol else ""
    return one.text if one.name.lower().endswith(("pass", "password")) else ""
