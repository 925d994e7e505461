"""Thunderbird's mozilla.cfg: JavaScript whose strings are those of JSON."""

from __future__ import annotations

import json
import re

from tests.templates.thunderbird import SECURITY

TRIAL = "needs a window: tests/flow/test_thunderbird_policies.py"


def asks_for_tls(text: str) -> bool:
    calls = re.findall(r'^\w+\((".*?"), (.*)\);$', text, re.MULTILINE)
    found = {json.loads(name): json.loads(value) for name, value in calls}
    return all(found[name] in (2, 3) for name in SECURITY)
