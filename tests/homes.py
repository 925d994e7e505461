"""A home in which a whole household has been set up: the data of an accounts file, planned and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailgen.accounts.planner import Plan, Planner
from mailgen.accounts.schema import problems
from mailgen.catalog.opening import open_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

CATALOGUE = open_catalogue()


def settle(data: Mapping[str, Any], home: Path) -> Plan:
    """Plan a household and write all its files below `home`, each with its mode; return the plan."""
    assert problems(data, CATALOGUE.target_names()) == []
    plan = Planner(CATALOGUE).plan(data)
    for file in plan.files:
        path = home / file.path.removeprefix("~/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.kind == "folder":
            path.mkdir(file.mode, exist_ok=True)
            continue
        path.touch(mode=file.mode)
        path.write_text(file.text, encoding="utf-8")
    return plan
