"""How far an endpoint is trusted: how many independent sources attest it, of which kind, and how fresh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mailgen.catalog import compiler
from mailgen.catalog.reader import CompiledCatalogue
from mailgen.model.provider import Endpoint, Source
from mailgen.model.records import provider_from_record
from mailgen.resolve.evidence import confidence


def judged(*kinds: str, aged: bool = False) -> str:
    sources = {
        f"s{number}": Source(kind, f"page {number}", "2026-01-01", aged) for number, kind in enumerate(kinds)
    }
    return confidence(Endpoint("imap", "imap.x.example", 993, "implicit", sources=tuple(sources)), sources)


@pytest.mark.parametrize(
    ("kinds", "fresh", "old"),
    [
        (("vendor",), "high", "medium"),
        (("vendor", "dataset"), "high", "medium"),
        (("dataset", "dataset"), "high", "medium"),
        (("dataset",), "medium", "low"),
        (("dataset", "guide"), "medium", "low"),
        (("guide", "report"), "medium", "low"),
        (("guide", "report", "preset", "preset"), "medium", "low"),
        (("guide",), "low", "low"),
        (("list", "list", "list"), "low", "low"),
        (("list", "preset"), "low", "low"),
        ((), "high", "high"),
    ],
)
def test_confidence_follows_from_number_kind_and_age(kinds: tuple[str, ...], fresh: str, old: str) -> None:
    assert judged(*kinds) == fresh
    assert judged(*kinds, aged=True) == old


def test_one_source_under_two_names_is_one() -> None:
    same = {name: Source("preset", "the same page", "2026-01-01") for name in ("a", "b")}
    endpoint = Endpoint("imap", "imap.x.example", 993, "implicit", sources=("a", "b"))
    assert confidence(endpoint, same) == "low"
    assert confidence(endpoint, {**same, "b": Source("preset", "another", "2026-01-01")}) == "medium"


def test_what_nobody_can_look_up_is_a_lead() -> None:
    endpoint = Endpoint("imap", "imap.x.example", 993, "implicit", sources=("a", "b"))
    known = {name: Source("preset", name, "2026-01-01") for name in ("a", "b")}
    assert confidence(endpoint, known) == "medium"
    lead = Source("preset", "b", "2026-01-01", lead=True)
    assert confidence(endpoint, {**known, "b": lead}) == "low"
    title = {"kind": "dataset", "title": "somebody's words", "checked": "2026-01-01"}
    record = provider("2026-01-01")
    said = ({}, "low"), ({"url": "https://x.example/"}, "medium"), ({"kind": "vendor"}, "high")
    for extra, expected in said:
        record["sources"] = {"s0": {**title, **extra}}
        made = provider_from_record("x.example", record)
        assert confidence(made.endpoints["imap"][0], made.sources) == expected


def provider(*days: str) -> dict[str, Any]:
    sources = {
        f"s{number}": {"kind": "vendor", "url": f"https://x.example/{number}", "checked": day}
        for number, day in enumerate(days)
    }
    imap = {"host": "imap.x.example", "port": 993, "tls": "implicit", "sources": list(sources)}
    return {
        "name": {"en": "Example"},
        "services": {"imap": [imap]},
        "credentials": {"kind": "unknown"},
        "sources": sources,
    }


def levels(path: Path, **records: dict[str, Any]) -> dict[str, str]:
    compiler.build(str(path), records.items(), [])
    found = {}
    for made in CompiledCatalogue(str(path)).providers():
        found[made.id] = confidence(made.endpoints["imap"][0], made.sources)
    return found


def test_fresh_is_measured_against_the_newest_of_the_dataset(tmp_path: Path) -> None:
    """Not against today: a dataset is judged the same for ever, and its age alone changes nothing."""
    old, older = provider("2010-05-01"), provider("2008-05-01")
    assert levels(tmp_path / "alone", old=old) == {"old": "high"}
    assert levels(tmp_path / "near", old=old, older=older) == {"old": "high", "older": "high"}
    other = provider("2010-05-02")
    assert levels(tmp_path / "far", old=old, older=older, other=other)["older"] == "medium"
    mixed = provider("2008-05-01", "2010-05-02")
    assert levels(tmp_path / "mixed", mixed=mixed) == {"mixed": "high"}
    record = CompiledCatalogue(str(tmp_path / "mixed")).record("mixed") or {}
    assert record.pop("aged") == ["s0"]
    assert record == mixed


def test_two_builds_of_an_old_record_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        levels(tmp_path / name, a=provider("2008-01-01"), b=provider("2020-01-01"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
