"""The fewest words of an accounts file from which mailgen chooses just the servers that were found."""

from __future__ import annotations

from itertools import product

from mailgen.accounts.requests import requests, wish_for
from mailgen.catalog.lookup import needed_protocols
from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Option, Text
from mailgen.core.values import replace
from mailgen.importer.losses import Loss
from mailgen.lint.drift import owner_of
from mailgen.model.hosts import ipv6, is_loopback
from mailgen.model.ports import usual_tls
from mailgen.model.vocabulary import PROTOCOLS, SERVER
from mailgen.resolve.choose import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.catalog.index import CatalogueShelf
    from mailgen.formats.statements import FoundAccount, FoundServer
    from mailgen.importer.source import ImportedAccount
    from mailgen.model.account import Account
    from mailgen.model.provider import Provider
    from mailgen.model.server import Server
    from mailgen.model.target import Target


def fitted(
    entry: dict[str, Any],
    group: Sequence[ImportedAccount],
    shelf: CatalogueShelf,
    targets: Mapping[str, Target],
    losses: list[Loss],
) -> tuple[dict[str, Any], Provider | None]:
    """Return the entry with provider, servers, protocol and login name as far as needed, and its provider.

    Tries the shortest first: what resolves, for all targets, to the servers that were found. If
    nothing does, the servers are written out, and what differs is a loss.
    """
    accounts = [source.account for source in group]
    bound = [one for one in accounts if one.incoming or one.smtp] or accounts
    address_domain = requests({"accounts": {"x": entry}})[0].address.domain
    home = shelf.of_domain(address_domain)
    for more in _attempts(group, home, shelf):
        trial = in_order(_joined(entry, more))
        provider = shelf.of_id(trial["provider"]) if "provider" in trial else home
        if all(_fits(trial, provider, targets, one) for one in bound):
            return _without_unread(trial, provider, group, targets, losses), provider
    trial = in_order(_joined(entry, _written_out(accounts, home), _settled(group)))
    for source in group:
        if not (why := _difference(trial, home, targets, source.account)):
            continue
        losses.append(
            Loss(
                source.path,
                (source.account.mark.line,),
                Text("the account {address}", address=entry["address"]),
                why,
                Text("look through it in the accounts file"),
            )
        )
    return trial, home


def _without_unread(
    entry: dict[str, Any],
    provider: Provider | None,
    group: Sequence[ImportedAccount],
    targets: Mapping[str, Target],
    losses: list[Loss],
) -> dict[str, Any]:
    """Take those clients out that are told of no server, if another is left: they read what others fetch."""
    for source in group:
        name, target = source.account.target, targets[source.account.target]
        if source.account.incoming or source.account.smtp or len(entry["targets"]) < 2:
            continue
        try:
            _resolved(entry, provider, targets, name)
        except MailgenError as error:
            entry["targets"] = [one for one in entry["targets"] if one != name]
            why = Text("mailgen would not write it for {client}: {why}", client=target.title, why=error.what)
            mend = Text(
                "name the servers, and add {target} to {targets}", target=name, targets=Option("targets")
            )
            place = (source.account.mark.line,)
            losses.append(
                Loss(source.path, place, Text("the account {address}", address=entry["address"]), why, mend)
            )
    return entry


_ORDER = (
    "address label name reply_to signature identities provider protocol username imap pop3 smtp "
    "password_command token_command credential folders slots maildir targets client_version options extra "
    "default"
).split()


