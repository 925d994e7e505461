"""Thunderbird's policies, read by the standard library."""

from __future__ import annotations

import json

from tests.templates.thunderbird import SECURITY

TRIAL = "needs a window: tests/flow/test_thunderbird_policies.py"


def asks_for_tls(text: str) -> bool:
    found = json.loads(text)["policies"]["Preferences"]
    return all(found[name]["Value"] in (2, 3) for name in SECURITY)
