"""Finding what a request names in the catalogue, and what to say when it is not there."""

from __future__ import annotations

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Option, OwnWord, Text
from mailgen.core.values import replace
from mailgen.model.provider import Address
from mailgen.model.vocabulary import NO_INCOMING
from mailgen.resolve.address import normalise_domain, parse_address, shown
from mailgen.resolve.choose import resolve
from mailgen.resolve.compat import ANOTHER_CLIENT, judge
from mailgen.resolve.wish import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Provider
    from mailgen.model.records import Record
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Resolution, Wish

    T = TypeVar("T")


def needed_protocols(target: Target, wish: Wish) -> list[str]:
    """Return the protocols of the servers that somebody without a known provider has to name."""
    if target.uses_maildir or target.hands_over:
        from mailgen.resolve.local import beside_others

        target = beside_others(target, wish)
    incoming = target.incoming and wish.protocol != NO_INCOMING
    if not incoming and not target.outgoing:
        return []
    first = next(iter(target.protocols)) if incoming else "smtp"
    return [first, *(["smtp"] if incoming and target.outgoing else [])]


def find_provider(
    catalogue: Catalogue, address: Address, wish: Wish, named: str | None, needed: Sequence[str]
) -> Provider | None:
    """Return the provider of an address: the one `named`, else the one that lists exactly its domain.

    Returns None if nobody lists the domain and the wish names servers of its own, or none is needed: `needed`
    are the protocols to advise otherwise. Raises MailgenError in that case, with a suggestion that is never
    taken by itself.
    """
    if named is not None:
        if not named:
            raise UsageError(
                Text("no provider is named"), Option("provider"), Text("'mailgen providers' lists them all")
            )
        where = Option("provider", shown(named))
        found = _meant(catalogue, named, where, catalogue.provider_for, catalogue.provider)
        if found is None:
            near = nearest_names(catalogue, named)
            raise UsageError(
                Text("no provider is called {name}", name=shown(named)),
                Option("provider"),
                _did_you_mean(near) if near else Text("'mailgen providers' lists them all"),
            )
        return found
    found = catalogue.provider_for(address.domain)
    if found is not None:
        return found
    if any(wish.servers.values()) or not needed:
        return None
    hosts = Listed(" and ", [Option(f"{protocol}.host") for protocol in needed])
    ways = Text(
        "name the provider that hosts it with {provider}, or its servers with {hosts}, "
        "or see what 'mailgen discover {domain}' finds",
        hosts=hosts,
        domain=address.domain,
        provider=Option("provider", "ID"),
    )
    raise unknown_domain(catalogue, address, ways, Text("the address {address}", address=shown(str(address))))


def _meant(
    catalogue: Catalogue,
    name: str,
    where: str,
    serving: Callable[[str], T | None],
    with_id: Callable[[str], T | None],
) -> T | None:
    """Return what answers for the domain `name`, else for the provider with this id, or with this short one.

    An id is the first domain, but a file of the user's own may have taken this domain over. A short id is
    what stands before the first dot, where only one provider's begins so.
    """
    found = serving(normalise_domain(name, where)[0])
    found = with_id(name) if found is None else found
    if found is None and "." not in name:
        short = _beginning(catalogue, name)
        found = with_id(short[0]) if len(short) == 1 else None
    return found


def _beginning(catalogue: Catalogue, name: str) -> list[str]:
    """Return the ids of providers that are `name` up to their first dot."""
    start = f"{name.lower()}."
    domains = [domain for domain in catalogue.domains() if domain.startswith(start)]
    return [domain for domain in domains if catalogue.record(domain) is not None]


def nearest_names(catalogue: Catalogue, name: str) -> list[str]:
    """Return up to three ids of providers that `name` may have meant, with or without what follows a dot."""
    from mailgen.resolve.suggest import nearest

    name = name.lower()
    if "." in name:
        return nearest(name, catalogue.domains())
    found = _beginning(catalogue, name)
    if not found:
        heads = {id.partition(".")[0]: id for id, _record in catalogue.records()}
        found = [heads[head] for head in nearest(name, heads)]
    return found[:3]


def _did_you_mean(names: Sequence[str]) -> Text:
    return Text("did you mean {names}?", names=Listed(" or ", [OwnWord(name) for name in names]))


