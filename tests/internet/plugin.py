"""The network and the searches in it as pytest fixtures, once for all tests of one run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.internet.net import Net, why_impossible
from tests.programs import unavailable


@pytest.fixture(scope="session")
def net() -> Iterator[Net]:
    """The opened network."""
    if reason := why_impossible():
        unavailable(reason)
    with Net() as opened:
        yield opened


@dataclass(frozen=True)
class Searches:
    """What came of the search for each case by its name, and what the servers noted meanwhile."""

    results: dict[str, Any]
    web: list[dict[str, str]]
    tripwire: list[Any]


@pytest.fixture(scope="session")
def searches(net: Net) -> Searches:
    """All cases, searched for in one process."""
    before = len(net.log("web")), len(net.log("tripwire"))
    done = net.run(sys.executable, "-m", "tests.internet.drive", home=net.new_home(), timeout=200)
    assert done.rc == 0, done.stderr
    web, tripwire = net.log("web")[before[0] :], net.log("tripwire")[before[1] :]
    return Searches(json.loads(done.out), web, tripwire)
