"""One word for one thing: no two classes share a name, nor two public functions that do different things."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import mailgen

PACKAGE = Path(mailgen.__file__).parent
#: Functions that several modules have because somebody looks for them there by this name: the pattern of
#: these modules, and who looks.
CONTRACTS = {
    "configure": (r"cli/commands/\w+\.py", "a verb adds its arguments"),
    "run": (r"cli/commands/\w+\.py", "a verb does its work"),
    "read": (r"formats/(\w+/reader|detect)\.py", "a format reads a file; detect.py whichever it is of"),
    "accounts_from": (r"formats/\w+/accounts\.py", "a format finds accounts in what it has read"),
    "refusals": (r"formats/\w+/refusals\.py", "a format says where its program stops"),
    "text": (r"formats/\w+/grammar\.py", "a grammar writes a text"),
    "command": (r"formats/\w+/grammar\.py", "a grammar writes a command"),
    "folder": (r"formats/\w+/grammar\.py", "a grammar writes the name of a mailbox"),
    "hidden": (r"redaction/\w+\.py", "a form of file hides its secrets"),
}


def classes(tree: ast.Module) -> list[str]:
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def public_functions(tree: ast.Module) -> list[str]:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in functions if not node.name.startswith("_")]


def shared(found: dict[str, list[str]]) -> list[str]:
    """Return a line for each name that several modules give to something of theirs."""
    return sorted(f"{name}: {', '.join(where)}" for name, where in found.items() if len(where) > 1)


def trees() -> list[tuple[str, ast.Module]]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths
    ]


def test_no_two_classes_have_one_name() -> None:
    found = defaultdict(list)
    for where, tree in trees():
        for name in classes(tree):
            found[name].append(where)
    assert len(found) > 50
    assert shared(found) == []


def test_public_functions_of_one_name_do_one_thing() -> None:
    """Give a new one a name that says of what it is: `read_accounts`, not `read`."""
    found = defaultdict(list)
    for where, tree in trees():
        for name in public_functions(tree):
            if name not in CONTRACTS or not re.fullmatch(CONTRACTS[name][0], where):
                found[name].append(where)
    outside = {name: [*where, "a contract"] for name, where in found.items() if name in CONTRACTS}
    assert shared(found | outside) == []


def test_every_contract_is_kept_by_several() -> None:
    kept = defaultdict(list)
    for where, tree in trees():
        for name in public_functions(tree):
            if name in CONTRACTS and re.fullmatch(CONTRACTS[name][0], where):
                kept[name].append(where)
    assert {name for name in CONTRACTS if len(kept[name]) < 2} == set()


def test_the_looking_finds_what_it_looks_for() -> None:
    tree = ast.parse("class A: ...\ndef f(): ...\ndef _g(): ...\nasync def h(): ...\n")
    assert classes(tree) == ["A"]
    assert public_functions(tree) == ["f", "h"]
    assert shared({"A": ["x.py", "y.py"], "B": ["x.py"]}) == ["A: x.py, y.py"]
