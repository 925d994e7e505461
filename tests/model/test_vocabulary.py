"""The small tables stand once: no module writes one of them out again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mailgen
from mailgen.model.ports import SERVICES, USUAL, default_port
from mailgen.model.vocabulary import AUTH, INCOMING, PROTOCOLS, ROLES, SERVER, TLS

PACKAGE = Path(mailgen.__file__).parent
TABLES = tuple(map(frozenset, (AUTH, INCOMING, PROTOCOLS, ROLES, SERVER, TLS)))


def copies(text: str) -> list[int]:
    """Return the lines in which a tuple, list or set holds just the words of a table.

    A mapping has something to say of each; a type (`Literal[...]`) has to write its words out.
    """
    tree = ast.parse(text)
    types = {node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and node not in types:
            words = frozenset(part.value for part in node.elts if isinstance(part, ast.Constant))
            if len(words) == len(node.elts) and words in TABLES:
                found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_table_stands_twice(path: Path) -> None:
    here = path.relative_to(PACKAGE).as_posix() in ("model/vocabulary.py",)
    assert bool(copies(path.read_text(encoding="utf-8"))) == here


def test_a_copy_is_noticed() -> None:
    assert copies('A = ("imap", "pop3")\nB = {"smtp", "imap", "pop3"}\nC: Literal["imap", "pop3"]') == [1, 2]


def test_services_have_the_ports_that_are_usual() -> None:
    assert SERVICES["smtp"] == 25, "the name of IANA means mail between servers, not submission"
    for (protocol, port), form in USUAL.items():
        assert default_port(protocol, form) in (port, 587)