def hosting_provider(catalogue: Catalogue, domain: str) -> str:
    """Return the id of the provider that serves exactly `domain`; raises MailgenError if nobody does."""
    where = Option("hosted_by", shown(domain))
    address = Address("you", *normalise_domain(domain, where))
    found = catalogue.provider_for(address.domain)
    if found is None:
        ways = Text("name the provider with {provider}", provider=Option("provider", "ID"))
        raise unknown_domain(catalogue, address, ways, where)
    return found.id


def unknown_domain(catalogue: Catalogue, address: Address, ways: str, where: str) -> MailgenError:
    """Return the refusal for a domain that nobody lists, with a suggestion where one is near.

    `ways` says what else can be done, `where` what held the domain.
    """
    from mailgen.resolve.suggest import nearest

    shown_domain = address.unicode_domain
    if address.domain != shown_domain:
        shown_domain = f"{shown_domain} ({address.domain})"
    near = nearest(address.domain, catalogue.domains())
    if near:
        ways = Text(
            "did you mean {names}? If not, {ways}",
            names=Listed(" or ", [OwnWord(name) for name in near]),
            ways=ways,
        )
    return MailgenError(
        Text("no provider is known for the domain '{domain}'", domain=shown_domain), where, ways
    )


#: Kinds that take nobody's place: they set up others, are modules for programs of one's own, or work beside
#: who reads or fetches mail.
_BESIDE = ("provision", "app", "filter", "notify")


def alternatives(catalogue: Catalogue, provider: Provider, protocol: str, without: Target) -> list[str]:
    """Return the other programs that can use `protocol` of `provider`, with the version it takes.

    Whoever sets up a program of his own is sent to none whose files are root's.
    """
    able: list[str] = []
    for target in catalogue.targets():
        name = target.name
        if name == without.name or protocol not in target.protocols or target.kind in _BESIDE:
            continue
        if target.scope == "system" and without.scope != "system":
            continue
        newer = [support.since for support in target.quirks.values() if support.since]
        for version in (target.version, *newer):
            if judge(provider, target, version, protocol).state != "refused":
                able.append(
                    name
                    if version == target.version
                    else Text("{name} from version {version}", name=name, version=version)
                )
                break
    return able


def resolved(
    catalogue: Catalogue, address: Address, provider: Provider | None, target: Target, wish: Wish
) -> Resolution:
    """Return what `resolve` does, its findings naming the clients that could do what this one cannot.

    Raises as `resolve` does; a Refusal names them too.
    """
    try:
        found = resolve(address, provider, target, wish)
    except Refusal as refusal:
        able = alternatives(catalogue, refusal.provider, refusal.protocol, target)
        mend = _named(refusal.mend, able)
        raise Refusal(refusal.what, refusal.where, mend, refusal.provider, refusal.protocol) from None
    if all(finding.passed_over is None for finding in found.findings):
        return found
    return replace(
        found,
        findings=tuple(
            finding
            if finding.passed_over is None
            else replace(
                finding,
                mend=_named(
                    finding.mend, alternatives(catalogue, found.provider, finding.passed_over, target)
                ),
            )
            for finding in found.findings
        ),
    )


def _named(mend: str, able: list[str]) -> str:
    """Name the other clients in a mend that speaks of them."""
    if isinstance(mend, Listed):
        return Listed(mend.joint, [_named(part, able) for part in mend.parts])
    return Text("use {clients}", clients=Listed(" or ", able)) if able and mend == ANOTHER_CLIENT else mend


def provider_record(catalogue: Catalogue, what: str) -> tuple[str, Record]:
    """Return id and record of the provider that `what` means: an id, a domain or an address.

    Raises MailgenError for a domain that nobody serves, UsageError for what is neither.
    """

    def with_id(id: str) -> tuple[str, Record] | None:
        record = catalogue.record(id)
        return None if record is None else (id, record)

    if "@" in what:
        address = parse_address(what)
    else:
        where = Text("the domain {domain}", domain=shown(what))
        hit = _meant(catalogue, what, where, catalogue.record_for, with_id)
        if hit is not None:
            return hit
        if "." not in what and (near := nearest_names(catalogue, what)):
            raise UsageError(
                Text("no provider is called {name}", name=shown(what)), shown(what), _did_you_mean(near)
            )
        address = Address("you", *normalise_domain(what, where))
    hit = catalogue.record_for(address.domain)
    if hit is None:
        raise unknown_domain(catalogue, address, Text("see 'mailgen providers'"), shown(what))
    return hit
