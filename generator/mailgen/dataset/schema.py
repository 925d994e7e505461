"""What is wrong with data by its JSON Schema, in sentences for people instead of the validator's own."""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailgen import paths
from mailgen.core.errors import DataError
from mailgen.core.text import Listed, OwnWord, Text, Translated
from mailgen.core.values import EMPTY, dataclass
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mailgen.core.errors import Field

#: Deeper than this goes no part of a schema; data from elsewhere might never end.
DEEPEST = 20

_TYPES = {
    "object": Text("a mapping (key: value)"),
    "array": Text("a list"),
    "string": Text("text"),
    "integer": Text("a whole number"),
    "boolean": Text("true or false"),
}
_SCALARS = ("a number", "true or false")


@dataclass(frozen=True, slots=True)
class Wording:
    """How to speak of one schema: its definitions, and what is particular to it.

    With `shows` false no sentence names a value, which might be a secret in the wrong place. `patterns`
    are told better in words; `elsewhere` are keys that people try, and what they mean; `key` is what
    a key of their own choice is called.
    """

    definitions: Mapping[str, Any]
    shows: bool = False
    patterns: Mapping[str, str] = EMPTY
    elsewhere: Mapping[str, str] = EMPTY
    key: str = "an id"


def sentences(errors: Iterable[Any], wording: Wording) -> list[DataError]:
    """Return what the errors of a validator mean, one for each field.

    A key that is missing is not told where it stands misspelt.
    """
    found: dict[Field, DataError] = {}
    missing: dict[Field, dict[str, DataError]] = {}
    for error in errors:
        for one in sentences_for(error, wording):
            if error.validator == "required":
                missing.setdefault(one.field, {})[one.what.split("'")[1]] = one
            else:
                found.setdefault(one.field, one)
    guesses = {(one.field[:-1], one.mend) for one in found.values()}
    for field, ones in missing.items():
        left = {key: one for key, one in ones.items() if (field, _meant(key)) not in guesses}
        if len(left) > 1:
            keys = _listed([OwnWord(key) for key in left], " and ")
            found.setdefault(
                field, DataError(Text("the keys {keys} are missing", keys=keys), field, "add them")
            )
        elif left:
            found.setdefault(field, *left.values())
    return list(found.values())


def sentences_for(error: Any, wording: Wording) -> Iterator[DataError]:
    """Yield the sentences for one error of a schema."""
    field: Field = tuple(error.absolute_path)
    if error.validator == "anyOf":
        yield from _nearest_branch(error, field, wording)
    elif error.validator == "additionalProperties":
        patterns = error.schema.get("patternProperties", {})
        known = [*error.schema.get("properties", ()), *(key for one in patterns for key in _choices(one))]
        for key in error.instance:
            if key not in known and not any(re.search(pattern, key) for pattern in patterns):
                yield _unknown_key(key, known, field, wording)
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield DataError(
                    Text("the key '{key}' is missing", key=key), field, _belongs(error.schema, key, wording)
                )
    elif error.validator == "not":
        one, other = error.validator_value["required"]
        yield DataError(
            Text("{one} and {other} stand side by side", one=one, other=other),
            (*field, other),
            "keep one way to the secret",
        )
    else:
        place = (*field, error.instance) if "propertyNames" in error.absolute_schema_path else field
        yield DataError(_plainly(error, wording), place, _mend(error))


def _plainly(error: Any, wording: Wording) -> str:
    value = shown(str(error.instance))
    match error.validator:
        case "type":
            wanted = error.validator_value
            types = _listed([_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)])
            return Text("this must be {types}, and is {kind}", types=types, kind=_kind(error.instance))
        case "enum" if wording.shows:
            words = _listed(error.validator_value)
            return Text("{value} cannot stand here, only {words}", value=value, words=words)
        case "enum":
            return Text("only {words} can stand here", words=_listed(error.validator_value))
        case "minLength" | "minItems" | "minProperties" if not error.instance:
            return "this is empty"
        case "uniqueItems":
            return "a word stands twice in this list"
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            return Text("{value} cannot be {key}", value=value, key=wording.key)
        case "pattern" if error.validator_value in wording.patterns:
            return wording.patterns[error.validator_value]
        case "minimum" | "maximum" if wording.shows:
            least, most = (error.schema.get(name) for name in ("minimum", "maximum"))
            return Text(
                "{value} cannot stand here, only a number from {least} to {most}",
                value=value,
                least=least,
                most=most,
            )
        case "minimum" | "maximum":
            return "the number is out of range"
    if wording.shows and isinstance(error.instance, str):
        return Text("{value} is not written as it must be", value=value)
    return "this is not written as it must be"


def _mend(error: Any) -> str:
    if error.validator == "enum" and isinstance(error.instance, str):
        words = [word for word in error.validator_value if isinstance(word, str)]
        near = difflib.get_close_matches(error.instance, words, 1)
        return _meant(near[0]) if near else "write one of these"
    if error.validator == "type" and error.validator_value == "string" and _kind(error.instance) in _SCALARS:
        return "put it in quotes"
    if error.validator == "type" and error.validator_value == "integer" and _kind(error.instance) == "text":
        return "write digits without quotes or leading zeros"
    if error.validator in ("minLength", "minItems", "minProperties") and not error.instance:
        return "fill it in, or take the key out"
    if error.validator == "uniqueItems":
        return "take one out"
    told = _told(error.schema)
    return Text("what belongs here: {told}", told=told) if told else "correct it"


