"""Search for the domains of all cases, some at a time, and print what came of each as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from mailgen.catalog.opening import open_catalogue
from mailgen.discovery import Attempt, Limits
from mailgen.discovery.names import Names
from mailgen.discovery.search import search
from mailgen.discovery.trust import trust
from tests.internet.cases import CASES, domain_of
from tests.internet.places import FICKLE

_AT_A_TIME = 16


async def _one(name: str, turn: asyncio.Semaphore, shared: dict[str, Any]) -> dict[str, Any]:
    case = CASES[name]
    steps: list[Attempt] = []
    moments: list[float] = []

    def tell(step: Attempt) -> None:
        steps.append(step)
        moments.append(time.monotonic())

    limits = Limits(step=case.limit, whole=60.0)
    async with turn:
        names = Names([FICKLE] if case.fickle else (), patience=case.limit)
        domain = domain_of(name)
        moments.append(time.monotonic())
        found = await search(
            domain,
            domain.encode().decode("idna"),
            shared["catalogue"],
            tell,
            limits,
            names,
            shared["trusted"],
        )
    took = [after - before for before, after in pairwise(moments)]
    return {
        "found": asdict(found) if found else None,
        "steps": [asdict(step) for step in steps],
        "took": took,
    }


async def _all(names: list[str]) -> dict[str, Any]:
    turn = asyncio.Semaphore(_AT_A_TIME)
    shared = {"catalogue": open_catalogue(), "trusted": trust()}
    names = sorted(names, key=lambda name: CASES[name].limit)  # those that are kept waiting come first
    done = await asyncio.gather(*(_one(name, turn, shared) for name in names))
    return dict(zip(names, done, strict=True))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_all(sys.argv[1:] or list(CASES)))))
