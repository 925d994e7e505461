"""Floor 2: the sentences of mailgen in other languages, and as data that keeps what they were made of."""

from __future__ import annotations

import os

from mailgen import paths
from mailgen.core.text import Listed, Option, Text, Translated, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from mailgen.core.errors import MailgenError
    from mailgen.model.finding import Finding

#: Grows when something is taken away from data of ours, or means something else; what is added leaves it.
FORMAT = 1
#: What people can choose.
_SPOKEN = ("en", "zh")
_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli", "languages")
_templates: dict[str, Mapping[str, str]] = {"en": {}}


def templates(lang: str) -> Mapping[str, str]:
    """Return the templates of a language by the English ones: cli/languages/LANG.json."""
    if lang not in _templates:
        import json

        _templates[lang] = json.loads(paths.text_of_ours(os.path.join(_FOLDER, f"{lang}.json")))
    return _templates[lang]


def as_keys(option: Option) -> str:
    """Spell an option as a key of the accounts file."""
    return str.__str__(option)


def in_each(text: str, spelled: Callable[[Option], str | None] = as_keys) -> dict[str, str]:
    """Return a text by language; a language in which it would be the same as in English is left out.

    >>> in_each(Text("the name {name} is taken", name="Ada"))["en"]
    'the name Ada is taken'
    """
    said = {lang: told_in(text, lang, spelled) for lang in _SPOKEN}
    return {lang: text for lang, text in said.items() if lang == "en" or text != said["en"]}


def told_in(text: str, lang: str, spelled: Callable[[Option], str | None] = as_keys) -> str:
    """Return a text in `lang`, or in English where nobody has translated it; options as `spelled` says."""
    return told(text, templates(lang), spelled, lang)


def sentence(text: str, spelled: Callable[[Option], str | None] = as_keys) -> dict[str, object]:
    """Return a text as data: by language, and its `template` and `values`, which any program may word anew.

    >>> sentence(Text("leave out {option}", option=Option("protocol")))["values"]
    {'option': {'option': 'protocol'}}
    """
    said: dict[str, object] = {**in_each(text, spelled)}
    if isinstance(text, Text):
        said["template"] = text.template
        if text.values:
            said["values"] = {name: _value(value, spelled) for name, value in text.values.items()}
    elif isinstance(text, (Option, Listed)):
        said["values"] = {"it": _value(text, spelled)}
    return said


def _value(value: object, spelled: Callable[[Option], str | None]) -> object:
    """Return what a text was made of: numbers and words as they are, all else by what it is."""
    if isinstance(value, Option):
        given = {} if value.value is None else {"value": value.value}
        return {"option": value.path, **given}
    if isinstance(value, Listed):
        return {"joint": value.joint, "parts": [_value(part, spelled) for part in value.parts]}
    if isinstance(value, Text):
        return sentence(value, spelled)
    if isinstance(value, Translated):
        return dict(value.texts)
    return value if isinstance(value, (bool, int)) else str(value)


def finding_data(finding: Finding, spelled: Callable[[Option], str | None] = as_keys) -> dict[str, Any]:
    """Return a finding as data: what the dataset itself says in several languages is taken from there."""
    return {
        "severity": finding.severity,
        "code": finding.code,
        "what": {**sentence(finding.what, spelled), **finding.translations},
        "where": sentence(finding.where, spelled),
        "mend": sentence(finding.mend, spelled),
    }


def refusal_data(error: MailgenError, spelled: Callable[[Option], str | None] = as_keys) -> dict[str, Any]:
    """Return a refusal as data, with those that were found together with it (refusal.schema.json)."""
    return {
        "format": FORMAT,
        "error": {
            "code": error.code,
            "status": error.status,
            "what": sentence(error.what, spelled),
            "where": sentence(error.where, spelled),
            "mend": sentence(error.mend, spelled),
        },
        "more": [refusal_data(one, spelled)["error"] for one in error.more],
    }
