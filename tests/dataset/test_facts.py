"""Our endpoints against the public sets they name: who is called as a witness must have said so.

The facts of the sets are not part of the project. The test takes them from the file that
MAILGEN_FACTS names, or from shared/facts beside the checkout, and is skipped where there is none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from mailgen.dataset import providers
from tests.support import ROOT

FACTS = Path(
    os.environ.get("MAILGEN_FACTS") or Path(__file__).parents[3] / "shared" / "facts" / "facts.jsonl"
)
#: Our names of the sets (sources.*.dataset) and theirs in the facts.
SETS = {
    "thunderbird/autoconfig": "ispdb",
    "chatmail/provider-db": "deltachat",
    "nodemailer/nodemailer": "nodemailer",
    "LukeSmithxyz/mutt-wizard": "muttwizard",
}


def facts() -> list[dict[str, Any]]:
    """Return what the sets say; without them the test is skipped."""
    if not FACTS.exists():
        pytest.skip(f"no facts to compare with: {FACTS} is not there; name the file with MAILGEN_FACTS")
    return [json.loads(line) for line in FACTS.read_text(encoding="utf-8").splitlines()]


def test_every_domain_is_answered_or_left_out_for_a_reason() -> None:
    records, _ = providers.load_providers(providers.provider_files())
    answered = {domain for record in records.values() for domain in record.get("domains", ())}
    suffixes = {suffix for record in records.values() for suffix in record.get("mx", ())}
    ids = {path.stem for path in records}
    lines = (ROOT / "docs/left-out.txt").read_text(encoding="utf-8").splitlines()
    listed = [word for line in lines if not line.startswith("#") for word in line.split()]
    named = {domain for fact in facts() for domain in fact["domains"]}
    known = {
        domain
        for domain in named
        if domain in answered | ids or any(f".{domain}".endswith(f".{suffix}") for suffix in suffixes)
    }
    assert named - known == set(listed) & named
    assert set(listed) & answered == set()
    assert len(listed) == len(set(listed))
    assert len(named) > 1400


def test_every_set_that_is_named_says_what_it_is_named_for() -> None:
    said: dict[str, set[tuple[str, str, int]]] = {}
    for fact in facts():
        for endpoint in [*fact["incoming"], *fact["outgoing"]]:
            for domain in fact["domains"] or [""]:
                host = str(endpoint["host"]).lower().replace("{domain}", domain)
                key = (endpoint["proto"], host, int(endpoint["port"] or 0))
                said.setdefault(fact["source"], set()).add(key)
    records, _ = providers.load_providers(providers.provider_files())
    wrong, compared = [], 0
    for path, record in records.items():
        for protocol in ("imap", "pop3", "smtp"):
            for endpoint in record["services"].get(protocol, ()):
                for name in endpoint["sources"]:
                    known = SETS.get(record["sources"][name].get("dataset", ""))
                    if known:
                        compared += 1
                        key = (protocol, endpoint["host"], endpoint["port"])
                        if key not in said[known]:
                            wrong.append((path.name, name, key))
    assert wrong == []
    assert compared > 100
