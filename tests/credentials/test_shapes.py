"""A secret is compared with what the provider hands out before it is kept, and nothing of it is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.credentials.shapes import described, misfit
from mailgen.model.provider import Credentials, Shape
from mailgen.model.tokens import Secret

NAME = {"en": "X", "zh": "某邮箱"}
LETTERS = Credentials("app-password", shape=Shape(16, "letters"))
DIGITS = Credentials("app-password", shape=Shape(6, "digits"))
ANY = Credentials("app-password", shape=Shape(16, "any"))
SMALL = Credentials("app-password", shape=Shape(4, "lower-case"))
BOTH = Credentials("app-password", shape=Shape(4, "alphanumeric"))
PASSWORD = Credentials("login-password")


def odd(secret: str, *wanted: Credentials) -> str:
    found = misfit(Secret(secret), wanted, NAME)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("secret", "wanted", "words"),
    [
        ("abcdefghijklmnop", [LETTERS], ""),
        ("ABCDEFGHijklmnop", [LETTERS], ""),
        ("abcd efgh ijkl mnop", [LETTERS], "has 16 letters, and this has blanks between them"),
        ("hunter2", [LETTERS], "has 16 letters; this looks like the password of your account"),
        ("abcdefghijklmno1", [LETTERS], "has 16 letters; this looks like"),
        ("äbcdefghijklmnop", [LETTERS], "has 16 letters; this looks like"),
        ("123456", [LETTERS, DIGITS], ""),
        ("12345", [LETTERS, DIGITS], "has 16 letters or 6 digits; this looks like"),
        ("１２３４５６", [DIGITS], "has 6 digits; this looks like"),
        ("anything at all!", [ANY], ""),
        ("short", [ANY], "has 16 characters; this looks like"),
        ("abcD", [SMALL], "has 4 small letters"),
        ("abD1", [BOTH], ""),
        ("ab-1", [BOTH], "has 4 letters or digits"),
        ("hunter2", [LETTERS, PASSWORD], ""),
        ("hunter2", [PASSWORD], ""),
        ("hunter2", [], ""),
    ],
)
def test_what_does_not_look_like_the_providers_is_odd(
    secret: str, wanted: list[Credentials], words: str
) -> None:
    told = odd(secret, *wanted)
    assert words in told
    assert bool(words) == bool(told)


@given(st.text(min_size=5, max_size=40))
def test_nothing_of_the_secret_is_told(secret: str) -> None:
    """Not even its length: there are two sentences, whatever it is."""
    sentences = {
        odd("hunter2", LETTERS),
        odd("abcd efgh ijkl mnop", LETTERS),
        odd("abcdefghijklmnop", LETTERS),
    }
    assert len(sentences) == 3
    assert odd(secret, LETTERS) in sentences


@pytest.mark.parametrize("of", ["lower-case", "letters", "digits", "alphanumeric", "any"])
def test_each_shape_has_words(of: str) -> None:
    assert described(Shape(7, of)).startswith("7 ")
