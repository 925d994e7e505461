"""What a change of the dataset would do to people: each difference of two sets, with how much it matters.

Whoever can slip a host into a dataset can have the passwords of all who use it. So what sends a login
elsewhere, or less well protected, is `danger`; what could break a login or mislead is `warning`; the
rest is `note`.
"""

from __future__ import annotations

import json
import re

from mailgen.core.text import Listed, Text
from mailgen.core.values import dataclass
from mailgen.dataset.suffixes import registrable as registrable
from mailgen.model.records import term_of
from mailgen.model.vocabulary import OAUTH2_URLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mailgen.model.records import Record

SEVERITIES = ("danger", "warning", "note")
_STRENGTH = {"implicit": 2, "starttls": 1, "none": 0}
_URL_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})", re.I)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the provider's id, the kind (a word), and a sentence."""

    severity: str
    kind: str
    provider: str
    what: str


def review(old: Mapping[str, Record], new: Mapping[str, Record]) -> list[Difference]:
    """Compare two sets of records by id (valid by provider.schema.json); the worst comes first."""
    found = [*_domains(old, new), *_days(old, new)]
    compared = max((day for record in old.values() for _, day in _checked(record)), default="")
    for id in sorted(old.keys() | new.keys()):
        if id not in new:
            found.append(Difference("warning", "provider-gone", id, Text("this provider is taken out")))
        elif id not in old:
            found += _added(id, new[id])
        elif old[id] != new[id]:
            found += _changed(id, old[id], new[id], compared)
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.provider))


def _domains(old: Mapping[str, Record], new: Mapping[str, Record]) -> Iterator[Difference]:
    before, after = _owners(old), _owners(new)
    for domain in sorted(before.keys() | after.keys()):
        was, now = _serving(before, domain), _serving(after, domain)
        for id in sorted(now - was):
            if was:
                yield Difference(
                    "danger",
                    "domain-moved",
                    id,
                    Text("{domain} was served by {names}", domain=domain, names=Listed(", ", sorted(was))),
                )
            elif domain.startswith("*.") and _anothers(domain[2:], id, old):
                what = Text("{domain} lies below the domain of another", domain=domain)
                yield Difference("danger", "family-of-another", id, what)
            elif id in old:
                yield Difference(
                    "warning", "domain-added", id, Text("{domain} is served from now on", domain=domain)
                )
        if not now:
            for id in sorted(was & new.keys()):
                yield Difference(
                    "warning", "domain-gone", id, Text("{domain} is not served any more", domain=domain)
                )


def _serving(owners: Mapping[str, set[str]], domain: str) -> set[str]:
    """Return who serves a domain, by itself or as one of a family."""
    return owners.get(domain) or owners.get(f"*.{domain.partition('.')[2]}", set())


def _anothers(name: str, id: str, records: Mapping[str, Record]) -> bool:
    mine = registrable(name)
    return any(
        registrable(domain) == mine
        for other, record in records.items()
        if other != id
        for domain in record.get("domains", ())
    )


