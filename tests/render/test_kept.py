"""Templates that a wheel has as modules are those of the catalogue: the same code, the same files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mailgen.render
from mailgen import formats
from mailgen.catalog.kept import kept_templates
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError
from mailgen.dataset import templates
from mailgen.render import runtime
from tests.cases import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a folder for modules of templates where a wheel has it; yield that which stands for the package."""
    (tmp_path / "render").mkdir()
    monkeypatch.setattr(runtime, "_DEFINED", {})
    monkeypatch.setattr(mailgen.render, "__path__", [*mailgen.render.__path__, str(tmp_path / "render")])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("mailgen.render.kept")]:
        del sys.modules[name]


def test_each_template_is_kept_as_it_is_run(package: Path) -> None:
    catalogue = open_catalogue()
    assert set(kept_templates(catalogue.path, str(package))) > {"render/kept/__init__.py"}
    for target in catalogue.targets():
        for name, source in target.templates.items():
            kept, run = runtime._kept(source), runtime._run(name, source)
            assert kept is not None
            assert kept["root"].__code__ == run["root"].__code__  # with its lines, and without its file
            assert (kept["name"], kept["debug_info"]) == (name, run["debug_info"])
            assert kept.keys() >= run.keys() - {"__builtins__"}
            assert [kept[word] for word in ("missing", "escape", "environment", "Undefined")] == [
                runtime.MISSING, runtime.passed, None, None,
            ]  # fmt: skip
            assert runtime._kept(source.partition("\n")[2]) is None


@pytest.mark.parametrize("case", [case for case in CASES if case.account == "plain"], ids=str)
def test_files_are_the_same(case: Case, package: Path) -> None:
    before = case.run()
    assert not any(name.startswith("mailgen.render.kept.") for name in sys.modules)
    list(kept_templates(open_catalogue().path, str(package)))
    runtime._DEFINED.clear()
    after = case.run()
    assert (after.status, after.stdout, after.stderr) == (before.status, before.stdout, before.stderr)
    assert any(name.startswith("mailgen.render.kept.t") for name in sys.modules) == bool(before.stdout)


def test_a_template_that_has_changed_has_no_module(package: Path) -> None:
    first, second = (
        templates.compile_source(f"{word}\n", "x", "muttrc", "x/x.j2") for word in ("old", "new")
    )
    path, text = templates.module_of_template(first)
    (package / path).parent.mkdir()
    (package / path).write_text(text, encoding="utf-8")
    made = {
        word: runtime.Environment(formats.load("muttrc"), {"x/x.j2": source}).render("x/x.j2", {})
        for word, source in (("old", first), ("new", second))
    }
    assert made == {"old": "old\n", "new": "new\n"}
    assert runtime._kept(first)
    assert runtime._kept(second) is None


def test_a_name_that_nothing_defines_is_named_there_too(package: Path) -> None:
    source = templates.compile_source("a\nb {{ account.smpt }}\n", "x", "muttrc", "x/x.j2")
    path, text = templates.module_of_template(source)
    (package / path).parent.mkdir()
    (package / path).write_text(text, encoding="utf-8")
    with pytest.raises(MailgenError) as caught:
        runtime.Environment(formats.load("muttrc"), {"x/x.j2": source}).render("x/x.j2", {"account": object})
    assert caught.value.where == "templates/x/x.j2:2"
    assert runtime._kept(source)
