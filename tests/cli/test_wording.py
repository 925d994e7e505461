"""Every text that a door says is known by its English template; other languages may lag, but never lie."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import mailgen
from mailgen import paths
from mailgen.catalog.opening import open_catalogue
from mailgen.cli import wording
from mailgen.core.text import Listed, Option, Text, told
from mailgen.render.next_steps import said
from tests.support import cli

PACKAGE = Path(mailgen.__file__).parent
SCHEMAS = Path(paths.data_folder("schema"))
LANGUAGES = sorted((PACKAGE / "cli/languages").rglob("*.json"))


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


#: What is made of sentences that people read: each is a Text, or a constant with a line in each language.
SAYS = {
    "MailgenError", "UsageError", "DataError", "InFileError", "Unrepresentable", "Unquotable", "Finding",
    "Problem", "DataProblem", "TemplateProblem", "Difference", "Loss", "DraftLoss", "BrokenMarks",
    "Unmergeable", "_refused", "lose", "say", "warn", "advise",
}  # fmt: skip
#: Errors of programmers.
BUGS = {"AssertionError", "ValueError", "TypeError", "RuntimeError", "KeyError", "NotImplementedError"}
#: What has English words and is not said to people in their language, with the reason.
UNSAID = {
    "formats/problems.py": "titles of rules in SARIF, which programs read",
    "check/sasl.py": "the protocol's own words",
    "check/sending.py": "a message that is removed again",
    "formats/muttrc/made.py": "a mark in a file, by which it is known again",
    "redaction/secrecy.py": "a sentence of our templates, by which it is known",
    "writer/blocks.py: and {} line break{} above": "a mark in a file, by which it is known again",
    "dataset/templates.py:from jinja2.runtime import ": "a line of Python",
    "accounts/overrides.py:you@x.example": "an address",
    "core/values.py:{} is frozen; use replace()": "an error of programmers",
    "cli/provider_sheet.py:in the name": "one half of a pair, to tell which one it is",
    "explain/account.py:departs from the standards": "one half of a pair",
    "publishing/zone.py": "a remark in a zone",
    "publishing/profile.py": "a line of a file that everybody may read",
    "discovery/methods.py:SRV records of {} (RFC 6186)": "the title of a source, in a file",
}
_FUNCTION_WORDS = re.compile(
    r"(?<![\w-])(a|an|and|are|be|by|cannot|for|from|has|in|is|it|must|no|not|of|one|only|or|than|that|the|this|to"
    r"|with|you|your)(?![\w-])"
)
_NO_SENTENCE = re.compile(r"[\\^|\u4e00-\u9fff\n]|\w_\w|[A-Z]{4,} ")


@pytest.fixture(scope="module")
def known() -> set[str]:
    """All that has a line in Chinese."""
    return {
        text
        for path in LANGUAGES
        if path.stem == "zh"
        for text in json.loads(path.read_text(encoding="utf-8"))
    }


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in PACKAGE.rglob("*.py"):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_every_sentence_is_said_in_chinese(known: set[str]) -> None:
    """Nowhere in the package stands an English sentence that a Chinese screen would show as it is."""
    missing, seen, used = [], 0, set()
    for place, tree in modules():
        passed = set(_beside_sentences(tree))
        for node in ast.walk(tree):
            if node in passed or not (text := _text(node)) or not _is_sentence(text):
                continue
            seen += 1
            if isinstance(node, ast.JoinedStr) or text not in known:
                said = {place, f"{place}:{text}"} & UNSAID.keys()
                used |= said
                if not said:
                    missing.append(f"{place}:{node.lineno}: {text}")
    assert missing == []
    assert seen > 1000
    assert used == UNSAID.keys()


def test_what_people_are_told_is_known_by_its_template(known: set[str]) -> None:
    """Nothing that is told is glued together, and each template of a text has its line, short ones too."""
    glued, missing, seen = [], [], 0
    for place, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node) in SAYS and place not in UNSAID:
                for argument in node.args:
                    seen += 1
                    if isinstance(argument, ast.JoinedStr) and _is_glued(_text(argument)):
                        glued.append(f"{place}:{node.lineno}: {_text(argument)}")
            elif isinstance(node, ast.Call) and _name(node) == "Text" and node.args:
                for text in constants(node.args[0]):
                    if re.search(r"(^| )[a-z]{2,} | [a-z]{2,}$", text) and not text.startswith("mailgen "):
                        missing += [f"{place}:{node.lineno}: {text}"] * (text not in known)
    assert (glued, missing) == ([], [])
    assert seen > 1000


def _is_glued(text: str) -> bool:
    """Say whether words stand beside values in an f-string; a name, a place or an option may."""
    return bool(re.search(r"[a-z]{2,} ", text)) and not text.startswith("--")


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def _text(node: ast.AST) -> str:
    """Return a constant, or an f-string with {} for its values; "" for all else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_sentence(text: str) -> bool:
    """Say whether a text is prose: three words, one of which only sentences need.

    >>> _is_sentence("the port is taken"), _is_sentence("ssl sslcertck keep"), _is_sentence("it is empty")
    (True, False, True)
    """
    words = re.findall(r"(?<![\w-])[A-Za-z]+(?![\w-])", text)
    return len(words) > 2 and bool(_FUNCTION_WORDS.search(text)) and not _NO_SENTENCE.search(text)


