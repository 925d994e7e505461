"""The patterns of the schemas: a text that ends in a line break is another text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgen import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(paths.data_folder("schema"))
SCHEMAS = {file.name: json.loads(file.read_text()) for file in FOLDER.glob("*.schema.json")}


def patterns(node: Any) -> Iterator[str]:
    """Yield each regular expression of a schema; a property may be called `pattern` as well."""
    if isinstance(node, list):
        for item in node:
            yield from patterns(item)
    elif isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for key, value in node.items():
            if key == "patternProperties":
                yield from value
            yield from patterns(value)


ALL = sorted({pattern for schema in SCHEMAS.values() for pattern in patterns(schema)})
#: These look at the beginning only, or for something within.
OPEN = {"^(mailto|https|tel):", "^(~/|/)", "^[0-9]"}
CLOSED = [pattern for pattern in ALL if pattern not in OPEN]


def test_there_are_patterns_in_each_schema() -> None:
    assert len(SCHEMAS) == 10
    assert all(any(patterns(schema)) for schema in SCHEMAS.values())
    assert set(ALL) > OPEN


@pytest.mark.parametrize("pattern", CLOSED)
def test_a_pattern_ends_where_the_text_ends(pattern: str) -> None:
    r"""Python's `$` also matches before a last line break; `\Z` is none of ECMA-262, which editors read."""
    assert pattern.endswith(r"(?!\n)$")
    assert not re.search(r"\\[ZAzb]|\(\?P|\(\?<", pattern), "Python's own, or other in ECMA-262"


@pytest.mark.parametrize("pattern", CLOSED)
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_no_pattern_takes_a_line_break(pattern: str, data: st.DataObject) -> None:
    r"""Of what `$` would draw, half ends in a line break and is thrown away: so it is drawn up to `\Z`."""
    text = data.draw(st.from_regex(pattern.removesuffix(r"(?!\n)$") + r"\Z"))
    assert re.search(pattern, text)
    assert "\n" not in text
    for broken in (text + "\n", "\n" + text, f"{text}\n{text}", text[:1] + "\n" + text[1:]):
        assert not re.search(pattern, broken)
