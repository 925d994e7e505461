"""Where another set of mail settings disagrees with ours, the disagreements that most people meet first."""

from __future__ import annotations

import json

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass, replace
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.resolve.address import normalise_domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from mailgen.drafts import Draft
    from mailgen.model.records import Record

#: Kinds of conflict about endpoints that we know.
KNOWN = ("order", "old")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a set says of one protocol of some domains: its first endpoint.

    `login` is the form of the login name as in provider.schema.json, None if the set does not say.
    """

    set: str
    domains: tuple[str, ...]
    protocol: str
    host: str
    port: int
    tls: str
    login: str | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port} {self.tls}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One claim that ours does not bear out, for the domains that both have.

    `kind` is `host`, `port` (or TLS) or `login` where we know no such endpoint or form; `order` where we
    know it and choose another, `old` where we know that it was right once. `ours` is our first endpoint,
    or what we say of the login name. `sets` counts the sets that name the most widely named of the domains:
    a domain that many list has many users.
    """

    provider: str
    kind: str
    ours: str
    theirs: Claim
    domains: tuple[str, ...]
    sets: int


def claims_of_facts(lines: Iterable[str], name: str) -> Iterator[Claim]:
    """Read claims from JSON lines: {source, domains, incoming: [...], outgoing: [...]}, one entry a line.

    An endpoint is {proto, host, port, tls, username}. Raises MailgenError with `name` and the line.
    """
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            domains = tuple(domain for domain in map(_usual, entry["domains"]) if domain)
            first: dict[str, Mapping[str, Any]] = {}
            for endpoint in (*entry["incoming"], *entry["outgoing"]):
                first.setdefault(endpoint["proto"], endpoint)
            for protocol, endpoint in first.items():
                for domain in domains:
                    host = str(endpoint["host"]).lower().replace("{domain}", domain)
                    login = _LOGINS.get(str(endpoint.get("username")))
                    yield Claim(
                        entry["source"],
                        (domain,),
                        protocol,
                        host,
                        int(endpoint["port"]),
                        endpoint["tls"],
                        login,
                    )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise MailgenError(
                "this line is no entry of a set",
                f"{name}:{number}",
                "an entry is JSON with source, domains, incoming and outgoing",
            ) from None


_LOGINS = {"address": "address", "localpart": "localpart", "{localpart}.{domain}": "localpart.domain"}


def claims_of_records(records: Iterable[tuple[str, Record]], name: str) -> Iterator[Claim]:
    """Make claims of provider records in our own schema; `name` is what the set is called."""
    for _, record in records:
        for protocol in PROTOCOLS:
            for endpoint in record["services"].get(protocol, ())[:1]:
                yield Claim(
                    name,
                    tuple(record.get("domains", ())),
                    protocol,
                    endpoint["host"],
                    endpoint["port"],
                    endpoint["tls"],
                    endpoint.get("username", "address"),
                )


def claims_of_drafts(drafts: Iterable[Draft], name: str) -> Iterator[Claim]:
    """Make claims of drafts made from other people's files; a login name that nobody knows claims nothing."""
    for claim in claims_of_records(((draft.id, draft.record) for draft in drafts), name):
        yield claim if claim.login != "account-id" else replace(claim, login=None)


def _usual(domain: object) -> str | None:
    try:
        return normalise_domain(str(domain), "")[1]
    except MailgenError:
        return None  # a wildcard, or a host without a dot


def conflicts(records: Iterable[tuple[str, Record]], claims: Iterable[Claim]) -> list[Conflict]:
    """Compare claims with our records: what most people would meet first, the rest behind.

    The same claim of a set about several domains of a provider is one conflict.
    """
    owners: dict[str, tuple[str, Record]] = {}
    for id, record in records:
        owners.update(dict.fromkeys(record.get("domains", ()), (id, record)))
    named: dict[str, set[str]] = {}
    found: dict[tuple[object, ...], tuple[str, str, str, Claim, list[str]]] = {}
    for claim in claims:
        for domain in claim.domains:
            if domain not in owners:
                continue
            named.setdefault(domain, set()).add(claim.set)
            id, record = owners[domain]
            for kind, ours in _against(record, claim):
                key = (id, kind, claim.set, claim.protocol, claim.host, claim.port, claim.tls, claim.login)
                found.setdefault(key, (id, kind, ours, claim, []))[4].append(domain)
    made = [
        Conflict(id, kind, ours, claim, tuple(domains), max(len(named[domain]) for domain in domains))
        for id, kind, ours, claim, domains in found.values()
    ]
    return sorted(made, key=lambda one: (one.kind in KNOWN, -one.sets, -len(one.domains), one.provider))


def _against(record: Record, claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield the kind of each disagreement and our words, for one record and one claim."""
    ours = record["services"].get(claim.protocol, ())
    if not ours:
        return
    first = ours[0]
    shown = f"{first['host']}:{first['port']} {first['tls']}"
    same = [
        item
        for item in ours
        if (item["host"], item["port"], item["tls"]) == (claim.host, claim.port, claim.tls)
    ]
    if any(old["host"] == claim.host for old in record.get("old_hosts", ())):
        yield "old", shown
    elif not same:
        yield ("port" if any(item["host"] == claim.host for item in ours) else "host"), shown
    elif same[0] is not first:
        yield "order", shown
    forms = {form for item in same for form in _forms(item)}
    if claim.login and forms and claim.login not in forms:
        yield "login", Text("login: {login}", login=first.get("username", "address"))


def _forms(endpoint: Mapping[str, Any]) -> list[str]:
    return [endpoint.get("username", "address"), *endpoint.get("username_alternatives", ())]
