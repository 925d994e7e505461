"""Our endpoints against the public sets they name: who is called as a witness must have said so.

The facts of the sets are not part of the project. The test takes them from the file that
MAILGEN_FACTS names, or from shared/facts beside the checkout, and is skipped where there is none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mailgen import dataset

FACTS = Path(
    os.environ.get("MAILGEN_FACTS") or Path(__file__).parents[2] / "shared" / "facts" / "facts.jsonl"
)
#: Our names of the sets (sources.*.dataset) and theirs in the facts.
SETS = {
    "thunderbird/autoconfig": "ispdb",
    "chatmail/provider-db": "deltachat",
    "nodemailer/nodemailer": "nodemailer",
    "LukeSmithxyz/mutt-wizard": "muttwizard",
}


def test_every_set_that_is_named_says_what_it_is_named_for() -> None:
    if not FACTS.exists():
        pytest.skip(f"no facts to compare with: {FACTS} is not there; name the file with MAILGEN_FACTS")
    said: dict[str, set[tuple[str, str, int]]] = {}
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        for endpoint in [*fact["incoming"], *fact["outgoing"]]:
            key = (endpoint["proto"], str(endpoint["host"]).lower(), int(endpoint["port"] or 0))
            said.setdefault(fact["source"], set()).add(key)
    records, _ = dataset.load(dataset.provider_files())
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
