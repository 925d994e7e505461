"""Whose login is meant, on the command line: an address, or an account of the accounts file."""

from __future__ import annotations

import os

from mailgen.accounts import reader
from mailgen.cli.account_ids import require
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import EMPTY, dataclass
from mailgen.credentials.stores import kind_of
from mailgen.formats.quoting import shell_word
from mailgen.model.vocabulary import INCOMING
from mailgen.resolve.address import parse_address
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Address, Provider
    from mailgen.oauth2.clients import Client
    from mailgen.oauth2.issuers import Issuer


@dataclass(frozen=True, slots=True)
class Meant:
    """Whose login it is: the address, and what the accounts file says of where it is kept and who uses it."""

    address: Address
    named: str | None = None
    credential: Mapping[str, str] = EMPTY
    targets: tuple[str, ...] = ()

    def provider(self, catalogue: Catalogue, named: str | None = None) -> Provider:
        """Return who hosts the address; raises MailgenError if nobody is known to."""
        from mailgen.catalog.lookup import find_provider

        found = find_provider(catalogue, self.address, Wish(), named or self.named, (INCOMING[0], "smtp"))
        assert found is not None  # no servers are wished
        return found


def whose_login(what: str, arguments: argparse.Namespace, catalogue: Catalogue) -> Meant:
    """Return whose login `what` means: an address, or an id of the accounts file.

    An address of the accounts file is known by what stands there. Raises MailgenError if it is neither.
    """
    path = reader.chosen_path(arguments.accounts)
    if "@" not in what:
        data = reader.load_accounts(path, catalogue.target_names())
        require(what, data["accounts"], path)
        return _of(next(one for one in _requests(data) if one.id == what))
    address = parse_address(what)
    if arguments.accounts is None and not os.path.exists(path):
        return Meant(address)
    data = reader.load_accounts(path, catalogue.target_names())
    same = [one for one in _requests(data) if str(one.address) == str(address)]
    return _of(same[0]) if same else Meant(address)


def plainly(what: str, accounts: str | None) -> Address:
    """Return the address that is meant, without the catalogue: for programs that only want a token."""
    if "@" in what:
        return parse_address(what)
    path = reader.chosen_path(accounts)
    data = reader.read_accounts(path)
    known = data.get("accounts") if isinstance(data, dict) else None
    require(what, known if isinstance(known, dict) else {}, path)
    account = data["accounts"][what]
    address = account.get("address") if isinstance(account, dict) else None
    if not isinstance(address, str):
        raise MailgenError(
            "this account has no address", path, "mend the accounts file: 'mailgen accounts list'"
        )
    return parse_address(address)


def client_for(provider: Provider, address: str, tenant: str = "", name: str = "") -> tuple[Issuer, Client]:
    """Return where an address signs in, and with which client: the one called `name`, else the one that fits.

    Where the issuer takes any program it is one without an id, to be registered when somebody signs in.
    Raises MailgenError if nothing is known of its issuer, no client is registered, or the registry is broken.
    """
    from mailgen.oauth2 import clients
    from mailgen.oauth2.issuers import issuer_of

    issuer = issuer_of(provider, [protocol for protocol, known in provider.endpoints.items() if known])
    tenants = [tenant or address.rpartition("@")[2]]
    client = clients.chosen(clients.registered(), issuer, tenants, name)
    if client is None and issuer.registers:
        client = clients.Client(clients.UNREGISTERED, issuer.name, "")
    if client is None:
        raise clients.missing(issuer)
    return issuer, client


def advise_login(provider: Provider, address: str, lang: str, id: str = "") -> None:
    """Print that somebody has to sign in once, and how; and what is missing for it, which stops nobody.

    Where somebody has signed in already nothing is said.
    """
    from mailgen.cli.terminal import copy_line, say, warn
    from mailgen.oauth2.logins import is_remembered

    if is_remembered(address):
        return
    try:
        client_for(provider, address)
    except MailgenError as error:
        warn("warning", error.what, error.where, error.mend, lang=lang)
    say(Text("mail programs get tokens from mailgen; sign in once, before the first login:"), lang=lang)
    copy_line(f"mailgen login {id or shell_word(address)}")


def _requests(data: Mapping[str, object]) -> list[Request]:
    from mailgen.accounts.requests import requests

    return requests(data)


def _of(request: Request) -> Meant:
    kind, given = kind_of(request.data)
    kept = given if kind == "mailgen" else EMPTY
    return Meant(request.address, request.data.get("provider"), kept, request.targets)
