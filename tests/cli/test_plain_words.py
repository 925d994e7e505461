"""Words that are read without argparse mean what they mean with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.cli.parser import form_parser, verb_parser
from mailgen.cli.plain_words import _FLAGS, _TEXTS, _VERBS, plain_form, plain_verb
from mailgen.core.errors import UsageError

OPTIONS = [word for action in form_parser()._actions for word in action.option_strings]
VALUES = ("you@sohu.com", "", "Ada O'Brien", "a b", "pop3", "-1", "-", "--", "@file", "艾达", "993", "x=y")


@given(
    st.lists(st.sampled_from([*OPTIONS, *VALUES, "--name=Ada", "-qo", "-oDIR", "--nam", "-q="]), max_size=6)
)
def test_both_read_the_same(words: list[str]) -> None:
    plain = plain_form(words)
    if plain is not None:
        assert vars(plain) == vars(form_parser().parse_args(words))


@pytest.mark.parametrize("word", [*_TEXTS, *_FLAGS])
def test_what_is_common_is_read_without_argparse(word: str) -> None:
    words = ["you@sohu.com", word, *(["x"] if word in _TEXTS else [])]
    assert vars(plain_form(words)) == vars(form_parser().parse_args(words))


@pytest.mark.parametrize(
    "words", [[], ["--pass"], ["a@b", "c@d"], ["a@b", "--pass", "--keychain"], ["a@b", "--name"]]
)
def test_what_is_wrong_is_left_to_the_words_about_it(words: list[str]) -> None:
    assert plain_form(words) is None
    with pytest.raises(UsageError):
        form_parser().parse_args(words)


def _options(verb: str) -> list[str]:
    return [word for action in verb_parser(verb)._actions for word in action.option_strings]


@pytest.mark.parametrize("verb", _VERBS)
@given(st.data())
def test_both_read_the_same_after_a_verb(verb: str, data: st.DataObject) -> None:
    known = st.sampled_from([*_options(verb), *VALUES, "-nq", "--quie", "-q="])
    words = data.draw(st.lists(known, max_size=4))
    plain = plain_verb(verb, words)
    if plain is not None:
        assert vars(plain) == vars(verb_parser(verb).parse_args(words))


@pytest.mark.parametrize("verb", _VERBS)
def test_a_verb_is_read_without_argparse_as_people_run_it_daily(verb: str) -> None:
    for words in ([], ["-q"], ["--json", "--quiet"], *([one] for one in _VERBS[verb][1])):
        assert vars(plain_verb(verb, words)) == vars(verb_parser(verb).parse_args(words))
