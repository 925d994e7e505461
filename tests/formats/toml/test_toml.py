"""TOML, in which structures are said: the standard library reads back what was meant."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.core.errors import Unquotable
from mailgen.formats import load, structure
from mailgen.formats.quoting import quote
from mailgen.model.tokens import Command

TOML = load("toml")
lines = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))


@given(lines)
def test_a_text_is_read_back(value: str) -> None:
    assert tomllib.loads(f"a = {quote(value, TOML)}\n") == {"a": value}


@given(st.lists(lines, max_size=5))
def test_so_are_the_words_of_a_command(words: list[str]) -> None:
    assert structure.read_structure(f"a = {quote(Command(tuple(words)), TOML)}\n") == {"a": words}


@pytest.mark.parametrize("value", [True, False, 0, 993])
def test_so_are_numbers_and_truths(value: object) -> None:
    [read] = tomllib.loads(f"a = {quote(value, TOML)}\n").values()
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize("char", ["\n", "\r", "\0", "\x1b", "\x7f", "\x85", "\u2028"])
def test_control_characters_are_refused(char: str) -> None:
    with pytest.raises(Unquotable):
        quote(f"a{char}b", TOML)


def test_an_encoder_that_is_not_there_is_told_apart_from_one_that_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(KeyError):
        structure.encoder("none")
    with pytest.raises(KeyError):
        structure.encoder("plist/none")
    with pytest.raises(KeyError):
        structure.encoder("msmtp")
