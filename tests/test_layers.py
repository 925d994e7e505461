"""Imports go down or sideways, folders make no circle, and the lowest floors touch nothing of the world.

The first line of each folder (and of each module beside them) says on which floor it stands: `Floor 1: ...`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

import mailgen
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(mailgen.__file__).parent
#: Folders that also run on the machines Ansible writes to, on Python 3.8 with nothing but its standard
#: library: the collection has links to them. Within and between them imports are relative.
TRAVELLERS = {
    path.name
    for path in (ROOT / "ansible_collection/plugins/module_utils/_shared").iterdir()
    if path.is_symlink()
}
#: All that the pure floors may import besides each other: none of these sees a file or the network.
PURE = {
    "__future__", "ast", "base64", "bisect", "collections.abc", "dataclasses", "difflib", "functools",
    "hashlib", "idna", "importlib", "io", "ipaddress", "itertools", "json", "plistlib", "re", "segno",
    "shlex", "tomlkit", "tomllib", "types", "typing", "unicodedata", "urllib.parse", "uuid", "yaml",
}  # fmt: skip


def room_of(path: Path, package: Path) -> str:
    """Return the folder of a module, or the module itself if it lies at the top."""
    return path.relative_to(package).parts[0].removesuffix(".py")


def rooms(package: Path) -> dict[str, tuple[int, str]]:
    """Return floor and subject of each room, by the first line of its docstring, the lowest floor first."""
    found = {}
    for path in [*package.glob("*/__init__.py"), *package.glob("*.py")]:
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        floor = re.match(r"Floor (\d): (.+)", said)
        assert floor, f"{path}: the first line says on which floor it stands: Floor N: what is in it"
        found[room_of(path, package)] = (int(floor[1]), floor[2])
    return dict(sorted(found.items(), key=lambda room: (room[1][0], room[0])))


def picture(package: Path) -> str:
    """Draw the house, the highest floor at the top."""
    lines, above = [], -1
    for room, (floor, subject) in sorted(
        rooms(package).items(), key=lambda room: (-room[1][0], room[0].strip("_"))
    ):
        name = f"{room}/" if (package / room).is_dir() else f"{room}.py"
        lines.append(f"{floor if floor != above else ' '}  {name:<13} {subject}")
        above = floor
    return "\n".join(lines)


def imports(path: Path, package: Path) -> list[tuple[int, str]]:
    """Return line and whole name of each module that is imported, or from which names are."""
    here = ("mailgen", *path.relative_to(package).parts[:-1])
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: len(here) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            travels = room_of(path, package) in TRAVELLERS and module.split(".")[0] == "mailgen"
            assert bool(node.level) == travels, (
                f"{path}:{node.lineno}: folders of the collection import their like relatively, others never"
            )
            names = [f"mailgen.{alias.name}" for alias in node.names] if module == "mailgen" else [module]
            found += [(node.lineno, name) for name in names]
    return found


def objections(package: Path) -> list[str]:
    """Return a sentence for each import that the floors forbid."""
    floors = {room: floor for room, (floor, _) in rooms(package).items()}
    said = []
    for path in sorted(package.rglob("*.py")):
        room = room_of(path, package)
        for line, name in imports(path, package):
            place = f"{path.relative_to(package)}:{line} imports {name}"
            if name.startswith("mailgen."):
                other = name.split(".")[1]
                if other == "__version__":
                    continue
                if room in TRAVELLERS and other not in TRAVELLERS:
                    said.append(f"{place}, which does not travel with it to the hosts of Ansible")
                if floors[other] > floors[room]:
                    said.append(f"{place}, but that is a floor above")
                if path.parent.name == "commands" and ".commands." in name:
                    said.append(f"{place}, but no verb knows another")
            elif floors[room] < 2 and name not in PURE:
                said.append(f"{place}, but this floor is pure")
    return said


def circle(edges: dict[str, set[str]]) -> list[str]:
    """Return a way through the edges that ends where it began, or nothing.

    >>> circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})
    ['b', 'c', 'b']
    """
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for other in sorted(edges.get(node, ())):
            if found := walk(other, [*way, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(edges) if (found := walk(node, []))), [])


def edges(package: Path) -> dict[str, set[str]]:
    """Return which room imports from which, `__version__` aside."""
    found: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        others = {name.split(".")[1] for _, name in imports(path, package) if name.startswith("mailgen.")}
        found.setdefault(room_of(path, package), set()).update(others - {"__version__"})
    return {room: others - {room} for room, others in found.items()}


#: Where programs may be named: each format's folder knows whose files it is, and redaction/ is read on
#: Ansible's hosts too, where formats/ does not lie, so that it keeps what it knows of each grammar itself.
MAY_NAME_PROGRAMS = re.compile(r"formats/[^/]+/|redaction/")


def programs() -> set[str]:
    """Return the names of programs that manifests know: targets, what they run, their packages.

    Formats that other devices read, or everybody, are no programs. The last two are those of targets to come.
    """
    found = {"getmail", "mbsync"}
    for path in (ROOT / "templates").glob("*/target.yaml"):
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
        if manifest.get("kind") == "provision":
            continue
        found.add(path.parent.name)
        found |= {
            manifest[key][way][0]
            for key, way in (("version", "probe"), ("check", "argv"))
            if way in manifest.get(key, ())
        }
        found |= {package for all in manifest.get("packages", {}).values() for package in all}
    return found - {"ca-certificates"}


def words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of all names, parts of modules' names, and strings that are no documentation."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for key in ("id", "attr", "arg", "name", "asname", "module"):
            if isinstance(name := getattr(node, key, None), str):
                yield from ((line, part) for part in name.split("."))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield line, node.value


def named_programs(package: Path) -> list[str]:
    """Return a sentence for each place that names a program, but for those that may.

    The whole of a string counts, and each part of a name between underscores.
    """
    known, said = programs(), []
    formats = {path.parent.name for path in package.glob("formats/*/lint.py")}
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package).as_posix()
        for line, word in sorted(words(ast.parse(path.read_text(encoding="utf-8")))):
            parts = {word, *word.lower().split("_")}
            if parts & (known | formats) and not MAY_NAME_PROGRAMS.match(place):
                said.append(f"{place}:{line} names {word}")
    return said


def house(folder: Path, **modules: str) -> Path:
    """Build a small package: `render__files` is render/files.py, each with its room's first line."""
    for room, floor in (("render", 1), ("cli", 5)):
        (folder / room / "commands").mkdir(parents=True)
        (folder / room / "__init__.py").write_text(f'"""Floor {floor}: a room."""\n')
    (folder / "api.py").write_text('"""Floor 4: calls."""\n')
    for name, text in modules.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.write_text((path.read_text() if path.exists() else "") + text)
    return folder


