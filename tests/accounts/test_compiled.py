"""The schema as code is content with what jsonschema is content with, and with nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.accounts import compiled, schema
from mailgen.credentials.stores import STORES
from tests.accounts.test_reader import ACCOUNTS, AROUND, WHOLE

PATH, TEXT = compiled.kept_schema()
CODE = ModuleType("kept_schema")
exec(TEXT, CODE.__dict__)


def content(data: Any) -> bool:
    """Say whether the code is content with data."""
    try:
        CODE.validate(data)
    except ValueError:
        return False
    return True


def both(data: Any) -> bool:
    """Return what both say of data."""
    errors = list(schema._validator().iter_errors(data))
    assert content(data) == (not errors), errors
    return not errors


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(["a", "b", "C", "-d", ""]), ACCOUNTS, max_size=2), AROUND)
def test_any_data(household: dict[str, Any], around: dict[str, Any]) -> None:
    both({"accounts": household, **around})
    for account in household.values():
        both({"accounts": {"a": account}})


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield all mappings and lists in data, each with a key or a place in it."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from places(node[key])


#: What may stand anywhere, to be refused in most places.
VALUES = [
    "",
    "x",
    "x\n",
    "~/x",
    "imap",
    "none",
    0,
    1,
    1.0,
    1.5,
    65536,
    True,
    None,
    [],
    {},
    ["x"],
    ["x", "x"],
    {"x": "x"},
]


def test_a_whole_file_with_one_thing_changed() -> None:
    whole = yaml.safe_load(WHOLE)
    assert both(whole)
    said = set()
    for node, key in places(whole):
        kept = node[key]
        for value in VALUES:
            node[key] = value
            said.add(both(whole))
        node[key] = kept
        if isinstance(node, dict):
            for other in ("zz", "password", "credential", "A", "x\n", ""):
                if other not in node:
                    node[other] = "x"
                    said.add(both(whole))
                    del node[other]
            del node[key]
            said.add(both(whole))
            node[key] = kept
    assert said == {True, False}
    assert whole == yaml.safe_load(WHOLE)


@pytest.mark.parametrize("kind", STORES)
def test_stores_with_all_that_may_be_said_of_them(kind: str) -> None:
    for extra in (
        {},
        *({name: "x"} for name in STORES[kind].parts),
        {"zz": "x"},
        {"path": "/x"},
        {"entry": ""},
    ):
        both({"accounts": {"a": {"address": "a@b.example", "credential": {"kind": kind, **extra}}}})


def test_nothing_is_judged_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is the code, jsonschema is asked only for the words."""
    assert PATH == "accounts/kept_schema.py"
    monkeypatch.setattr(schema, "_code", lambda: CODE)
    monkeypatch.setattr(schema, "_validator", lambda: pytest.fail("jsonschema is asked"))
    assert schema.problems(yaml.safe_load(WHOLE)) == []
    monkeypatch.undo()
    monkeypatch.setattr(schema, "_code", lambda: CODE)
    told = schema.problems({"accounts": {"a": {"address": 7}}})
    assert [(one.field, one.what) for one in told] == [
        (("accounts", "a", "address"), "this must be text, and is a number")
    ]


def test_the_module_is_found_where_a_wheel_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    schema._code.cache_clear()
    monkeypatch.setitem(sys.modules, schema.KEPT, CODE)
    try:
        assert schema._code() is CODE
    finally:
        monkeypatch.undo()
        schema._code.cache_clear()
