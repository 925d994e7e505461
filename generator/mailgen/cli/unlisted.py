"""An address whose domain nobody lists: a slip of the finger, or one whose servers may be asked for."""

from __future__ import annotations

from mailgen.catalog.lookup import find_provider
from mailgen.cli.prompts import agreed
from mailgen.core.text import Text
from mailgen.core.values import dataclass, replace
from mailgen.model.vocabulary import INCOMING, PROTOCOLS
from mailgen.resolve.address import parse_address
from mailgen.resolve.suggest import nearest
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.discovery import Discovered
    from mailgen.model.provider import Address, Provider


@dataclass(frozen=True, slots=True)
class Served:
    """An address, and who serves it.

    `provider` is the id to name in the account, if its domain does not tell; `catalogue` knows what was
    discovered, whose provider file is to be written to `path`, with this `text`.
    """

    address: Address
    catalogue: Catalogue
    provider: str | None = None
    path: str = ""
    text: str = ""

    @property
    def written(self) -> str:
        """The address as people read it, for the accounts file."""
        return f"{self.address.local}@{self.address.unicode_domain}"

    def provider_named(self, id: str | None = None) -> Provider | None:
        """Return the provider: the one called `id` or serving that domain, else the one of the address."""
        found = self.catalogue.provider_for(id) or self.catalogue.provider(id) if id else None
        return found or self.catalogue.provider_for(self.address.domain)

    def takes_tokens_only(self, id: str | None = None) -> bool:
        """Say whether its provider lets mail programs in with OAuth2 and with nothing else."""
        found = self.provider_named(id)
        return found is not None and any(
            one.kind == "oauth2-only" for one in found.asked_for((*INCOMING[:1], "smtp"))
        )


def served(
    address: Address,
    arguments: argparse.Namespace,
    catalogue: Catalogue,
    asking: bool,
    defaults: Mapping[str, Any],
) -> Served:
    """Return who serves an address; a person is asked for the nearest domain, and whether to go online.

    Nothing is written. Raises MailgenError if nobody is known to serve it, or that is not agreed to.
    """
    here = Served(address, catalogue)
    own = any(getattr(arguments, f"{protocol}_host") for protocol in PROTOCOLS)
    own = own or any(protocol in defaults for protocol in PROTOCOLS)
    if own or any((arguments.provider, arguments.hosted_by, defaults.get("provider"))):
        return here
    if catalogue.record_for(address.domain) is not None:
        return here
    if asking and (meant := _meant(address, catalogue)):
        return replace(here, address=meant)
    name = address.unicode_domain
    offer = Text(
        "nobody lists {domain}; ask the Internet for its servers? Only the domain is told", domain=name
    )
    if not (arguments.discover or (asking and agreed(offer, usually=True))):
        find_provider(catalogue, address, Wish(), None, (INCOMING[0], "smtp"))  # says what else can be done
    return _discovered(here, arguments.yes)


def _meant(address: Address, catalogue: Catalogue) -> Address | None:
    """Return the address with a domain that is known and near, if that is meant."""
    known = (domain for domain in catalogue.domains() if not domain.startswith("*"))
    for domain in nearest(address.domain, known)[:1]:
        meant = parse_address(f"{address.local}@{domain}")
        if agreed(Text("did you mean {address}?", address=meant), usually=True):
            return meant
    return None


def _discovered(here: Served, yes: bool) -> Served:
    from mailgen.catalog.overlay import supposed
    from mailgen.cli import discovery_dialogue as dialogue
    from mailgen.cli.discovery_keeping import file_of, place_of

    domain, name = here.address.domain, here.address.unicode_domain
    found, steps = dialogue.discover(domain, name, here.catalogue)
    if found is None:
        raise dialogue.nothing_found(name, steps)
    _agree(found, domain, yes)
    if found.provider:
        return replace(here, provider=found.provider)
    path, (text, record) = str(place_of(found)), file_of(found)
    return replace(here, catalogue=supposed(here.catalogue, path, record), path=path, text=text)


def _agree(found: Discovered, domain: str, yes: bool) -> None:
    from mailgen.cli import discovery_dialogue as dialogue

    dialogue.tell_hosts(found, domain)
    dialogue.approve(found, domain, yes, Text("use these servers?"))
