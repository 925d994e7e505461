"""Whom `mailgen check` tests: accounts of the accounts file, addresses, and what stands in a client's file.

Each comes to the servers that its clients use, with all that the user says of them, and the key that they
would get. A secret is read as they read it, and goes nowhere but to the servers.
"""

from __future__ import annotations

import os
import sys
from functools import partial

from mailgen.accounts import reader
from mailgen.catalog.lookup import find_provider, resolved
from mailgen.check import Key, Subject
from mailgen.cli import prompts
from mailgen.cli.terminal import language, warn
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.core.values import replace
from mailgen.model.server import Credential, Server
from mailgen.model.target import Target
from mailgen.model.vocabulary import AUTH, INCOMING, NO_INCOMING, PROTOCOLS, TLS
from mailgen.resolve.address import parse_address, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import Any

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.model.account import Account
    from mailgen.model.provider import Provider
    from mailgen.model.tokens import Secret
    from mailgen.resolve.wish import Wish

_ASKED = {"en": "the secret of {address} (nothing is shown)", "zh": "{address} 的密码（不会显示）"}
_ALL = {"tls": tuple(TLS), "auth": AUTH}
_SIGNS_IN = Text("its clients sign in by themselves (OAuth2), so there is nothing to log in with")


def any_client(incoming: str) -> Target:
    """Return a client that can do everything, with mail coming in over one protocol."""
    return Target(
        name="check",
        title="mailgen",
        kind="client",
        grammar="",
        incoming=True,
        outgoing=True,
        protocols={incoming: _ALL, "smtp": _ALL},
        secret=("prompt", "command", "token", "oauth2", "literal", "netrc"),
        steps={},
        version="1",
        min_version="1",
        quirks={},
        files=(),
        send_only=True,
    )


def subjects(arguments: argparse.Namespace, catalogue: Catalogue, wish: Wish) -> Iterator[Subject]:
    """Yield the accounts that the words name, with the keys to them.

    Raises MailgenError for what is none, and for a secret that does not come out.
    """
    path = reader.chosen_path(arguments.accounts)
    known = _requests(path, catalogue, arguments)
    for what in arguments.what:
        found = [one for one in known if what == one.id] or [one for one in known if _is(what, one)]
        if found:
            for request in found:
                yield subject_of(request, catalogue, arguments)
        elif "@" in what:
            yield _of_address(what, catalogue, arguments, wish)
        else:
            _no_account(what, known, path)


def _requests(path: str, catalogue: Catalogue, arguments: argparse.Namespace) -> list[Request]:
    """Return the accounts of the accounts file; without one there are none, unless one is named."""
    from mailgen.accounts.requests import requests

    if arguments.accounts is None and not os.path.lexists(path):
        return []
    return requests(as_here(reader.load_accounts(path, catalogue.target_names()), catalogue))