def in_order(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its keys in the order of the schema."""
    return {key: entry[key] for key in _ORDER if key in entry}


def _joined(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return mappings as one, what they say of the same server together."""
    whole: dict[str, Any] = {}
    for key, value in ((key, value) for part in parts for key, value in part.items()):
        whole[key] = _of_server({**whole.get(key, {}), **value}) if key in PROTOCOLS else value
    return whole


def _of_server(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: given[key] for key in dict.fromkeys((*SERVER, "username", *given)) if key in given}


def _attempts(
    group: Sequence[ImportedAccount], home: Provider | None, shelf: CatalogueShelf
) -> Iterator[dict[str, Any]]:
    """Yield what may be added to an entry, the shortest first."""
    accounts = [source.account for source in group]
    incoming = next((one.incoming for one in accounts if one.incoming), None)
    smtp = next((one.smtp for one in accounts if one.smtp), None)
    owners = dict.fromkeys(
        owner.id for server in (incoming, smtp) if server and (owner := owner_of(server, shelf))
    )
    mirrored = next((one.folders for one in accounts if one.incoming and one.maildir), None)
    if mirrored is not None and incoming and smtp is None:
        owners = dict.fromkeys([*_named_so(incoming, mirrored, shelf), *owners])
    providers = [{}, *({"provider": id} for id in owners if home is None or id != home.id)]
    servers: list[dict[str, Any]] = [{}]
    if smtp:
        servers.append({"smtp": _server(smtp)})
    if incoming:
        servers.append({incoming.protocol: _server(incoming)})
    if smtp and incoming:
        servers.append({"smtp": _server(smtp), incoming.protocol: _server(incoming)})
    protocols = [{}, {"protocol": incoming.protocol}] if incoming else [{}]
    names = dict.fromkeys(one.username for one in (incoming, smtp) if one and one.username)
    usernames: list[dict[str, Any]] = [{}, *({"username": name} for name in names)]
    if incoming and smtp and len(names) == 2:
        first, other = names
        usernames += [{"smtp": {"username": other}}, {incoming.protocol: {"username": first}}]
        usernames.append({"username": first, "smtp": {"username": other}})
    told = {one.account.target: one.version for one in group if one.version}
    fewest = _settled(group)
    versions = [fewest, {"client_version": told}] if told != fewest.get("client_version", {}) else [fewest]
    for parts in product(servers, providers, versions, usernames, protocols):
        yield _joined(*parts)


def _settled(group: Sequence[ImportedAccount]) -> dict[str, Any]:
    """Return the versions in whose words the files are written, as far as others have other words."""
    told = {one.account.target: one.version for one in group if one.version and one.settled}
    return {"client_version": told} if told else {}


def _named_so(server: FoundServer, folders: Mapping[str, str], shelf: CatalogueShelf) -> Iterator[str]:
    """Yield the providers at the host of a server, if there are several, whose folders a mirror has named so.

    What a mirror calls the folders decides where the mail lies here; any other provider would have it moved.
    """
    found = [one for one in shelf.of_host(server.host.lower()) if one.endpoints.get(server.protocol)]
    yield from (one.id for one in found if len(found) > 1 and dict(one.folders) == dict(folders))


def _server(found: FoundServer) -> dict[str, Any]:
    server: dict[str, Any] = {"host": _host(found)}
    if found.port is not None:
        server["port"] = found.port
    # A server without TLS is asked for it at the same port, but for one on this machine; that it had none is
    # a loss.
    usual = usual_tls(found.protocol, found.port) if found.port else None
    server["tls"] = found.tls if not _far_without(found) else usual or "starttls"
    return server


def _host(found: FoundServer) -> str:
    """Return the host as it is written, an address in its shortest form."""
    return ipv6(found.host) or found.host.rstrip(".")


def _far_without(server: FoundServer) -> bool:
    return server.tls == "none" and not is_loopback(server.host)


def _written_out(accounts: Sequence[FoundAccount], home: Provider | None) -> dict[str, Any]:
    """Return servers and login name as they were found; in the place of one without TLS the provider's."""
    known = home.endpoints if home else {}
    more: dict[str, Any] = {}
    for account in accounts:
        for server in (account.incoming, account.smtp):
            if server is not None and server.host:
                if not _far_without(server) or not known.get(server.protocol):
                    more.setdefault(server.protocol, _server(server))
                if server.username and server.username != more.setdefault("username", server.username):
                    more.setdefault(server.protocol, {})["username"] = server.username
        if account.incoming:
            more.setdefault("protocol", account.incoming.protocol)
    return more


def _resolved(
    entry: Mapping[str, Any], provider: Provider | None, targets: Mapping[str, Target], name: str
) -> Account:
    request = requests({"accounts": {"x": entry}})[0]
    wish = wish_for(request, targets[name], [targets[one] for one in request.targets])
    servers = any(entry.get(protocol) for protocol in PROTOCOLS)
    if provider is None and not servers and needed_protocols(targets[name], wish):
        raise MailgenError("no server is known for the address", "the account", "name its servers")
    return resolve(request.address, provider, targets[name], wish).account


def _fits(
    entry: Mapping[str, Any],
    provider: Provider | None,
    targets: Mapping[str, Target],
    found: FoundAccount,
) -> bool:
    try:
        account = _resolved(entry, provider, targets, found.target)
    except MailgenError:
        return False
    return not _differing(account, found)


def _differing(account: Account, found: FoundAccount) -> list[str]:
    pairs = (
        (Text("incoming"), account.incoming, found.incoming),
        (Text("smtp"), account.smtp, found.smtp),
    )
    return [
        Text("{server}: {part}", server=name, part=part)
        for name, chosen, wanted in pairs
        if wanted is not None
        for part in _parts(chosen, wanted)
    ]


def _with_tls(found: FoundAccount, account: Account) -> FoundAccount:
    """Return an account with the TLS of the one that was chosen for each server that has none."""

    def mended(server: FoundServer | None, chosen: Server | None) -> FoundServer | None:
        without = server is not None and _far_without(server) and chosen is not None
        return replace(server, tls=chosen.tls) if without and server and chosen else server

    return replace(
        found, incoming=mended(found.incoming, account.incoming), smtp=mended(found.smtp, account.smtp)
    )


def _parts(chosen: Server | None, wanted: FoundServer) -> Iterator[str]:
    if chosen is None:
        yield Text("the client has none")
        return
    if (chosen.protocol, chosen.host.lower()) != (wanted.protocol, _host(wanted).lower()):
        yield Text("host {host}", host=wanted.host)
    if wanted.port is not None and chosen.port != wanted.port:
        yield Text("port {port}", port=wanted.port)
    if chosen.tls != wanted.tls:
        yield Text("TLS")
    if wanted.username is not None and chosen.username != wanted.username:
        yield Text("login name {name}", name=wanted.username)
    if chosen.auth not in (wanted.auth, *wanted.other_auth):
        yield Text("OAuth2")


def _difference(
    entry: Mapping[str, Any],
    provider: Provider | None,
    targets: Mapping[str, Target],
    found: FoundAccount,
) -> str:
    """Say in what the account differs from the one in the file, or why it cannot be made."""
    client = targets[found.target].title
    try:
        # That a server had no TLS is told with the settings that say so.
        account = _resolved(entry, provider, targets, found.target)
        differing = _differing(account, _with_tls(found, account))
    except MailgenError as error:
        return Text("mailgen would not write it for {client}: {why}", client=client, why=error.what)
    if not differing:
        return ""
    return Text("it differs for {client} ({parts})", client=client, parts=Listed("; ", differing))
