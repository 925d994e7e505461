"""What is written without re, shlex and urllib is what they would write; they are slow to import."""

from __future__ import annotations

import re
import shlex
import string
from threading import Thread
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailgen.core.errors import Unquotable
from mailgen.core.text import placed
from mailgen.core.values import remembered
from mailgen.formats.fetchmail.grammar import _unknown_word
from mailgen.formats.muttrc import grammar as muttrc
from mailgen.formats.quoting import (
    is_plain_word,
    refuse_control_characters,
    shell_word,
    shell_words,
    url_text,
)
from mailgen.model.tokens import Url
from mailgen.resolve.address import _is_dot_atom, _is_quoted

#: Text that holds what is looked for more often than chance has it.
MARKS = st.text(st.sampled_from("ab{}_%T\"\\.@'!-~ \t\x00\x1f\x7fü艾9F[]*?") | st.characters())


@given(MARKS)
def test_words_of_a_shell(text: str) -> None:
    assert shell_word(text) == shlex.quote(text)
    assert shell_words([text, "a b"]) == shlex.join([text, "a b"])


@given(MARKS)
@pytest.mark.parametrize("letters", [string.printable])
def test_plain_words(letters: str, text: str) -> None:
    for word in (text, *letters):
        assert is_plain_word(word) == bool(re.fullmatch(r"[A-Za-z0-9._%+@:/~-]+", word))


@given(MARKS.map(lambda text: re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "", text)))
def test_login_names_in_urls(name: str) -> None:
    assert url_text(Url("imaps", name, "h", 1)) == f"imaps://{quote(name, safe='')}@h:1/"


@given(st.text(st.characters(max_codepoint=127)))
def test_control_characters(text: str) -> None:
    if re.search(r"[\x00-\x1f\x7f]", text):
        with pytest.raises(Unquotable):
            refuse_control_characters(text)
    else:
        refuse_control_characters(text)


@given(MARKS)
def test_local_parts(text: str) -> None:
    """RFC 5322: dot-atom and quoted-string; what is not ASCII may stand everywhere (RFC 6532)."""
    text = re.sub(r"[\x00-\x1f\x7f]", "", text)
    probe = "".join(char if char.isascii() else "x" for char in text)
    atom = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    assert _is_dot_atom(text) == bool(re.fullmatch(rf"{atom}(\.{atom})*", probe))
    assert _is_quoted(text) == bool(re.fullmatch(r'"([ !#-\[\]-~]|\\[ -~])*"', probe))


@given(MARKS)
@example('"\\"')
@example('""')
@example('"a"b"')
def test_quoted_local_parts(text: str) -> None:
    inner = re.sub(r"[\x00-\x1f\x7f]|[^\x00-\x7f]", "", text)
    for whole in (inner, f'"{inner}"'):
        assert _is_quoted(whole) == bool(re.fullmatch(r'"([ !#-\[\]-~]|\\[ -~])*"', whole))


@given(MARKS)
def test_percent_words(text: str) -> None:
    found = re.search(r"%(?![ -@\[-`{-~HMSUYdhijmnux]|\Z).", text, re.DOTALL)
    assert _unknown_word(text) == (found.group() if found else None)


@given(MARKS)
def test_what_looks_percent_encoded(text: str) -> None:
    if re.search("%[0-9A-Fa-f]{2}", text):
        with pytest.raises(Unquotable):
            muttrc.folder(text)
    else:
        assert muttrc.folder(text) == f"+{text}"


@given(MARKS)
@example("{a}{}{{b}}{a b}{c")
def test_places(text: str) -> None:
    values = {"a": "1{b}", "b": ""}
    told = re.sub(r"\{([A-Za-z0-9_]+)\}", lambda place: values.get(place[1], place[0]), text)
    if text.isascii():
        assert placed(text, lambda name: values.get(name, f"{{{name}}}")) == told


def test_results_are_remembered_but_few() -> None:
    calls: list[int] = []

    @remembered(2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    assert [double(number) for number in (1, 1, 2, 1, 3, 2, 1)] == [2, 2, 4, 2, 6, 4, 2]
    assert calls == [1, 2, 3, 2, 1]

    wrong: list[int] = []

    def many() -> None:
        wrong.extend(number for number in range(3000) if double(number % 7) != 2 * (number % 7))

    threads = [Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