def as_here(data: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Return an accounts file as `apply` reads it: judged by the programs of this machine."""
    from mailgen.cli.installed import programs_of, with_versions

    return with_versions(data, programs_of(data, catalogue).found)


def _is(what: str, request: Request) -> bool:
    if "@" not in what:
        return False
    try:
        return str(parse_address(what)) == str(request.address)
    except MailgenError:
        return False


def _no_account(what: str, known: list[Request], path: str) -> None:
    from mailgen.cli.account_ids import require

    if not known:
        raise UsageError(
            Text("there is no account {id}", id=shown(what)),
            path,
            "give a mail address, or add the account with 'mailgen accounts add'",
        )
    require(what, {one.id: one for one in known}, path)


def subject_of(request: Request, catalogue: Catalogue, arguments: argparse.Namespace) -> Subject:
    """Return an account of the accounts file as all its clients use it."""
    from mailgen.accounts.planner import Planner
    from mailgen.accounts.requests import wish_for

    wanted = request.data.get("protocol", "imap")
    only_sends = wanted == NO_INCOMING
    target = any_client("imap" if only_sends else wanted)
    wish = wish_for(replace_options(request), target)
    try:
        made = [(one.account, one.provider) for one in Planner(catalogue).alone(request)]
    except MailgenError:  # a client that cannot: what its servers say is of use all the same
        named = request.data.get("provider")
        provider = find_provider(
            catalogue, request.address, wish, named, ["smtp"] if only_sends else ["imap", "smtp"]
        )
        found = resolved(catalogue, request.address, provider, target, wish)
        made = [(found.account, found.provider)]
    accounts = [account for account, _ in made]
    return _subject(request.id, accounts, made[0][1], wish, arguments)


def replace_options(request: Request) -> Request:
    """Return a request without what only its clients understand."""
    data = {key: value for key, value in request.data.items() if key not in ("options", "extra")}
    return replace(request, data=data)


def _of_address(what: str, catalogue: Catalogue, arguments: argparse.Namespace, wish: Wish) -> Subject:
    address = parse_address(what)
    from mailgen.cli.wish import named_provider

    named = named_provider(arguments, catalogue)
    provider = find_provider(catalogue, address, wish, named, ["imap", "smtp"])
    error: MailgenError | None = None
    for incoming in (wish.protocol,) if wish.protocol else INCOMING:
        try:
            found = resolved(catalogue, address, provider, any_client(incoming), wish)
        except MailgenError as refusal:
            error = error or refusal
        else:
            return _subject(str(address), [found.account], found.provider, wish, arguments)
    assert error is not None
    raise error


def _subject(
    name: str,
    accounts: list[Account],
    provider: Provider,
    wish: Wish,
    arguments: argparse.Namespace,
) -> Subject:
    first = accounts[0]
    servers = list(_servers(accounts))
    if arguments.all_endpoints:
        servers = [
            Server(endpoint, first.address, "password")
            for protocol in PROTOCOLS
            for endpoint in provider.endpoints.get(protocol, ())
            if "{" not in endpoint.host and endpoint.tls != "none"
        ]
    servers = [one for one in servers if one.protocol in arguments.only]
    senders = dict.fromkeys((first.address, *(one.address for one in first.identities)))
    own = {used: one for used, one in wish.credentials.items() if any(s.protocol == used for s in servers)}
    keys = {
        used: key_for(one, name, first.address, [s for s in servers if s.protocol == used], arguments)
        for used, one in own.items()
    }
    sharing = [one for one in servers if one.protocol not in own]
    key = key_for(wish.credential, name, first.address, sharing, arguments) if sharing else Key()
    folders = {box.role: box.folder.name for account in accounts for box in account.folders.known}
    return Subject(name, first.address, tuple(servers), key, provider, tuple(senders), folders, keys)


def _servers(accounts: list[Account]) -> Iterator[Server]:
    """Yield what all clients of an account use, each server once and those for mail that comes in first."""
    seen = set()
    both = [one.incoming for one in accounts] + [one.smtp for one in accounts]
    for server in both:
        if server is None:
            continue
        form = (server.protocol, server.host, server.port, server.tls, server.username)
        if form not in seen:
            seen.add(form)
            yield server


def key_for(
    credential: Credential,
    name: str,
    address: str,
    servers: list[Server],
    arguments: argparse.Namespace,
) -> Key:
    """Return what the clients of an account log in with; raises MailgenError if it does not come out."""
    kind = "token" if any(one.auth != "password" for one in servers) else "password"
    if arguments.no_login:
        return Key(kind)
    if arguments.from_stdin:
        # A password, unless the account says otherwise: none goes where tokens are wanted.
        given = "token" if credential.kind == "token" else "password"
        return Key(given, prompts.secret_from(sys.stdin))
    if credential.command is not None:
        kind = "token" if credential.kind == "token" else "password"
        argv = credential.command.argv
        if not credential.is_own_token:
            return Key(kind, _printed(argv, name))
        again = partial(_renewed, argv)
        return _own_token(address, lambda: Key(kind, _printed(argv, name), renewed=again))
    if credential.secret is not None:
        return Key("password", credential.secret)
    if credential.kind == "oauth2" or kind == "token":
        none = Key("password" if credential.kind != "oauth2" else "token", why=_SIGNS_IN)
        again = partial(_signed_in_anew, address)
        return _own_token(
            address, lambda: Key("token", found, renewed=again) if (found := _signed_in(address)) else none
        )
    if credential.kind == "netrc" and (found := _in_netrc(servers)):
        return Key("password", found)
    return Key("password", _asked(address, arguments.lang))


def _own_token(address: str, made: Callable[[], Key]) -> Key:
    """Return what `made` gives; where that fails as the login is over, a key that says so."""
    from mailgen.oauth2 import fresh

    try:
        return made()
    except MailgenError as error:
        ended: MailgenError | None = error if isinstance(error, fresh.LoginEnded) else _over(address)
        if ended is None:
            raise
        return Key("token", why=ended.what, ended=ended.mend)


def _over(address: str) -> MailgenError | None:
    """Return what is said of a login that is over, or was never made; None if it is not that."""
    from mailgen.oauth2 import fresh

    try:
        fresh.token(parse_address(address), False, lambda lost: None)
    except fresh.LoginEnded as ended:
        return ended
    except MailgenError:
        pass
    return None


def _signed_in(address: str, new: bool = False) -> Secret | None:
    """Return a token of the login that mailgen keeps for an address; None if nobody has signed in.

    With `new` it is fetched now, even if one is kept that should still be good.
    """
    from mailgen.oauth2 import fresh, logins

    if logins.remembered(address) is None:
        return None
    return fresh.token(
        parse_address(address), new, lambda lost: warn("warning", lost.what, lost.where, lost.mend)
    )


def _signed_in_anew(address: str) -> Secret | None:
    """Return a token that is fetched now; None if that cannot be, and the refusal of the kept one stands."""
    try:
        return _signed_in(address, new=True)
    except MailgenError:
        return None


def _printed(argv: tuple[str, ...], name: str) -> Secret:
    from mailgen.credentials import keeping

    secret, wrong = keeping.came_out(argv)
    if secret is None:
        raise MailgenError(
            Text("the secret of {id} does not come out: {wrong}", id=name, wrong=wrong),
            argv[0],
            "run the command by hand",
        )
    return secret


def _renewed(argv: tuple[str, ...]) -> Secret | None:
    """Return a token that mailgen fetches now, past the one that it keeps; None if it cannot."""
    from mailgen.credentials import keeping

    try:
        return keeping.came_out((*argv, "--fresh"))[0]
    except MailgenError:
        return None


def _asked(address: str, lang: str | None) -> Secret:
    if not prompts.welcome():
        raise UsageError(
            "nobody is there to type the secret",
            "standard input",
            "use a terminal, or --from-stdin; or test the servers only, with --no-login",
        )
    return prompts.secret_typed(_ASKED[language(lang)].format(address=address))


def _in_netrc(servers: list[Server]) -> Secret | None:
    """Return the secret that ~/.netrc has for one of the servers."""
    import netrc

    from mailgen.model.tokens import Secret

    path = os.path.expanduser("~/.netrc")
    try:
        entries = netrc.netrc(path)
    except (OSError, netrc.NetrcParseError) as error:
        why = error.strerror if isinstance(error, OSError) else "it cannot be read"
        raise MailgenError(
            Text("~/.netrc cannot be used: {why}", why=why), path, "mend it, or use --from-stdin"
        ) from None
    for server in servers:
        found = entries.authenticators(server.host)
        if found and found[2] and found[0] in ("", server.username):
            return Secret(found[2])
    return None


def only_protocols(text: str) -> tuple[str, ...]:
    """Read `imap,smtp`; raises UsageError for another word."""
    words = tuple(word.strip() for word in text.split(","))
    for word in words:
        if word not in PROTOCOLS:
            raise UsageError(
                Text("{word} is no protocol", word=shown(word)),
                "--only",
                Text("the protocols are {names}", names=Listed(", ", PROTOCOLS)),
            )
    return words
