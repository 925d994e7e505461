"""YAML as it is written: readers of YAML 1.1 and of 1.2 read back what was meant."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailgen.formats.structure import encoder

WRITE = encoder("yaml").write
lines = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))
values = st.recursive(
    lines | st.booleans() | st.integers(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, min_size=1)
    ),
)


@given(st.dictionaries(st.sampled_from(["host", "port", "xoAuth2"]), values, min_size=1))
def test_what_was_meant_is_read_back(structure: dict[str, object]) -> None:
    assert yaml.safe_load(WRITE(structure)) == structure


@pytest.mark.parametrize(
    "value", ["no", "0o17", "1e3", "0b1", ".inf", "~", "null", "2026-11-29", "1_000", "<<", "", "="]
)
def test_a_text_is_none_of_what_versions_of_yaml_take_otherwise(value: str) -> None:
    """It stands in double quotes, in which YAML 1.2 is JSON."""
    written = WRITE({"a": value})
    assert isinstance(written, str)
    assert re.fullmatch(r'a: (".*")\n', written)
    assert json.loads(written.partition(" ")[2]) == value


def test_names_of_settings_are_bare_and_long_lines_stay_whole() -> None:
    written = WRITE({"accounts": [{"command": "x " * 500, "deep": {"list": ["a"]}}]})
    assert isinstance(written, str)
    assert [line.partition(":")[0] for line in written.splitlines()] == [
        "accounts", "  - command", "    deep", "      list", '        - "a"'
    ]  # fmt: skip
