"""Whole households: every file that an accounts file comes to, byte by byte, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mailgen import accounts
from mailgen.catalog import open_catalogue
from mailgen.planner import Planner

TESTS = Path(__file__).parent
HOUSEHOLDS = sorted((TESTS / "households").glob("*.yaml"))
GOLDEN = TESTS / "golden-households"
CATALOGUE = open_catalogue()


def made(household: Path) -> dict[Path, str]:
    """Return the golden files of a household: its tree, and a list of all findings."""
    plan = Planner(CATALOGUE).plan(accounts.load(str(household), CATALOGUE.target_names()))
    folder = GOLDEN / household.stem
    found = {
        folder
        / "home"
        / file.path.removeprefix("~/")
        .replace("/.", "/dot-")
        .replace(".", "dot-", file.path.startswith("~/.")): file.text
        for file in plan.files
    }
    said = [
        {
            "account": one.id,
            "target": one.target.name,
            "code": finding.code,
            "what": finding.what,
            "mend": finding.mend,
        }
        for one in plan.made
        for finding in one.findings
    ]
    found[folder / "findings.yaml"] = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)
    return found


@pytest.mark.parametrize("household", HOUSEHOLDS, ids=lambda path: path.stem)
def test_golden(household: Path, update_golden: bool) -> None:
    found = made(household)
    folder = GOLDEN / household.stem
    if update_golden:
        for path in folder.rglob("*"):
            if path.is_file():
                path.unlink()
        for path, text in found.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    golden = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    assert found == golden, "if this is right, run pytest --update-golden and review the difference"


def test_every_golden_folder_is_a_household() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {path.stem for path in HOUSEHOLDS}
