"""What a server says is shown clean, and not at all if a piece of the secret is in it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.check.quoting import LONGEST, fit_to_show, repeats
from mailgen.check.sasl import plain_words
from mailgen.core.printing import is_hidden

SECRETS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=3, max_size=30).filter(
    lambda text: len(text.strip()) > 2
)


@given(secret=SECRETS, before=st.text("abc: ", max_size=7), after=st.text("abc: ", max_size=7))
def test_a_secret_is_found_however_it_is_repeated(secret: str, before: str, after: str) -> None:
    for form in (
        secret,
        base64.b64encode((before + secret + after).encode()).decode(),
        plain_words("user@own.example", secret).decode(),
        secret.encode().hex(),
        '"' + secret.replace("\\", "\\\\").replace('"', '\\"') + '"',
    ):
        assert fit_to_show(f"NO {before}{form}{after}", (secret,)) == ""


@given(said=st.text())
def test_nothing_acts_upon_a_terminal(said: str) -> None:
    shown = fit_to_show(said, ())
    assert len(shown) <= LONGEST + 3
    assert not any(map(is_hidden, shown))


def test_a_word_of_the_secret_is_enough() -> None:
    assert fit_to_show("NO no such user efgh", ("abcd efgh ijkl mnop",)) == ""
    assert fit_to_show("NO no such user", ("abcd efgh ijkl mnop",)) == "NO no such user"


def test_a_short_secret_does_not_garble_all_texts() -> None:
    assert fit_to_show("NO failed", ("a",)) == "NO failed"
    assert repeats(plain_words("user", "a").decode(), plain_words("user", "a").decode())


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("554 IP=192.0.2.7 - Dialup", "554 IP=... - Dialup"),
        ("rejected [2001:db8::1:2:3:7]", "rejected [...]"),
        ("535 5.7.8 no at 10:20:30", "535 5.7.8 no at 10:20:30"),
    ],
)
def test_the_address_of_who_asks_is_left_out(said: str, shown: str) -> None:
    assert fit_to_show(said, ()) == shown
