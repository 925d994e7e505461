"""Discovery as people follow it: every step is told, and nothing is used before its hosts were seen."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from mailgen.cli import terminal
from mailgen.cli.prompts import agreed, welcome
from mailgen.cli.provider_sheet import TLS
from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.discovery.search import hosts, search
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.discovery import Attempt, Discovered
    from mailgen.model.provider import Address, Provider
    from mailgen.model.records import Record

#: What a method is, for people.
METHODS = {
    "pacc": "the provider's own document (PACC), as its digest in DNS says",
    "autoconfig": "the provider's own autoconfig file",
    "database": "the central autoconfig database of Thunderbird",
    "srv": "SRV records in DNS (RFC 6186)",
    "mx": "a guess, by the host that takes the domain's mail (MX)",
}


def discover(
    domain: str, unicode_domain: str, catalogue: Catalogue
) -> tuple[Discovered | None, list[Attempt]]:
    """Ask for the mail servers of a domain, and tell each step on stderr as it is done."""
    name = domain if domain == unicode_domain else f"{unicode_domain} ({domain})"
    terminal.say(Text("asking for the mail servers of {name}; nothing but the domain is told", name=name))
    steps: list[Attempt] = []

    def tell(step: Attempt) -> None:
        steps.append(step)
        terminal.listed(step.method, step.asked, step.outcome)

    return asyncio.run(search(domain, unicode_domain, catalogue, tell)), steps


def nothing_found(unicode_domain: str, steps: list[Attempt]) -> MailgenError:
    """Return the refusal for a domain of which nothing came."""
    by_method: dict[str, list[str]] = {}
    for step in steps:
        by_method.setdefault(step.method, []).append(step.outcome)
    told = Listed(
        "; ",
        [
            Text("{method}: {what}", method=method, what=Listed(", ", list(dict.fromkeys(said))))
            for method, said in by_method.items()
        ],
    )
    return MailgenError(
        Text("no mail servers could be discovered for '{unicode_domain}'", unicode_domain=unicode_domain),
        told,
        "ask the provider for them and name them with --imap-host and --smtp-host, "
        "or name the provider with --provider ID",
    )


def tell_hosts(found: Discovered, domain: str) -> None:
    """Print to stderr the hosts that a login would go to, and whose they are."""
    terminal.say(how_found(found))
    for protocol in PROTOCOLS:
        for item in found.draft.record["services"].get(protocol, ()):
            terminal.advise(Text("{protocol}  {server}", protocol=f"{protocol:4}", server=_server(item)))
    for what in foreign_shown(found, domain):
        terminal.warn(
            "warning",
            what,
            METHODS[found.method],
            "go on only if you know that this is who hosts your mail",
        )
    if elsewhere := delivery_shown(found, domain):
        mend = Text("ask who runs the domain; a service that filters mail may stand before the servers")
        if found.delivery and found.delivery.provider:
            mend = Text(
                "if that is who hosts your mail: {provider}",
                provider=Option("provider", found.delivery.provider),
            )
        terminal.warn(Text("warning"), elsewhere, Text("where its mail goes (MX)"), mend)
    if found.known:
        terminal.say(known_shown(found))


def known_shown(found: Discovered) -> Text:
    """Return a sentence that mailgen knows the servers as those of a provider."""
    return Text(
        "these are servers of {provider}, which mailgen knows; {option} has what it knows of them",
        provider=Listed(" or ", found.known[:3]),
        option=Option("provider", found.known[0]),
    )


def delivery_shown(found: Discovered, domain: str) -> Text | None:
    """Return a sentence that mail of the domain goes to others than the servers' owners; None if not."""
    delivery = found.delivery
    if delivery is None or delivery.agrees is not False:
        return None
    hosts = Listed(", ", [owner_shown(host) for host in delivery.hosts[:3]])
    if delivery.provider:
        return Text(
            "mail of {domain} is delivered to {hosts}, as with {provider}, which has none of these servers",
            domain=domain,
            hosts=hosts,
            provider=delivery.provider,
        )
    return Text(
        "mail of {domain} is delivered to {hosts}, whose owner has none of these servers",
        domain=domain,
        hosts=hosts,
    )


