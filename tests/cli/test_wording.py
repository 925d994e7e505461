"""Every text that a door says is known by its English template; other languages may lag, but never lie."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from string import Formatter

import pytest

import mailgen
from mailgen.cli import wording
from mailgen.core.text import Listed, Option, Text, told

PACKAGE = Path(mailgen.__file__).parent
LANGUAGES = sorted((PACKAGE / "cli/languages").rglob("*.json"))


def templates() -> set[str]:
    """Return the templates of all texts that the package makes, and the joints of its lists."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Text" | "Listed"), args=[first, *_]):
                    found |= set(constants(first))
    return found


def constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*constants(node.body), *constants(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def places(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_language_says_what_ours_says(path: Path) -> None:
    """Each text is said with the same values, and in Chinese with full-width punctuation."""
    for english, other in json.loads(path.read_text(encoding="utf-8")).items():
        assert places(english) == places(other), english
        if path.stem == "zh":
            assert not re.search(r"[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?(][\u4e00-\u9fff]| [(]", other), other


ERRORS = {"MailgenError", "UsageError", "DataError", "InFileError"}
#: What contributors meet, not people with mail: English.
WORKSHOP = ("dataset", "drafts", "templates", "formats", "redaction", "lint", "importer", "explain", "render")


def test_people_are_refused_in_their_language() -> None:
    """What stands in an error is said in Chinese, but for words of the command line and a few slips."""
    known = json.loads((PACKAGE / "cli/languages/zh.json").read_text(encoding="utf-8"))
    missing, seen = set(), 0
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in WORKSHOP or path.stem.startswith("dataset"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(name), args=args) if name in ERRORS:
                    for argument in args[:3]:
                        if isinstance(argument, ast.JoinedStr) and _sentence(argument):
                            missing.add(f"{path.name}:{argument.lineno}: make it a Text")
                        texts = [text for text in constants(argument) if " " in text and "--" not in text]
                        seen += len(texts)
                        missing |= set(texts) - set(known)
    assert seen > 150
    assert len(missing) < 20, sorted(missing)


def _sentence(text: ast.JoinedStr) -> bool:
    words = "".join(part.value for part in text.values if isinstance(part, ast.Constant))
    return len(words.split()) > 2


def test_a_text_survives_being_told_otherwise() -> None:
    inner = Text("give it with {username}", username=Option("username"))
    text = Text("{what}; {protocol} is used instead", what=inner, protocol="POP3")
    assert text == "give it with username; POP3 is used instead"
    zh = {
        "{what}; {protocol} is used instead": "{what}；改用 {protocol}",
        "give it with {username}": "用 {username} 给出",
    }
    assert told(text, zh, wording.as_options) == "用 --username 给出；改用 POP3"
    assert told(Listed("; or ", [inner, "x"]), {"; or ": "；或 "}, wording.as_in_files) == (
        "give it with username；或 x"
    )


def test_braces_of_a_value_are_only_text() -> None:
    text = Text("no provider is called {name}", name="{x} {0.__class__}")
    assert text == "no provider is called {x} {0.__class__}"
    assert told(text, {text.template: "没有名为 {name} 的服务商"}, wording.as_options) == (
        "没有名为 {x} {0.__class__} 的服务商"
    )
