"""The order in which a domain is asked, and what is made of the first answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailgen.catalog.index import CatalogueShelf
from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Option, Text
from mailgen.dataset.suffixes import is_public_suffix, registrable
from mailgen.discovery import DEFAULT, Attempt, Delivery, Discovered, Limits, Nothing, methods
from mailgen.discovery.asker import Asker
from mailgen.discovery.names import Names
from mailgen.discovery.trust import trust
from mailgen.drafts import Draft, DraftLoss
from mailgen.model.vocabulary import PROTOCOLS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Iterator

    from mailgen.catalog.reader import Catalogue
    from mailgen.discovery.asker import Answer
    from mailgen.model.records import Record

#: Names that are never looked up in public DNS (RFC 6761, 6762, 7686, 8375, 9476; ICANN of .internal).
NOT_PUBLIC = ("alt", "home.arpa", "internal", "invalid", "local", "localhost", "onion")
#: So many MX hosts are compared with what we know.
MOST_EXCHANGES = 10
GUESSED = {
    "en": "Guessed from the host that takes the domain's mail (MX): ask who runs it whether this is right.",
    "zh": "根据接收该域名邮件的主机（MX）推测：请向其管理者确认。",
}


async def _database(asker: Asker, domain: str) -> Draft | None:
    return await methods.database(asker, domain, domain)


#: Who may speak of the domain, in order: who has most right to comes first.
_ASKED: tuple[tuple[str, Callable[[Asker, str], Awaitable[Draft | None]]], ...] = (
    ("pacc", methods.pacc),
    ("autoconfig", methods.autoconfig),
    ("database", _database),
    ("srv", methods.srv),
)


async def search(
    domain: str,
    unicode_domain: str,
    catalogue: Catalogue,
    tell: Callable[[Attempt], None],
    limits: Limits = DEFAULT,
    names: Names | None = None,
    trusted: ssl.SSLContext | None = None,
) -> Discovered | None:
    """Ask for the mail servers of `domain` (A-labels), and return the first settings that came.

    `tell` is called for everything that was tried. `names` and `trusted` are for tests. Raises
    MailgenError for a domain that public DNS does not have, and if this machine has no DNS server.
    """
    _refuse_private(domain)
    asker = Asker(names or Names(patience=limits.step), trusted or trust(), limits, tell)
    found: Discovered | None = None
    for method, ask in _ASKED:
        if draft := await ask(asker, domain):
            found = Discovered(draft, method)
            break
    exchange = await _exchange(asker, domain, catalogue)
    if found:
        found = _compared(found, exchange, domain, catalogue)
    elif exchange:
        found = await _by_exchange(asker, domain, exchange)
    if found is None:
        return None
    draft = _only_for(unicode_domain, found.draft)
    return replace(found, draft=draft, foreign=tuple(_foreign(draft.record, domain)))


def _refuse_private(domain: str) -> None:
    end = next((end for end in NOT_PUBLIC if f".{domain}".endswith(f".{end}")), None)
    if end or "." not in domain:
        what = Text("names that end in .{end} are", end=end) if end else "a name without a dot is"
        raise MailgenError(
            Text("{what} not in public DNS, so nobody is asked", what=what),
            domain,
            Text("name the servers: {imap}, {smtp}", imap=Option("imap.host"), smtp=Option("smtp.host")),
        )


async def _exchange(
    asker: Asker, domain: str, catalogue: Catalogue
) -> tuple[list[str], tuple[str, Record] | None] | None:
    """Ask for the hosts that take the domain's mail, and whose of ours they are; None if none is told."""

    async def exchanges() -> Answer:
        hosts = await asker.names.exchanges(domain)
        if hosts == ["."]:
            raise Nothing("the domain takes no mail (RFC 7505)")
        known = _known(hosts[:MOST_EXCHANGES], catalogue)
        said: str = Listed(", ", hosts[:3])
        if hosts[3:]:
            said = Text("{path} and {number} more", path=said, number=len(hosts) - 3)
        if known:
            said = Text("{hosts}: as with {id}", hosts=said, id=known[0])
        return said, known is not None, (hosts, known)

    return await asker.tried("mx", f"MX {domain}", exchanges())  # type: ignore[no-any-return]


