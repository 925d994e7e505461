"""Drafts as YAML: read back they are the record, and they look like the files beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailgen.dataset import providers, yaml_lines
from mailgen.drafts import Draft, DraftLoss
from mailgen.drafts.yaml_text import _ORDERS, WIDTH, yaml_of
from tests.dataset.test_providers import RECORDS

HOSTILE = [
    "a\nkind: x", "a: b", "a #b", "- a", "[a", "{a", "'a", '"a', "a'b\"c\\d", "!!python/x", "&a", "*a", "%a",
    "@a", "`a", "a,b", "a]b", "?", "? a", "|", ">", "...", "---",
    "true", "null", "~", "no", "0", "12", "-1", "1.5", "0600", "2026-11-26", "", " a", "a ", "a  b", "a\tb",
    "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\U000e0001", "网易 邮箱",
]  # fmt: skip


def read_back(text: str) -> Any:
    return yaml.load(text, yaml_lines._Loader)


def written(record: dict[str, Any], *losses: DraftLoss) -> str:
    return yaml_of(Draft("example.org", record, losses))


def test_our_own_files_are_written_as_they_are() -> None:
    for path, record in RECORDS.items():
        text = written(record)
        assert read_back(text) == record, path
        assert [*read_back(text)] == [*record], path
        domains = re.search(r"^domains: \[.*?\]$", text, re.MULTILINE | re.DOTALL)
        assert not domains or all(len(line) <= WIDTH for line in domains[0].splitlines()), path


def test_nearly_all_of_our_files_are_reproduced_to_the_byte() -> None:
    same = sum(written(record) == without_comments(path) for path, record in RECORDS.items())
    assert same > 0.85 * len(RECORDS)


def test_the_orders_of_its_own_know_every_key_of_the_schema() -> None:
    properties = providers.schema("provider.schema.json")["properties"]
    credentials = properties["credentials"]["properties"]
    parts = {
        (): properties,
        ("credentials",): credentials,
        ("credentials", "cases", "[]"): credentials["cases"]["items"]["properties"],
        ("oauth2",): properties["oauth2"]["properties"],
    }
    assert {path: sorted(keys) for path, keys in _ORDERS.items()} == {
        path: sorted(keys) for path, keys in parts.items()
    }


def without_comments(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "".join(f"{line if line[:1] == '#' else re.sub(' +# .*', '', line)}\n" for line in lines)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_back_wherever_it_stands(text: str) -> None:
    record = {
        "name": {"en": text, text: "a"},
        "note": {"en": text},
        "domains": [text] * 30,
        "services": {"imap": [{"host": text, "port": 1, "sources": [text]}]},
        "credentials": {
            "kind": text,
            "hint": {"en": text},
            "shown_once": True,
            "cases": [{"when": {text: True}, "hint": {"en": text}}, {"kind": text}],
        },
        "slots": {text: {"ask": {"en": text}, "example": text}, "ask": {"sources": [text]}},
        "off_by_default": [{"protocols": [text], "where": {text: text}}],
        "plan": [],
        "not_offered": {text: [text]},
        "oauth2": {"scopes": {"imap": [text]}, "sources": []},
        "folders": {"sent": text},
        "old_hosts": [{"host": text}],
        "docs": [text],
        "sources": {text: {"title": text, "url": text}},
    }
    assert read_back(written(record)) == record


@given(st.text(), st.text())
def test_any_text_is_read_back_and_no_loss_becomes_a_line_of_its_own(text: str, other: str) -> None:
    record = {"name": {"en": text}, "sources": {other: {"title": text}}, "docs": [other, text]}
    made = written(record, DraftLoss(text, other), DraftLoss(f"\n{text}", f"{other}\r\nkind: x"))
    assert read_back(made) == record
    lines = made.split("\n")
    assert [line for line in lines if not line.startswith(("#", "name:", "sources:", "  ", "docs:"))] == [""]


def test_losses_stand_at_the_top() -> None:
    text = written(
        {"name": {"en": "A"}}, DraftLoss("the thing", "a.xml:7"), DraftLoss("word " * 40, "a.xml:8")
    )
    assert text.splitlines()[2:4] == ["# Not carried over:", "# - a.xml:7: the thing"]
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert "Not carried" not in written({"name": {"en": "A"}})


def test_a_file_of_a_draft_passes_lint(tmp_path: Path) -> None:
    path, record = next(iter(RECORDS.items()))
    (tmp_path / path.name).write_text(written(record, DraftLoss("a", "b")), encoding="utf-8")
    assert providers.load_providers([tmp_path / path.name])[1] == []
