"""What users get, byte by byte: the file, and what is said to them. Review these as the user would.

They show that the output has not changed; test_golden_programs.py asks the programs if it is right.
"""

from __future__ import annotations

import pytest

from tests.cases import ACCOUNTS, CASES, GOLDEN, Case, targets


@pytest.mark.parametrize("case", CASES, ids=str)
def test_golden(case: Case, update_golden: bool) -> None:
    outcome = case.run()
    found = {case.file: outcome.stdout, case.folder / "stderr.txt": outcome.stderr}
    found = {path: text for path, text in found.items() if text}
    if update_golden:
        case.folder.mkdir(parents=True, exist_ok=True)
        for path in case.folder.iterdir():
            path.unlink()
        for path, text in found.items():
            path.write_text(text, encoding="utf-8")
    golden = {path: path.read_text(encoding="utf-8") for path in case.folder.iterdir()}
    assert found == golden, "if this is right, run pytest --update-golden and review the difference"
    assert (outcome.status == 0) == bool(outcome.stdout)


def test_every_golden_folder_is_a_case() -> None:
    there = {(path.parent.name, path.name) for path in GOLDEN.glob("*/*")}
    assert there == {(target, account) for target in targets() for account in ACCOUNTS}