def _beside_sentences(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what is no sentence for people, with all in it.

    These are docstrings, what programmers are told, patterns, and sentences that stand in both languages.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                yield node.value
            case ast.JoinedStr():
                yield from (part for part in ast.walk(node) if part is not node)
            case ast.Raise(exc=ast.Call() as call) if _name(call) in BUGS:
                yield from ast.walk(call)
            case ast.Assert():
                yield from ast.walk(node)
            case ast.Dict(keys=keys) if "zh" in map(_text, filter(None, keys)):
                yield from ast.walk(node)
            case ast.Call(func=ast.Attribute(attr="split", value=value)):
                yield value
            case ast.Call() if _name(node) in ("words", "compile", "match", "search", "fullmatch", "execute"):
                yield from ast.walk(node)


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


def test_names_in_a_list_stay_names_and_are_set_apart_as_the_language_does() -> None:
    """A name may be a word that has a line of its own, such as a key of a file that is called `sources`."""
    text = Text("the keys are {names}", names=Listed(", ", ["sources", "a b"]))
    zh = {"the keys are {names}": "可用的键有 {names}", ", ": "、", "sources": "来源", "a b": "甲乙"}
    assert text == "the keys are sources, a b"
    assert told(text, zh, wording.as_in_files, "zh") == "可用的键有 sources、甲乙"


def test_braces_of_a_value_are_only_text() -> None:
    text = Text("no provider is called {name}", name="{x} {0.__class__}")
    assert text == "no provider is called {x} {0.__class__}"
    assert told(text, {text.template: "没有名为 {name} 的服务商"}, wording.as_options) == (
        "没有名为 {x} {0.__class__} 的服务商"
    )


def descriptions(node: object) -> Iterator[str]:
    """Yield what a schema says of its parts."""
    for item in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        yield from descriptions(item)
    if isinstance(node, dict) and isinstance(node.get("description"), str):
        yield node["description"]


def test_what_a_schema_says_of_itself_is_said_in_chinese() -> None:
    """A sentence about a wrong file ends in what belongs there, in the language of its beginning."""
    chinese = json.loads((SCHEMAS / "descriptions.zh.json").read_text(encoding="utf-8"))
    written = ("accounts", "oauth2-clients", "provider", "target", "why")
    texts = [(SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") for name in written]
    said = {text for schema in texts for text in descriptions(json.loads(schema))}
    assert said ^ chinese.keys() == set()
    for text in chinese.values():
        assert not re.search(r"[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?(][\u4e00-\u9fff]| [(]", text), text


def test_notes_about_one_address_name_options_that_there_are() -> None:
    """What only an accounts file can say is no word of the command line."""
    known = set(re.findall(r"(?<=[ ,])--[a-z][a-z0-9-]*", cli("msmtp", "--help").stdout))
    assert "--password-command" in known
    for target in open_catalogue().targets():
        notes = [note for note in target.notes if note.get("layout", "single") == "single"]
        for text in (text for note in notes for text in said({"en": note["en"]}).values()):
            named = [one for one in getattr(text, "values", {}).values() if isinstance(one, Option)]
            words = {wording.as_options(one).split()[0] for one in named}
            assert words <= known, (target.name, text)
