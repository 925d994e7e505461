"""What a dataset covers: how many domains, endpoints and sources, how well attested, and how old."""

from __future__ import annotations

import re
from collections import Counter

from mailgen.core.errors import dotted
from mailgen.core.values import EMPTY, dataclass
from mailgen.dataset.days import days_in
from mailgen.model.records import provider_from_record
from mailgen.resolve.evidence import confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from mailgen.model.records import Record

LEVELS = ("high", "medium", "low")
#: How the schemas write a language: en, zh, zh-TW.
_LANGUAGE = re.compile("[a-z]{2}(-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts over the providers of a dataset.

    `protocols` counts endpoints by protocol; `attested` those with two sources or more, `confident` those of
    each level (see evidence.confidence), both of the endpoints for mail: IMAP, POP3 and SMTP. `checked` are
    the days (ISO 8601) on which sources were last compared, the oldest first; one for each source of a file.
    `texts` counts by language the sentences for people in providers and targets: what English has more than
    another language is still to be written there. `vendor` counts providers with a source of the operator's
    own, `unknown` those that are not retired and whose secret no source tells; `ahead` are the days (with
    provider and field) that pass within a year after the newest comparison, the first before the others.
    """

    providers: int
    domains: int
    endpoints: int
    protocols: Mapping[str, int]
    attested: int
    confident: Mapping[str, int]
    kinds: Mapping[str, int]
    checked: tuple[str, ...]
    texts: Mapping[str, int] = EMPTY
    vendor: int = 0
    unknown: int = 0
    ahead: tuple[tuple[str, str, str], ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data; the days as oldest, median and newest."""
        days = self.checked
        return {
            "providers": self.providers,
            "domains": self.domains,
            "endpoints": self.endpoints,
            "protocols": dict(self.protocols),
            "attested_twice": self.attested,
            "confidence": dict(self.confident),
            "sources": dict(self.kinds),
            "checked": {"oldest": days[0], "median": days[len(days) // 2], "newest": days[-1]}
            if days
            else {},
            "texts": dict(self.texts),
            "vendor_source": self.vendor,
            "unknown_secret": self.unknown,
            "days_ahead": [
                {"day": day, "provider": provider, "field": field} for day, provider, field in self.ahead
            ],
        }


def covered(providers: Iterable[tuple[str, Record]], manifests: Iterable[object] = ()) -> Coverage:
    """Count what providers cover, given as id and record (valid by provider.schema.json).

    Of `manifests` (or what else a target says), only the texts are counted.
    """
    count = domains = endpoints = attested = 0
    protocols: dict[str, int] = {}
    confident = dict.fromkeys(LEVELS, 0)
    kinds: dict[str, int] = {}
    checked: list[str] = []
    texts = sum(map(texts_in, manifests), Counter())
    vendor = unknown = 0
    days: list[tuple[str, str, str]] = []
    for id, record in providers:
        texts += texts_in(record)
        provider = provider_from_record(id, record)
        count += 1
        vendor += any(source["kind"] == "vendor" for source in record["sources"].values())
        unknown += provider.credentials.kind == "unknown" and provider.status != "retired"
        days += [(day, id, dotted(field)) for field, day in days_in(record)]
        domains += len(provider.domains)
        for protocol, items in record["services"].items():
            protocols[protocol] = protocols.get(protocol, 0) + len(items)
        for endpoint in provider.mail_servers:
            endpoints += 1
            attested += len(endpoint.sources) > 1
            confident[confidence(endpoint, provider.sources)] += 1
        for source in record["sources"].values():
            kinds[source["kind"]] = kinds.get(source["kind"], 0) + 1
            checked.append(source["checked"])
    return Coverage(
        count,
        domains,
        endpoints,
        protocols,
        attested,
        confident,
        kinds,
        tuple(sorted(checked)),
        texts,
        vendor,
        unknown,
        tuple(sorted(one for one in days if _is_ahead(one[0], max(checked, default="")))),
    )


def _is_ahead(day: str, newest: str) -> bool:
    """Say whether a day, or month, comes within a year after the newest comparison.

    >>> [_is_ahead(day, "2026-11-28") for day in ("2026-11-28", "2026-12", "2027-11-28", "2027-12")]
    [False, True, True, False]
    """
    return bool(newest) and newest[: len(day)] < day <= f"{int(newest[:4]) + 1}{newest[4:]}"[: len(day)]


def texts_in(data: object) -> Counter[str]:
    """Count the texts by language in plain data that people wrote.

    What a service is called is no text to be translated, and what quirks are stands in the schema.

    >>> texts_in({"name": {"en": "X"}, "notes": [{"en": "Wait.", "zh": "请稍候。", "layout": "single"}]})
    Counter({'en': 1, 'zh': 1})
    """
    found: Counter[str] = Counter()
    if isinstance(data, list):
        return sum(map(texts_in, data), found)
    if isinstance(data, dict):
        if isinstance(data.get("en"), str):
            return Counter(key for key in data if _LANGUAGE.fullmatch(key))
        return sum(
            (texts_in(value) for key, value in data.items() if key not in ("name", "quirk_facts")), found
        )
    return found