def how_found(found: Discovered) -> Text:
    """Return by which method servers were found, and what that is."""
    return Text("found by {method}: {what}", method=found.method, what=METHODS[found.method])


def foreign_shown(found: Discovered, domain: str) -> list[str]:
    """Return a sentence for each other owner than the domain's, with the hosts that are theirs."""
    by_owner: dict[str, list[str]] = {}
    for host, owner in found.foreign:
        by_owner.setdefault(owner, []).append(host)
    one, several = "{names} belongs to {owner}, not to {domain}", "{names} belong to {owner}, not to {domain}"
    return [
        Text(
            several if names[1:] else one, names=Listed(", ", names), owner=owner_shown(owner), domain=domain
        )
        for owner, names in by_owner.items()
    ]


def owner_shown(owner: str) -> str:
    """Return a registrable domain as it is, and as people read it if that is not the same."""
    if "xn--" not in owner:
        return owner
    from mailgen.resolve.address import normalise_domain

    try:
        return f"{owner} ({normalise_domain(owner, '')[1]})"
    except MailgenError:
        return owner


def approve(found: Discovered, domain: str, yes: bool, question: str) -> None:
    """Return if the user agrees to the hosts, which were shown; raises MailgenError if not."""
    if yes:
        return
    if not welcome():
        raise MailgenError(
            "nobody is here to agree to these servers",
            ", ".join(dict.fromkeys(hosts(found.draft.record, domain))),
            "look at the host names; if they are right, add --yes",
        )
    if not agreed(question):
        raise MailgenError(
            "you did not agree, so nothing was made",
            "your answer",
            "name the servers with --imap-host and --smtp-host, or the provider with --provider ID",
        )


def provider_for(address: Address, catalogue: Catalogue, yes: bool) -> Provider | None:
    """Return the provider that was discovered for an address and agreed to; None if it is listed anyway.

    Raises MailgenError if nothing was found, or the user does not agree.
    """
    if hit := catalogue.provider_for(address.domain):
        what = "{domain} is served by {id}, so nobody was asked"
        terminal.say(Text(what, domain=address.unicode_domain, id=hit.id))
        return None
    found, steps = discover(address.domain, address.unicode_domain, catalogue)
    if found is None:
        raise nothing_found(address.unicode_domain, steps)
    tell_hosts(found, address.domain)
    approve(found, address.domain, yes, Text("use these servers?"))
    return found.draft.provider


def differences(found: Record, ours: Record) -> list[str]:
    """Return a sentence for each mail server that only one of two records has."""
    there, here = _servers(found), _servers(ours)
    return [
        *(
            Text("{server} was found, and mailgen's own data do not have it", server=one)
            for one in there
            if one not in here
        ),
        *(
            Text("{server} is in mailgen's own data, and was not found", server=one)
            for one in here
            if one not in there
        ),
    ]


def _servers(record: Record) -> list[Text]:
    return [
        Text("{protocol} {server}", protocol=protocol, server=_server(item))
        for protocol in PROTOCOLS
        for item in record["services"].get(protocol, ())
    ]


def _server(item: Mapping[str, Any]) -> Text:
    return Text(
        "{host}:{port} ({tls})", host=item["host"], port=item["port"], tls=Translated(TLS[item["tls"]])
    )


def discovery_data(found: Discovered | None, steps: list[Attempt], domain: str) -> dict[str, Any]:
    """Return all that came of a search as plain data, for --json."""
    data: dict[str, Any] = {"domain": domain, "steps": [asdict(step) for step in steps], "found": None}
    if found:
        data["found"] = {
            "method": found.method,
            "guess": found.guess,
            "provider": found.provider,
            "known": list(found.known),
            "delivery": asdict(found.delivery) if found.delivery else None,
            "foreign": [{"host": host, "owner": owner} for host, owner in found.foreign],
            "left_out": [asdict(loss) for loss in found.draft.losses],
            "id": found.draft.id,
            "record": found.draft.record,
        }
    return data