def _compared(
    found: Discovered,
    exchange: tuple[list[str], tuple[str, Record] | None] | None,
    domain: str,
    catalogue: Catalogue,
) -> Discovered:
    """Hold the hosts that a document names against our providers, and against where mail is delivered.

    Neither is proof: a service may filter mail before the provider has it, and a name of the domain's own may
    be that of another's server.
    """
    named = list(dict.fromkeys(_mail_hosts(found.draft.record)))
    shelf = CatalogueShelf(catalogue)
    owners = [{one.id: one for one in shelf.of_host(host) if one.status != "retired"} for host in named]
    known = [id for id in owners[0] if all(id in one for one in owners)] if owners else []
    delivery = None
    if exchange:
        hosts, at = exchange
        there = {registrable(host) for host in hosts}
        agrees: bool | None = bool({registrable(host) for host in named} & there)
        if not agrees and at:
            agrees = any(at[0] in one for one in owners)
        if not agrees and there == {registrable(domain)}:
            agrees = None
        delivery = Delivery(tuple(hosts[:MOST_EXCHANGES]), at[0] if at else None, agrees)
    return replace(found, known=tuple(known), delivery=delivery)


def _mail_hosts(record: Record) -> Iterator[str]:
    for protocol in PROTOCOLS:
        yield from (item["host"] for item in record["services"].get(protocol, ()))


async def _by_exchange(
    asker: Asker, domain: str, exchange: tuple[list[str], tuple[str, Record] | None]
) -> Discovered | None:
    """Guess by the hosts that take the domain's mail."""
    hosts, known = exchange
    host = hosts[0]
    if known:
        id, record = known
        return Discovered(Draft(id, _guessed(record), ()), "mx", guess=True, provider=id)
    owner = registrable(host)
    if is_public_suffix(owner) or owner == registrable(domain):
        return None
    draft = await methods.database(asker, owner, domain, "mx")
    return Discovered(replace(draft, record=_guessed(draft.record)), "mx", guess=True) if draft else None


def _known(hosts: list[str], catalogue: Catalogue) -> tuple[str, Record] | None:
    """Return the provider of ours whose `mx` is the end of a host, in whole labels: the longest end wins.

    Failing that, the one that serves the registrable domain of the most preferred host.
    """
    for host in hosts:
        ends = [
            (len(end), id, record)
            for id, record in catalogue.records()
            for end in record.get("mx", ())
            if record.get("status") != "retired" and (host == end or host.endswith(f".{end}"))
        ]
        if ends:
            _, id, record = max(ends, key=lambda one: one[0])
            return id, record
    hit = catalogue.record_for(registrable(hosts[0]))
    return hit if hit and hit[1].get("status") != "retired" else None


def _guessed(record: Record) -> Record:
    if record.get("status", "ok") != "ok":
        return record
    name = {"name": record["name"], "status": "unverified", "note": GUESSED}
    return {**name, **{key: value for key, value in record.items() if key not in name}}


def _only_for(domain: str, draft: Draft) -> Draft:
    """Return a draft that serves the domain and nobody else, whatever the other side says."""
    others = [name for name in draft.record.get("domains", ()) if name != domain]
    losses = draft.losses
    if others:
        losses += (DraftLoss(Text("{number} other domains that it names", number=len(others)), draft.id),)
    own = {**draft.record, "domains": [domain]}
    first = [key for key in ("name", "status", "note", "domains") if key in own]
    rest = [key for key in own if key not in (*first, "mx", "file", "instead_of")]
    return Draft(domain, {key: own[key] for key in (*first, *rest)}, losses)


def _foreign(record: Record, domain: str) -> Iterator[tuple[str, str]]:
    """Yield each host that a login may go to and that is not the domain's own, with its owner."""
    own = registrable(domain)
    for host in dict.fromkeys(hosts(record, domain)):
        if registrable(host) != own:
            yield host, registrable(host)


def hosts(record: Record, domain: str) -> Iterator[str]:
    """Yield each host of a record that a login may go to; `domain` (A-labels) stands for {domain}."""
    urls = []
    for items in record["services"].values():
        yield from (item["host"] for item in items if "host" in item)
        urls += [item["url"] for item in items if "url" in item]
    oauth2 = record.get("oauth2", {})
    if oauth2:
        yield oauth2["issuer"]
    urls += [oauth2[key] for key in ("auth_url", "token_url") if key in oauth2]
    for url in urls:
        yield urlsplit(url.replace("{domain}", domain)).hostname or ""
