"""What is wrong with data by its JSON Schema, in sentences for people instead of the validator's own."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import DataError
from mailgen.core.values import EMPTY, dataclass
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mailgen.core.errors import Field

#: Deeper than this goes no part of a schema; data from elsewhere might never end.
DEEPEST = 20

_TYPES = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
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
            keys = _listed([f"'{key}'" for key in left], "and")
            found.setdefault(field, DataError(f"the keys {keys} are missing", field, "add them"))
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
                yield DataError(f"the key '{key}' is missing", field, _belongs(error.schema, key, wording))
    elif error.validator == "not":
        one, other = error.validator_value["required"]
        yield DataError(
            f"{one} and {other} stand side by side", (*field, other), "keep one way to the secret"
        )
    else:
        place = (*field, error.instance) if "propertyNames" in error.absolute_schema_path else field
        yield DataError(_plainly(error, wording), place, _mend(error))


def _plainly(error: Any, wording: Wording) -> str:
    value = f"{shown(str(error.instance))} cannot stand here, " if wording.shows else ""
    match error.validator:
        case "type":
            wanted = error.validator_value
            words = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
            return f"this must be {_listed(words)}, and is {_kind(error.instance)}"
        case "enum" if value:
            return f"{value}only {_listed(error.validator_value)}"
        case "enum":
            return f"only {_listed(error.validator_value)} can stand here"
        case "minLength" | "minItems" | "minProperties" if not error.instance:
            return "this is empty"
        case "uniqueItems":
            return "a word stands twice in this list"
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            return f"{shown(error.instance)} cannot be {wording.key}"
        case "pattern" if error.validator_value in wording.patterns:
            return wording.patterns[error.validator_value]
        case "minimum" | "maximum" if value:
            limits = f"{error.schema.get('minimum')} to {error.schema.get('maximum')}"
            return f"{value}only a number from {limits}"
        case "minimum" | "maximum":
            return "the number is out of range"
    if wording.shows and isinstance(error.instance, str):
        return f"{shown(error.instance)} is not written as it must be"
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
    return f"what belongs here: {told}" if told else "correct it"


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
    return "a mapping"


def _nearest_branch(error: Any, field: Field, wording: Wording) -> Iterator[DataError]:
    """Yield what is wrong with the branch that has the right type; else name the types."""
    if all(inner.validator == "required" for inner in error.context):
        keys = _listed([f"'{key}'" for inner in error.context for key in inner.validator_value])
        yield DataError(f"one of the keys {keys} is missing", field, "add one")
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
    mend = error.schema.get("description", "correct it")
    yield DataError(f"this is {_kind(error.instance)}, and cannot be", field, f"what belongs here: {mend}")


def _unknown_key(key: str, known: Sequence[str], field: Field, wording: Wording) -> DataError:
    near = difflib.get_close_matches(key.lower().replace("-", "_"), known, 1, 0.7)
    if not near and wording.elsewhere.get(key.lower()) in known:
        near = [wording.elsewhere[key.lower()]]
    if near:
        mend = _meant(near[0])
    elif known:
        mend = f"the keys here are {', '.join(known)}"
    else:
        mend = "take it out"
    return DataError(f"there is no key {shown(key)} here", (*field, key), mend)


def _meant(word: str) -> str:
    return f"did you mean '{word}'?"


def _choices(pattern: str) -> list[str]:
    """Return the words of a pattern that is a choice of them."""
    found = re.fullmatch(r"\^\(([a-z0-9|-]+)\)\$", pattern)
    return found[1].split("|") if found else []


def _belongs(schema: Mapping[str, Any], key: str, wording: Wording) -> str:
    part = schema.get("properties", {}).get(key, {})
    if "$ref" in part and "description" not in part:
        part = wording.definitions[part["$ref"].rpartition("/")[2]]
    told = _told(part)
    return f"add {key}: {told}" if told else "add it"


def _told(schema: Mapping[str, Any]) -> str:
    """Return what a schema says of itself, to be said within a sentence; of a long text the beginning."""
    told: str = schema.get("description", "")
    if len(told) > _LONGEST:
        told = told.partition(". ")[0]
    lower = told[:1].lower() if not told[1:2].isupper() else told[:1]
    return f"{lower}{told[1:].rstrip('.')}"


_LONGEST = 160


def _listed(words: Sequence[str], last: str = "or") -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def no_json(node: object, field: Field = ()) -> Iterator[DataError]:
    """Yield what no schema can judge: keys that are no text, values of other kinds, endless data."""
    if len(field) > DEEPEST:
        yield DataError(f"this is nested deeper than {DEEPEST} levels", field[:3], "take it out")
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(key, str):
                yield from no_json(value, (*field, key))
            else:
                yield DataError("a key is not text", field, "put it in quotes")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from no_json(value, (*field, index))
    elif not isinstance(node, str | int | float | None):
        yield DataError("this is neither text nor number, list or mapping", field, "put it in quotes")
