"""Files in the shapes that people have, with what is to become of them beside: tests/corpus/.

Each folder CLIENT/IDIOM holds files and `expected.yaml`. There `import` has the accounts, what was lost as
`FILE:LINES NAME: WHY`, and the files that nobody knows (`unknown`). `--update-golden` writes it anew, to be
read as the user would.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.cli.config_files import readings_of
from mailgen.core.errors import MailgenError
from mailgen.importer.convert import accounts_file, used_targets
from mailgen.importer.losses import summed

CORPUS = Path(__file__).parents[1] / "corpus"
FOLDERS = sorted(path for path in CORPUS.glob("*/*") if path.is_dir())
SHELF = CatalogueShelf(open_catalogue())


def expected(folder: Path) -> dict[str, Any]:
    path = folder / "expected.yaml"
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def files(folder: Path) -> list[str]:
    """Return the files of a folder, as somebody who stands in it would name them."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if path.name != "expected.yaml")


def imported(folder: Path) -> dict[str, Any]:
    unknown: list[MailgenError] = []
    found = readings_of(files(folder), None, SHELF, unknown, templates=True)
    readings = [(path, reading) for path, reading, _ in found]
    targets = {name: SHELF.target(name) for name in used_targets(readings)}
    data, losses = accounts_file(readings, SHELF, targets, SHELF.formats)
    outcome: dict[str, Any] = {"accounts": data["accounts"]}
    if losses:
        outcome["losses"] = [f"{loss.where} {loss.name}: {loss.why}" for loss in summed(losses)]
    return outcome | ({"unknown": [error.where for error in unknown]} if unknown else {})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_import(folder: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    wanted = expected(folder)
    monkeypatch.chdir(folder)
    if update_golden:
        kept = {key: value for key, value in wanted.items() if key != "import"}
        text = yaml.safe_dump(
            {"import": imported(folder), **kept}, sort_keys=False, allow_unicode=True, width=110
        )
        (folder / "expected.yaml").write_text(text, encoding="utf-8")
    elif "import" in wanted:
        assert imported(folder) == wanted["import"]


def test_each_idiom_is_tried() -> None:
    assert len([folder for folder in FOLDERS if "import" in expected(folder)]) >= 150


def test_no_secret_comes_out() -> None:
    """The passwords of the corpus are a word that stands in none of its expectations."""
    for folder in FOLDERS:
        assert "erdbeere" not in (folder / "expected.yaml").read_text(encoding="utf-8")
