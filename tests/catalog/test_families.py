"""Families of domains are matched label by label: a million near misses and more select nothing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.catalog import compiler
from mailgen.catalog.reader import CompiledCatalogue
from mailgen.core.errors import UsageError
from mailgen.resolve.address import parse_address
from tests.catalog.test_catalog import LETTERS, longer_or_shorter, one_letter_off
from tests.catalog.test_overlay import Desk, company

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: The names below which the families of these tests lie.
PARENTS = ("rr.example", "plus.example", "mail.bücher.example")
ASCII = ("rr.example", "plus.example", "mail.xn--bcher-kva.example")
#: What stands as a domain of its own, and one of a family at another provider.
ALONE = ("rr.example", "alone.rr.example")


def record(**more: Any) -> dict[str, Any]:
    return {
        "name": {"en": "X"},
        "services": {"imap": [{"host": "imap.x.example", "port": 993, "tls": "implicit", "sources": ["a"]}]},
        "credentials": {"kind": "unknown"},
        "sources": {"a": {"kind": "vendor", "url": "https://x.example/", "checked": "2026-11-28"}},
        **more,
    }


CATALOGUE = CompiledCatalogue(
    "families",
    compiler.compiled(
        [
            ("family", record(domains=[ALONE[0]], families=[f"*.{name}" for name in PARENTS])),
            ("alone", record(domains=[ALONE[1]])),
        ],
        [],
    ),
)


def belongs(domain: str) -> str | None:
    """Return whose a domain is, counted in labels."""
    labels = domain.split(".")
    if domain in ALONE:
        return ("family", "alone")[ALONE.index(domain)]
    usual = bool(labels[0]) and set(labels[0]) <= set(LETTERS)
    return "family" if usual and ".".join(labels[1:]) in ASCII else None


def near_misses() -> Iterator[str]:
    """Yield names that nearly are of a family: something before, behind, between, or instead of a dot."""
    dice = random.Random(3)
    labels = ["nyc", "a", "0", "tampa-bay", *("".join(dice.choices(LETTERS, k=5)) for _ in range(40))]
    for parent in ASCII:
        yield from one_letter_off(parent)
        yield from longer_or_shorter(parent)
        for label in labels:
            name = f"{label}.{parent}"
            yield from longer_or_shorter(name)
            for miss in one_letter_off(name):
                yield miss
                yield f"{miss}.evil.example"
                yield f"evil{miss}"
                yield f"a.{miss}"
                yield miss.replace(".", "", 1)
                yield miss.replace(".", "..", 1)


def test_a_million_near_misses_select_nothing() -> None:
    tried = wrong = 0
    for miss in near_misses():
        hit = CATALOGUE.record_for(miss)
        wrong += (hit[0] if hit else None) != belongs(miss)
        tried += 1
    assert not wrong
    assert tried >= 1_000_000


@pytest.mark.parametrize(
    "domain",
    [
        "evilrr.example", "rr.example.evil.example", "nyc.evilrr.example", "nyc.rr.example.evil.example",
        "a.b.rr.example", ".rr.example", "*.rr.example", "%.rr.example", "_.rr.example", "plus.example",
        "nyc.rr.example.", "NYC.rr.example", "example", "nyc.plus.examples",
    ],
)  # fmt: skip
def test_these_belong_to_nobody(domain: str) -> None:
    assert CATALOGUE.record_for(domain) is None


def test_a_family_serves_its_own_and_a_domain_comes_first() -> None:
    for domain in ("nyc.rr.example", "x.plus.example", "xn--bcher-kva.rr.example", *ALONE):
        hit = CATALOGUE.record_for(domain)
        assert hit is not None
        assert hit[0] == belongs(domain)
    provider = CATALOGUE.provider_for("nyc.mail.xn--bcher-kva.example")
    assert provider is not None
    assert provider.serves("nyc.mail.bücher.example")
    assert not provider.serves("a.nyc.mail.bücher.example")
    assert not provider.serves("mail.bücher.example")
    assert list(CATALOGUE.domains()) == sorted(ALONE), "a family is no domain"


@given(st.text(alphabet=LETTERS + ".*%_ ", max_size=12), st.sampled_from(ASCII))
def test_whatever_stands_before_it(before: str, parent: str) -> None:
    domain = f"{before}{parent}"
    try:
        meant = parse_address(f"you@{domain}").domain
    except UsageError:
        return
    hit = CATALOGUE.record_for(meant)
    assert (hit[0] if hit else None) == belongs(meant)


@pytest.mark.parametrize(
    "loose",
    [
        lambda domain: domain.endswith(ASCII),
        lambda domain: any(domain.endswith(f".{parent}") for parent in ASCII),
        lambda domain: domain.partition(".")[2] in ASCII,
    ],
    ids=["suffix", "any depth", "any label"],
)
def test_a_loose_match_would_be_noticed(loose: Callable[[str], bool]) -> None:
    some = [*longer_or_shorter("rr.example"), "a.b.rr.example", "evilrr.example"]
    assert [miss for miss in some if loose(miss) != (belongs(miss) is not None) and miss not in ALONE]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_family_of_the_users_comes_before_ours(desk: Desk) -> None:
    """And where its file is spoiled, what it may serve is refused and not answered by what lies beneath."""
    family = company("family.example").replace("services:", "families: ['*.rr.com']\nservices:")
    desk.put(family, "family.example")
    assert desk.host("you@nyc.rr.com") == "smtp.company.example"
    assert desk.host("you@rr.com") == "mail.twc.com"
    desk.put(family.replace("993", "x"), "family.example")
    refused = desk.run("msmtp", "you@nyc.rr.com")
    assert refused.status != 0
    assert "family.example.yaml" in refused.stderr
    assert desk.host("you@sohu.com") == "smtp.sohu.com"
