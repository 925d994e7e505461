"""The address of an account that was found: what the file says, else a guess that is told."""

from __future__ import annotations

import re

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.formats.statements import bare_address
from mailgen.importer.losses import Loss
from mailgen.lint.drift import address_of, owner_of
from mailgen.model.hosts import is_loopback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.catalog.index import CatalogueShelf
    from mailgen.formats.statements import FoundAccount


def addressed(found: FoundAccount, shelf: CatalogueShelf, path: str, losses: list[Loss]) -> FoundAccount:
    """Return the account with an address; one that the file does not tell is guessed, and said so."""
    from mailgen.core.values import replace

    if address_of(found) is not None:
        return found
    address = _guess(found, shelf)
    losses.append(
        Loss(
            path,
            (found.mark.line,),
            Text("the address"),
            Text("the file does not tell a whole one; {address} is a guess", address=address),
            Text("correct it in the accounts file"),
        )
    )
    return replace(found, address=address)


def _guess(found: FoundAccount, shelf: CatalogueShelf) -> str:
    server = found.incoming or found.smtp
    username = (server.username if server else "") or ""
    local = username if re.fullmatch(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*", username) else "user"
    owner = owner_of(server, shelf) if server else None
    domains = list(owner.domains) if owner else []
    if bare_address(username)[0]:
        domains = [bare_address(username)[0].rpartition("@")[2]]
        local = "user"
    for domain in domains:
        if local.endswith(f".{domain}"):
            return f"{local.removesuffix(f'.{domain}')}@{domain}"
    host = server.host.lower() if server else ""
    rest = host.partition(".")[2]
    if not domains and "." in rest and not re.fullmatch(r"[0-9.]+", host) and not is_loopback(host):
        domains = [rest]
    for domain in [*domains, "unknown.invalid"]:
        if (address := f"{local}@{domain}") and _is_address(address):
            return address
    return "user@unknown.invalid"


def _is_address(text: str) -> bool:
    from mailgen.resolve.address import parse_address

    try:
        parse_address(text)
    except MailgenError:
        return False
    return True