def test_imports_go_down_or_sideways() -> None:
    assert objections(PACKAGE) == []


def test_rooms_make_no_circle() -> None:
    assert circle(edges(PACKAGE)) == []


def test_the_architecture_shows_the_house(update_golden: bool) -> None:
    path = ROOT / "ARCHITECTURE.md"
    text = path.read_text(encoding="utf-8")
    shown = re.search(r"```text floors\n(.*?)\n```", text, re.DOTALL)
    assert shown
    if update_golden:
        path.write_text(text.replace(shown[1], picture(PACKAGE)), encoding="utf-8")
    else:
        assert shown[1] == picture(PACKAGE), "if this is right, run pytest --update-golden"


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    package = house(
        tmp_path,
        render__files="import os\nfrom mailgen.api import generate\n",
        api="from mailgen.render.files import render\n",
    )
    assert objections(package) == [
        "render/files.py:1 imports os, but this floor is pure",
        "render/files.py:2 imports mailgen.api, but that is a floor above",
    ]
    assert circle(edges(package)) == ["api", "render", "api"]


def test_a_verb_that_knows_another_is_found(tmp_path: Path) -> None:
    package = house(tmp_path, cli__commands__show="from mailgen.cli.commands.lint import run\n")
    assert objections(package) == [
        "cli/commands/show.py:1 imports mailgen.cli.commands.lint, but no verb knows another"
    ]


def test_pure_floors_do_not_open_anything() -> None:
    for room, (floor, _) in rooms(PACKAGE).items():
        for path in [PACKAGE / f"{room}.py", *(PACKAGE / room).rglob("*.py")] if floor < 2 else ():
            tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module()
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert not names & {"open", "input", "print", "__import__"}, path


def test_folders_for_the_hosts_are_written_for_their_python() -> None:
    assert {"core", "redaction", "writer"} == TRAVELLERS
    for room in TRAVELLERS:
        for path in (PACKAGE / room).rglob("*.py"):
            ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 8))


def test_only_the_folder_of_a_format_names_a_program() -> None:
    assert named_programs(PACKAGE) == []


def test_a_program_that_is_named_is_found(tmp_path: Path) -> None:
    package = house(
        tmp_path,
        render__files='"""As for msmtp."""\nWAYS = {"mutt": 1}\nNOTE = "not mutt"\n_FETCHMAIL_USER = 1\n',
        api="from mailgen.formats.muttrc import reader\nfrom mailgen.model import account\n",
    )
    (package / "formats/muttrc").mkdir(parents=True)
    (package / "formats/muttrc/lint.py").write_text('target = "neomutt"\n')
    assert named_programs(package) == [
        "api.py:2 names muttrc",
        "render/files.py:2 names mutt",
        "render/files.py:4 names _FETCHMAIL_USER",
    ]


def test_no_template_asks_which_target_it_is_for() -> None:
    asked = re.compile(r"{%[^%]*\btarget\.(name|title)\b")
    assert [
        path for path in (ROOT / "templates").glob("*/*.j2") if asked.search(path.read_text("utf-8"))
    ] == []
