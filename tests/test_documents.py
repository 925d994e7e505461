"""Documents in two languages say the same: headings, lists, tables, and every word of code."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.chinese import english_in, half_width_in
from tests.support import ROOT

PAIRS = sorted(path for path in [*ROOT.glob("*.zh-CN.md"), *ROOT.glob("docs/*.zh-CN.md")])
#: Contributors read these: English only.
ENGLISH = {"ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "SECURITY", "decisions"}
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.S)
#: Words that stand for others in the other language, inside code.
PLACES = {
    "目录": "DIR", "域名": "DOMAIN", "文件": "FILE", "名称": "NAME", "地址": "ADDRESS",
    "艾达": "Ada O'Brien", '"': "", "'": "",
}  # fmt: skip


def english_of(path: Path) -> Path:
    return path.with_name(path.name.replace(".zh-CN", ""))


def sections(path: Path) -> list[str]:
    """Return the text below each heading, with the heading's level at its beginning."""
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=#+ )", FENCE.sub(lambda found: found[0].replace("\n#", "\n\\#"), text))
    return [block for block in blocks if block.strip()]


def shape(section: str) -> dict[str, object]:
    """Return what must be the same in each language."""
    code = FENCE.findall(section)
    plain = FENCE.sub("", section)
    return {
        "level": len(section) - len(section.lstrip("#")),
        "list": len(re.findall(r"(?m)^- ", plain)),
        "rows": len(re.findall(r"(?m)^\|", plain)),
        "code": [(kind, "" if kind == "console" else typed(text)) for kind, text in code],
        "words": {placed(word) for word in re.findall(r"`([^`]+)`", plain)},
        "links": {link.replace(".zh-CN", "") for link in re.findall(r"\]\((.+?)\)", plain)},
    }


def typed(text: str) -> list[str]:
    """Return the lines of a block without comments and without blanks that only align them."""
    lines = (re.sub(r"\s*\\?# .*", "", line).rstrip() for line in text.split("\n"))
    return [placed(re.sub(r"(?<=\S)\s+", " ", line)) for line in lines if line.strip()]


def placed(text: str) -> str:
    text = " ".join(text.split())
    for other, word in PLACES.items():
        text = text.replace(other, word)
    return text


def test_each_document_for_users_has_its_other_language() -> None:
    documents = {path.stem for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}
    users = {name for name in documents if not name.endswith(".zh-CN")} - ENGLISH
    assert {english_of(path).stem for path in PAIRS} == users


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.name)
def test_each_section_stands_in_both_languages(path: Path) -> None:
    here, there = sections(path), sections(english_of(path))
    for chinese, english in zip_longest(here, there, fillvalue=""):
        for name, value in shape(english).items():
            assert shape(chinese)[name] == value, f"{name} below {english.splitlines()[0]}"


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.name)
def test_a_chinese_document_is_chinese(path: Path) -> None:
    plain = re.sub(r"`[^`]+`|\]\(.+?\)", "", FENCE.sub("", path.read_text(encoding="utf-8")))
    assert half_width_in(plain) == []
    assert re.findall(r"[\u4e00-\u9fff*] ?:\S", plain) == []
    assert [one for one in english_in(plain) if one not in ("Ada O'Brien", "Ansible collection")] == []
