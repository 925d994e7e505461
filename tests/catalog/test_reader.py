"""The catalogue answers with values, and with records only whoever asks for them."""

import ast
import inspect
from pathlib import Path

import pytest

from mailgen.catalog.opening import open_catalogue
from mailgen.catalog.overlay import OverlaidCatalogue
from mailgen.catalog.reader import Catalogue, CompiledCatalogue
from mailgen.catalog.updated import UpdatedCatalogue
from mailgen.core.errors import UsageError
from mailgen.model.records import provider_from_record, target_from_record
from tests.support import ROOT

PACKAGE = ROOT / "generator" / "mailgen"
CATALOGUE = open_catalogue()

#: Where a record becomes a value. Files of the dataset and drafts are not in a catalogue; a sheet of a
#: provider shows more of the record than the value holds.
MAKERS = {
    "catalog/reader.py",
    "cli/provider_sheet.py",
    "dataset/rules.py",
    "dataset/stats.py",
    "drafts/__init__.py",
    "model/records.py",
}


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


def test_values_are_made_of_records_by_the_catalogue_alone() -> None:
    makers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if {"provider_from_record", "target_from_record"} & names_in(path)
    }
    assert makers == MAKERS - {"model/records.py"}


def test_the_users_files_are_laid_over_it_in_one_place() -> None:
    users = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "with_own_providers" in names_in(path)
    ]
    assert users == ["cli/opening.py"]


@pytest.mark.parametrize("kind", [CompiledCatalogue, UpdatedCatalogue, OverlaidCatalogue])
def test_each_kind_answers_everything(kind: type[Catalogue]) -> None:
    """At run time the contract is a plain class, whose own answer would be None."""
    contract = ast.parse(inspect.getsource(Catalogue)).body[0]
    assert isinstance(contract, ast.ClassDef)
    functions = [node for node in contract.body if isinstance(node, ast.FunctionDef)]
    promised = [function.name for function in functions if len(function.body) == 1]
    assert {"record", "manifest", "fingerprint"} <= set(promised)
    assert [name for name in promised if getattr(kind, name) is getattr(Catalogue, name)] == []


def test_values_say_what_the_records_say() -> None:
    records = dict(CATALOGUE.records())
    assert list(CATALOGUE.providers()) == [provider_from_record(*item) for item in records.items()]
    assert CATALOGUE.provider("sohu.com") == provider_from_record("sohu.com", records["sohu.com"])
    assert CATALOGUE.provider_for("sohu.com") == CATALOGUE.provider("sohu.com")
    assert CATALOGUE.record_for("sohu.com") == ("sohu.com", records["sohu.com"])
    assert CATALOGUE.provider("nobody.example") is CATALOGUE.provider_for("nobody.example") is None
    assert CATALOGUE.record("nobody.example") is CATALOGUE.record_for("nobody.example") is None


def test_a_target_brings_its_templates() -> None:
    for target in CATALOGUE.targets():
        manifest = CATALOGUE.manifest(target.name)
        assert target is CATALOGUE.target(target.name)
        assert target == target_from_record(target.name, manifest)
        assert target.templates == manifest["templates"]
        written = [file for file in target.files if file.kind == "file"]  # a folder and a link have no text
        assert {file.template for file in written} <= target.templates.keys()


def test_a_target_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    for ask in (CATALOGUE.target, CATALOGUE.manifest):
        with pytest.raises(UsageError) as caught:
            ask("msmpt")
        assert caught.value.mend == "did you mean 'msmtp'?"