def _kind(value: object) -> str:
    match value:
        case None:
            return Text("nothing")
        case bool():
            return Text("true or false")
        case int() | float():
            return Text("a number")
        case str():
            return Text("text")
        case list():
            return Text("a list")
    return Text("a mapping")


def _nearest_branch(error: Any, field: Field, wording: Wording) -> Iterator[DataError]:
    """Yield what is wrong with the branch that has the right type; else name the types."""
    if all(inner.validator == "required" for inner in error.context):
        keys = _listed([OwnWord(key) for inner in error.context for key in inner.validator_value])
        yield DataError(Text("one of the keys {keys} is missing", keys=keys), field, "add one")
        return
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for inners in branches.values():
        if not any(inner.validator == "type" and not inner.relative_path for inner in inners):
            enum = any(inner.validator == "enum" and not inner.relative_path for inner in inners)
            if not enum or isinstance(error.instance, str):
                for inner in inners:
                    yield from sentences_for(inner, wording)
                return
    description = error.schema.get("description", "")
    told = _in_languages(description, description) or "correct it"
    yield DataError(
        Text("this is {value}, and cannot be", value=_kind(error.instance)),
        field,
        Text("what belongs here: {told}", told=told),
    )


def _unknown_key(key: str, known: Sequence[str], field: Field, wording: Wording) -> DataError:
    near = difflib.get_close_matches(key.lower().replace("-", "_"), known, 1, 0.7)
    if not near and wording.elsewhere.get(key.lower()) in known:
        near = [wording.elsewhere[key.lower()]]
    if near:
        mend = _meant(near[0])
    elif known:
        mend = Text("the keys here are {known}", known=Listed(", ", known))
    else:
        mend = "take it out"
    return DataError(Text("there is no key {key} here", key=shown(key)), (*field, key), mend)


def _meant(word: str) -> str:
    return Text("did you mean '{word}'?", word=word)


def _choices(pattern: str) -> list[str]:
    """Return the words of a pattern that is a choice of them."""
    found = re.fullmatch(r"\^\(([a-z0-9|-]+)\)\$", pattern)
    return found[1].split("|") if found else []


def _belongs(schema: Mapping[str, Any], key: str, wording: Wording) -> str:
    part = schema.get("properties", {}).get(key, {})
    if "$ref" in part and "description" not in part:
        part = wording.definitions[part["$ref"].rpartition("/")[2]]
    told = _told(part)
    return Text("add {key}: {told}", key=key, told=told) if told else "add it"


def _told(schema: Mapping[str, Any]) -> str:
    """Return what a schema says of itself, to be said within a sentence; of a long text the beginning."""
    description: str = schema.get("description", "")
    told = description
    if len(told) > _LONGEST:
        told = told.partition(". ")[0]
    lower = told[:1].lower() if not told[1:2].isupper() else told[:1]
    return _in_languages(f"{lower}{told[1:].rstrip('.')}", description)


def _in_languages(told: str, description: str) -> str:
    """Return what is told of a description with its words in other languages."""
    chinese = _descriptions().get(description)
    return Translated({"en": told, "zh": chinese}) if chinese else told


@cache
def _descriptions() -> dict[str, str]:
    """Return the Chinese of the descriptions in the schemas; it is read where something is wrong."""
    path = Path(paths.data_folder("schema")) / "descriptions.zh.json"
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


_LONGEST = 160


def _listed(words: Sequence[str], joint: str = " or ") -> str:
    """Return words as a list for a sentence, the last with `joint` before it.

    >>> _listed(["a", "b", "c"]), _listed(["a"])
    ('a, b or c', 'a')
    """
    return Listed(joint, [Listed(", ", words[:-1]), words[-1]]) if words[1:] else words[0]


def no_json(node: object) -> Iterable[DataError]:
    """Return what no schema can judge: keys that are no text, values of other kinds, endless data."""
    return () if _is_json(node, DEEPEST) else _no_json(node, ())


def _is_json(node: object, levels: int) -> bool:
    if levels < 0:
        return False
    if isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(key, str) or not (
                (type(value) is str and levels) or _is_json(value, levels - 1)
            ):
                return False
        return True
    if isinstance(node, list):
        return all((type(value) is str and levels) or _is_json(value, levels - 1) for value in node)
    return isinstance(node, str | int | float | None)


def _no_json(node: object, field: Field) -> Iterator[DataError]:
    if len(field) > DEEPEST:
        yield DataError(
            Text("this is nested deeper than {levels} levels", levels=DEEPEST), field[:3], "take it out"
        )
    elif isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(key, str):
                yield DataError("a key is not text", field, "put it in quotes")
            elif type(value) is not str or len(field) >= DEEPEST:
                yield from _no_json(value, (*field, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if type(value) is not str or len(field) >= DEEPEST:
                yield from _no_json(value, (*field, index))
    elif not isinstance(node, str | int | float | None):
        yield DataError("this is neither text nor number, list or mapping", field, "put it in quotes")
