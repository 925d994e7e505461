"""Imports go down or sideways, never up, and the lowest floors touch nothing of the world."""

from __future__ import annotations

import ast
from pathlib import Path

import mailgen

PACKAGE = Path(mailgen.__file__).parent
#: The floors of ARCHITECTURE.md. A new module must be given one here.
FLOORS = {
    0: {"__init__", "changes", "errors", "model", "printing", "published", "tokens", "values"},
    1: {
        "address", "blocks", "case", "compat", "credentials", "difftext", "evidence",
        "existing", "grammars", "household", "ports", "published_reasons", "publishing", "quoting",
        "reasons", "redaction", "redaction_muttrc", "remarks", "render", "resolve", "runtime",
        "secrecy", "server_reasons", "steps", "suggest", "tracing",
    },
    2: {
        "accounts", "accounts_edit", "build", "cache", "catalog", "complaints", "dataset", "disk",
        "foreign", "manifests", "outline", "overlays", "overrides", "records", "resources", "sentences",
        "suffixes", "templates", "yaml_lines",
    },
    3: {
        "accounts_file", "archive", "commit", "discovery", "intake", "keeping", "state", "survey", "owners",
        "tree", "writer",
    },
    4: {
        "api", "contrast", "coverage", "drafts", "explanation", "fleet", "lookup", "planner",
        "review", "shelf",
    },
    5: {"__main__", "cli", "commands", "needs", "parser", "questions", "secret_options", "terminal"},
}  # fmt: skip
#: Modules that also run on the machines Ansible writes to, on Python 3.8 with nothing but its standard
#: library: the collection has links to them. Among themselves they import relatively.
TRAVELLERS = {
    "blocks", "changes", "commit", "difftext", "disk", "errors", "owners", "printing", "redaction", "redaction_muttrc", "secrecy", "state",
    "survey", "values", "writer",
}  # fmt: skip
#: All that the pure floors may import besides each other: none of these sees a file or the network.
PURE = {
    "__future__", "base64", "bisect", "collections.abc", "dataclasses", "difflib", "functools", "hashlib",
    "idna", "itertools", "json", "re", "shlex", "types", "typing", "unicodedata", "urllib.parse",
}  # fmt: skip


def floor_of(module: str) -> int:
    name = module.split(".")[0]
    return next(floor for floor, names in FLOORS.items() if name in names)


def imports(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == (travels(path) and is_inside(node)), (
                f"{path}:{node.lineno}: modules of the collection import their like relatively, others never"
            )
            module = ".".join(filter(None, ["mailgen" * node.level, node.module]))
            inside = [f"mailgen.{alias.name}" for alias in node.names] if module == "mailgen" else [module]
            found += [(node.lineno, name) for name in inside]
    return found


def travels(path: Path) -> bool:
    return path.parent == PACKAGE and path.stem in TRAVELLERS


def is_inside(node: ast.ImportFrom) -> bool:
    """Say whether an import is one of ours."""
    return node.level > 0 or (node.module or "").split(".")[0] == "mailgen"


def complaints(package: Path) -> list[str]:
    """Return a sentence for each import that the floors forbid."""
    said = []
    for path in sorted(package.rglob("*.py")):
        relative = path.relative_to(package)
        floor = floor_of(relative.parts[0].removesuffix(".py"))
        for line, name in imports(path):
            place = f"{relative}:{line} imports {name}"
            if name.startswith("mailgen."):
                other = name.removeprefix("mailgen.")
                if other == "__version__":
                    continue
                if travels(path) and other not in TRAVELLERS:
                    said.append(f"{place}, which does not travel with it to the targets of Ansible")
                if floor_of(other) > floor:
                    said.append(f"{place}, but that is a floor above")
            elif floor < 2 and name not in PURE:
                said.append(f"{place}, but this floor is pure")
    return said


def test_every_module_has_a_floor() -> None:
    names = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert names == set().union(*FLOORS.values())


def test_imports_go_down_or_sideways() -> None:
    assert complaints(PACKAGE) == []


def test_the_test_can_fail(tmp_path: Path) -> None:
    (tmp_path / "render.py").write_text('"""."""\nimport os\nfrom mailgen.api import generate\n')
    assert complaints(tmp_path) == [
        "render.py:2 imports os, but this floor is pure",
        "render.py:3 imports mailgen.api, but that is a floor above",
    ]


def test_pure_floors_do_not_open_anything() -> None:
    for module in FLOORS[0] | FLOORS[1]:
        for path in [PACKAGE / f"{module}.py", *(PACKAGE / module).glob("*.py")]:
            tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module()
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert not names & {"open", "input", "print", "__import__"}, path


def test_modules_for_the_targets_are_written_for_their_python() -> None:
    for module in TRAVELLERS:
        path = PACKAGE / f"{module}.py"
        ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 8))