def _owners(records: Mapping[str, Record]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for id, record in records.items():
        for domain in (*record.get("domains", ()), *record.get("families", ())):
            owners.setdefault(domain, set()).add(id)
    return owners


def _days(old: Mapping[str, Record], new: Mapping[str, Record]) -> Iterator[Difference]:
    """Yield days of comparison that lie far ahead: beside them all other sources look old (evidence.aged)."""
    newest = max((day for record in old.values() for _, day in _checked(record)), default="9999")
    for id, record in new.items():
        for name, day in _checked(record):
            if int(day[:4]) > int(newest[:4]) + 1:
                yield Difference(
                    "danger",
                    "day",
                    id,
                    Text("sources.{name}: {day} is far ahead of {newest}", name=name, day=day, newest=newest),
                )


def _checked(record: Record) -> Iterator[tuple[str, str]]:
    for name, source in record["sources"].items():
        yield name, source["checked"]


def _added(id: str, record: Record) -> Iterator[Difference]:
    """Yield what a new provider brings; hosts of another owner than the domains' are to be looked at."""
    yield Difference(
        "note",
        "provider-added",
        id,
        Text("this provider is new, with {domains} domains", domains=len(record.get("domains", ()))),
    )
    owners = {registrable(domain) for domain in (*record.get("domains", ()), *record.get("mx", ()))}
    for host in sorted({host for host, _ in _hosts(record)}):
        if registrable(host) not in owners:
            yield Difference(
                "warning",
                "host-of-another",
                id,
                Text("{host} belongs to {owner}", host=host, owner=registrable(host)),
            )
    for protocol, items in record["services"].items():
        if any(item.get("tls") == "none" for item in items):
            yield Difference(
                "warning", "no-tls", id, Text("{protocol} is named without TLS", protocol=protocol)
            )


def _hosts(record: Record) -> Iterator[tuple[str, str]]:
    """Yield each host that a login may go to, and where it stands."""
    for protocol, items in record["services"].items():
        for item in items:
            yield (item["host"], protocol) if "host" in item else (_host_of(item["url"]), protocol)
    oauth2 = record.get("oauth2", {})
    for key in ("issuer", *OAUTH2_URLS):
        if key in oauth2:
            yield _host_of(oauth2[key]), f"oauth2.{key}"


def _host_of(text: str) -> str:
    found = _URL_HOST.search(text)
    return found[1].lower() if found else text


def _changed(id: str, old: Record, new: Record, compared: str) -> Iterator[Difference]:
    ours = {registrable(host) for host, _ in _hosts(old)}
    ours |= {registrable(domain) for domain in old.get("domains", ())}
    known = {host for host, _ in _hosts(old)}
    for host, place in dict.fromkeys(_hosts(new)):
        if host not in known:
            if registrable(host) in ours:
                yield Difference(
                    "warning", "new-host", id, Text("{place}: {host} is new", place=place, host=host)
                )
            else:
                yield Difference(
                    "danger",
                    "foreign-host",
                    id,
                    Text(
                        "{place}: {host} belongs to {owner}", place=place, host=host, owner=registrable(host)
                    ),
                )
    for protocol in dict.fromkeys((*old["services"], *new["services"])):
        yield from _service(
            id, protocol, old["services"].get(protocol, []), new["services"].get(protocol, []), compared
        )
    if old.get("oauth2") != new.get("oauth2"):
        yield Difference("danger", "oauth2", id, "where tokens come from, or what they allow, is another")
    yield from _words(id, old, new)
    yield from _links(id, old, new, ours)


def _service(id: str, protocol: str, old: list[Any], new: list[Any], compared: str) -> Iterator[Difference]:
    if "url" in (*(old[:1] or [{}])[0], *(new[:1] or [{}])[0]):
        if old != new:
            yield Difference(
                "warning", "address", id, Text("{protocol}: the addresses are others", protocol=protocol)
            )
        return
    before = {(item["host"], item["port"]): item for item in old}
    after = {(item["host"], item["port"]): item for item in new}
    was_used, used = ([item for item in items if term_of(item, compared).in_force] for items in (old, new))
    if was_used and not used:
        yield Difference(
            "danger", "closed", id, Text("{protocol}: no server is in use any more", protocol=protocol)
        )
    strongest = max((_STRENGTH[item["tls"]] for item in was_used), default=0)
    if used and was_used and max(_STRENGTH[item["tls"]] for item in used) < strongest:
        yield Difference(
            "danger",
            "weaker-tls",
            id,
            Text("{protocol}: TLS from the first byte is not offered any more", protocol=protocol),
        )
    if used and was_used and _STRENGTH[used[0]["tls"]] < _STRENGTH[was_used[0]["tls"]]:
        yield Difference(
            "danger",
            "weaker-tls",
            id,
            Text("{protocol}: the first choice is {tls} now", protocol=protocol, tls=used[0]["tls"]),
        )
    for place, item in after.items():
        shown = f"{protocol}: {place[0]}:{place[1]}"
        was = before.get(place)
        if was is None:
            yield Difference("warning", "endpoint-added", id, Text("{place} is new", place=shown))
            if item["tls"] == "none":
                yield Difference("danger", "weaker-tls", id, Text("{place} has no TLS", place=shown))
            continue
        if _STRENGTH[item["tls"]] < _STRENGTH[was["tls"]]:
            yield Difference(
                "danger",
                "weaker-tls",
                id,
                Text("{place}: {old} became {new}", place=shown, old=was["tls"], new=item["tls"]),
            )
        for key in ("auth", "username", "username_alternatives", "audience", "unusual_port", "from", "until"):
            if item.get(key) != was.get(key):
                yield Difference(
                    "warning",
                    key,
                    id,
                    Text("{place}: {old} became {new}", place=shown, old=was.get(key), new=item.get(key)),
                )
        if set(was["sources"]) - set(item["sources"]):
            yield Difference("warning", "witness-gone", id, Text("{place} has lost a witness", place=shown))
        elif was["sources"] != item["sources"]:
            yield Difference("note", "witness-added", id, Text("{place} has a new witness", place=shown))
    for place in before.keys() - after.keys():
        yield Difference(
            "warning",
            "endpoint-gone",
            id,
            Text("{place} is taken out", place=f"{protocol}: {place[0]}:{place[1]}"),
        )
    if [place for place in after if place in before] != [place for place in before if place in after]:
        yield Difference(
            "warning", "order", id, Text("{protocol}: the order of preference is another", protocol=protocol)
        )


def _words(id: str, old: Record, new: Record) -> Iterator[Difference]:
    gone = old.get("quirks", {}).keys() - new.get("quirks", {}).keys()
    for quirk in sorted(gone):
        yield Difference("warning", "quirk-gone", id, Text("{quirk} is not said any more", quirk=quirk))
    for quirk in sorted(new.get("quirks", {}).keys() - old.get("quirks", {}).keys()):
        yield Difference("note", "quirk-added", id, Text("{quirk} is said now", quirk=quirk))
    for key, severity in (
        ("status", "warning"), ("credentials", "warning"), ("mx", "danger"), ("old_hosts", "warning"),
        ("bare_logins", "warning"), ("own_domain_login", "warning"),
        ("migrating_to", "danger"), ("not_offered", "warning"), ("off_by_default", "note"), ("plan", "note"),
        ("slots", "warning"), ("limits", "note"),
        ("folders", "note"), ("name", "note"), ("note", "note"), ("docs", "note"), ("sources", "note"),
    ):  # fmt: skip
        if old.get(key) != new.get(key):
            yield Difference(
                severity,
                key,
                id,
                Text("{old} became {new}", old=_shortly(old.get(key)), new=_shortly(new.get(key))),
            )


def _links(id: str, old: Record, new: Record, ours: set[str]) -> Iterator[Difference]:
    """Yield links for people that lead to somebody new."""
    known = ours | {registrable(host) for host in _linked(old)}
    for host in sorted(set(_linked(new))):
        if registrable(host) not in known:
            yield Difference("danger", "foreign-link", id, Text("people are sent to {host}", host=host))


def _linked(record: Record) -> Iterator[str]:
    keys = ("credentials", "docs", "note", "name", "off_by_default", "plan", "migrating_to", "slots")
    shown = [record.get(key) for key in keys]
    for found in _URL_HOST.finditer(json.dumps(shown, ensure_ascii=False)):
        yield found[1].lower()


def _shortly(value: object) -> str:
    text = Text("nothing") if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
