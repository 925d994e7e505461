"""The words of a parser in another language, and the refusals of argparse as texts that have translations."""

from __future__ import annotations

import argparse
import json
import os
from functools import cache

from mailgen import paths
from mailgen.cli.parser import Sentence
from mailgen.cli.wording import COLON, as_options
from mailgen.core.sentences import recognised
from mailgen.core.text import Text, told
from mailgen.languages import templates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

STOP = {"zh": "。"}
#: What argparse says of wrong words (argparse.py of 3.11 to 3.15), in which {name} is what it put there.
_REFUSALS = (
    "the following arguments are required: {names}",
    "unrecognized arguments: {words}",
    "expected one argument",
    "expected at least one argument",
    "invalid choice: {word} (choose from {names})",
    "invalid int value: {word}",
    "not allowed with argument {other}",
    "ignored explicit argument {word}",
    "one of the arguments {names} is required",
)


def refused_words(message: str) -> str:
    """Return what argparse says as a text that has translations, word for word as it says it.

    >>> refused_words("unrecognized arguments: --x").template
    'unrecognized arguments: {words}'
    """
    return recognised(message, _REFUSALS)


#: What people call an action, and what it is called here.
_SYNONYMS = {
    "remove": "rm", "delete": "rm", "del": "rm", "new": "add", "create": "add", "ls": "list", "change": "set",
    "modify": "edit", "get": "check", "test": "check", "try": "check", "keep": "set", "store": "set",
    "import": "set", "validate": "lint", "info": "stats",
}  # fmt: skip


def probably_meant(refused: str, parser: argparse.ArgumentParser) -> str | None:
    """Return what was probably meant by words that argparse has refused, None if nothing is near."""
    if not isinstance(refused, Text):
        return None
    if choices := refused.values.get("names") if "word" in refused.values else None:
        known = [name.strip("'") for name in str(choices).split(", ")]
        near = _nearest(str(refused.values["word"]).strip("'"), known)
        return Text("did you mean '{near}'?", near=near) if near else None
    words = str(refused.values.get("words", "")).split()
    if words and "@" in words[0]:
        return Text("one address at a time; for several, keep an accounts file: mailgen accounts add")
    if words and words[0].startswith("-"):
        near = _nearest(words[0].partition("=")[0], list(parser._option_string_actions), 0.75)
        return Text("did you mean '{near}'?", near=near) if near else None
    return None


def _nearest(word: str, known: list[str], closeness: float = 0.6) -> str | None:
    from difflib import get_close_matches

    other = _SYNONYMS.get(word)
    return other if other in known else next(iter(get_close_matches(word, known, 1, closeness)), None)


@cache
def help_templates(lang: str) -> Mapping[str, str]:
    """Return the words of a language by the English ones, those of help (languages/help/LANG.json) too."""
    path = os.path.join(os.path.dirname(__file__), "languages", "help", f"{lang}.json")
    return {**templates(lang), **json.loads(paths.text_of_ours(path))}


def in_words(text: str, lang: str) -> str:
    """Return a text of a parser in a language; what nobody has translated stays English."""
    known = help_templates(lang)
    if isinstance(text, Sentence):
        told_words = told(text.words, known, as_options, lang)
        return text if told_words is text.words else told_words + STOP[lang]
    return told(text, known, as_options, lang)


def say_in(parser: argparse.ArgumentParser, lang: str) -> None:
    """Put the words of a parser, and of all below it, into a language."""
    for name in ("description", "epilog", "usage"):
        if text := getattr(parser, name):
            setattr(parser, name, in_words(text, lang))
    for group in parser._action_groups:
        if group.title:
            group.title = _heading(group.title, lang)
        if group.description:
            group.description = in_words(group.description, lang)
    for action in parser._actions:
        _say_action(action, lang)


def _heading(title: str, lang: str) -> str:
    """Return the title of a group with the colon of the language, if it has one of its own."""
    own = in_words(title, lang)
    return own if own is title or own.endswith(COLON[lang]) else own + COLON[lang].strip()


def _say_action(action: argparse.Action, lang: str) -> None:
    if action.help and action.help != argparse.SUPPRESS:
        action.help = in_words(action.help, lang)
    if isinstance(action, argparse._SubParsersAction):
        for choice in action._choices_actions:
            _say_action(choice, lang)
        for parser in action.choices.values():
            say_in(parser, lang)
