"""What is wrong with the data of a household by its schema, in sentences that name no value.

A value may be a secret in the wrong place, so a sentence says what belongs there, not what stands there.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from mailgen import household, resources
from mailgen.address import shown
from mailgen.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mailgen.errors import Field

#: Deeper than this goes no part of the schema; data from elsewhere might never end.
DEEPEST = 20
#: Keys of an account whose own keys are names of targets.
BY_TARGET = ("options", "extra", "client_version")

_TYPES = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
#: Patterns of the schema that are told better in words.
_PATTERNS = {"^(~/|/)": "a path starts with / or ~/ here", "^[0-9]": "a version starts with a digit"}
#: Keys that people try, and what they mean.
_ELSEWHERE = {
    "email": "address", "mail": "address", "user": "username", "login": "username", "realname": "name",
    "pop": "pop3", "incoming": "imap", "outgoing": "smtp", "aliases": "identities", "client": "targets",
    "clients": "targets", "target": "targets", "passwordeval": "password_command", "mailboxes": "folders",
}  # fmt: skip


def problems(
    data: object, targets: Iterable[str] | None = None, passwords: bool = True, rules: bool = True
) -> list[DataError]:
    """Return what is wrong with the data of a household, in their own order; [] if nothing is.

    `targets` are the names to be had, None to take any. With `passwords` false an account's
    `password` is refused, as in every file of a user's own. Only where the schema is content, the
    rules of `household.objections` are asked; with `rules` false somebody else does that.
    """
    found = list(_no_json(data, ()))
    if not found:
        for error in _errors(data):
            found += _said(error)
        if not passwords:
            found += _passwords(data)
        if targets is not None:
            found += _unknown_targets(data, list(targets))
    if rules and not found:
        found = list(household.objections(data))  # type: ignore[arg-type]
    once = {(error.field, error.what): error for error in found}
    return list(once.values())


@cache
def account_keys() -> tuple[str, ...]:
    """Return the keys that an account may have."""
    return tuple(_schema()["$defs"]["account"]["properties"])


@cache
def _schema() -> dict[str, Any]:
    text = (Path(resources.folder("schema")) / "accounts.schema.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


@cache
def _validator() -> Any:
    return jsonschema.Draft202012Validator(_schema())


def _errors(data: Any) -> Iterable[Any]:
    """Return the errors of the schema. Of accounts that differ only in free text, one is judged for all."""
    accounts = data.get("accounts") if isinstance(data, dict) else None
    if not isinstance(accounts, dict) or not all(map(_id_pattern().search, accounts)):
        return list(_validator().iter_errors(data))
    unlike: dict[object, str] = {}
    for id, account in accounts.items():
        unlike.setdefault(_shape(account), id)
    new = {shape: id for shape, id in unlike.items() if shape not in _content}
    if any(_validator().iter_errors({**data, "accounts": {id: accounts[id] for id in new.values()}})):
        return list(_validator().iter_errors(data))
    if len(_content) > _SHAPES_KEPT:
        _content.clear()
    _content.update(new)
    return ()


def _shape(account: object) -> object:
    """Return what the schema judges of an account: all but the words of free text."""
    if not isinstance(account, dict):
        return repr(account)
    free = _free_text()
    return tuple(
        (key, "") if key in free and type(value) is str and value else (key, repr(value))
        for key, value in account.items()
    )


#: Shapes of accounts with which the schema was content; those of a fleet are much alike.
_content: set[object] = set()
_SHAPES_KEPT = 10_000


@cache
def _free_text() -> frozenset[str]:
    """Return the keys of an account that take any text, unless it is empty."""
    schema = _schema()
    found = set()
    for key, part in schema["$defs"]["account"]["properties"].items():
        told = {**schema["$defs"].get(part.get("$ref", "").rpartition("/")[2], {}), **part}
        rules = told.keys() - {"description", "writeOnly", "$ref"}
        if rules == {"type", "minLength"} and (told["type"], told["minLength"]) == ("string", 1):
            found.add(key)
    return frozenset(found)


@cache
def _id_pattern() -> re.Pattern[str]:
    return re.compile(_schema()["properties"]["accounts"]["propertyNames"]["pattern"])


def _no_json(node: object, field: Field) -> Iterator[DataError]:
    """Yield what no schema can judge: keys that are no text, values of other kinds, endless data."""
    if len(field) > DEEPEST:
        yield DataError(f"this is nested deeper than {DEEPEST} levels", field[:3], "take it out")
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(key, str):
                yield from _no_json(value, (*field, key))
            else:
                yield DataError("a key is not text", field, "put it in quotes")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _no_json(value, (*field, index))
    elif not isinstance(node, str | int | float | None):
        yield DataError("this is neither text nor number, list or mapping", field, "put it in quotes")


def _said(error: Any) -> Iterator[DataError]:
    """Yield the sentences for one error of the schema."""
    field: Field = tuple(error.absolute_path)
    if error.validator == "anyOf":
        yield from _nearest_branch(error, field)
    elif error.validator == "additionalProperties":
        for key in error.instance:
            if key not in error.schema.get("properties", ()):
                yield _unknown_key(key, list(error.schema.get("properties", ())), field)
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield DataError(f"the key '{key}' is missing", field, _belongs(error.schema, key))
    elif error.validator == "not":
        one, other = error.validator_value["required"]
        yield DataError(
            f"{one} and {other} stand side by side", (*field, other), "keep one way to the secret"
        )
    else:
        place = (*field, error.instance) if "propertyNames" in error.absolute_schema_path else field
        yield DataError(_plainly(error), place, _mend(error, field))


def _plainly(error: Any) -> str:
    match error.validator:
        case "type":
            wanted = error.validator_value
            words = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
            return f"this must be {' or '.join(words)}, and is {_kind(error.instance)}"
        case "enum":
            return f"only {_listed(error.validator_value)} can stand here"
        case "minLength" | "minItems" | "minProperties":
            return "this is empty"
        case "uniqueItems":
            return "a word stands twice in this list"
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            return f"{shown(error.instance)} cannot be an id"
        case "pattern" if error.validator_value in _PATTERNS:
            return _PATTERNS[error.validator_value]
        case "minimum" | "maximum":
            return "the number is out of range"
    return "this is not written as it must be"


def _mend(error: Any, field: Field) -> str:
    if error.validator == "enum" and isinstance(error.instance, str):
        words = [word for word in error.validator_value if isinstance(word, str)]
        near = difflib.get_close_matches(error.instance, words, 1)
        return f"did you mean '{near[0]}'?" if near else "write one of these"
    if error.validator == "type" and error.validator_value == "string" and _kind(error.instance) in _SCALARS:
        return "put it in quotes"
    if error.validator in ("minLength", "minItems", "minProperties"):
        return "fill it in, or take the key out"
    if error.validator == "uniqueItems":
        return "take one out"
    told = error.schema.get("description")
    return f"what belongs here: {told[0].lower()}{told[1:].rstrip('.')}" if told else "correct it"


_SCALARS = ("a number", "true or false")


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


def _nearest_branch(error: Any, field: Field) -> Iterator[DataError]:
    """Yield what is wrong with the branch that has the right type; else name the types."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for inners in branches.values():
        if not any(inner.validator == "type" and not inner.relative_path for inner in inners):
            enum = any(inner.validator == "enum" and not inner.relative_path for inner in inners)
            if not enum or isinstance(error.instance, str):
                for inner in inners:
                    yield from _said(inner)
                return
    mend = error.schema.get("description", "correct it")
    yield DataError(f"this is {_kind(error.instance)}, and cannot be", field, f"what belongs here: {mend}")


def _unknown_key(key: str, known: Sequence[str], field: Field) -> DataError:
    near = difflib.get_close_matches(key.lower().replace("-", "_"), known, 1, 0.7)
    if not near and _ELSEWHERE.get(key.lower()) in known:
        near = [_ELSEWHERE[key.lower()]]
    if near:
        mend = f"did you mean '{near[0]}'?"
    elif known:
        mend = f"the keys here are {', '.join(known)}"
    else:
        mend = "take it out"
    return DataError(f"there is no key {shown(key)} here", (*field, key), mend)


def _belongs(schema: Mapping[str, Any], key: str) -> str:
    part = schema.get("properties", {}).get(key, {})
    if "$ref" in part:
        part = _schema()["$defs"][part["$ref"].rpartition("/")[2]]
    told = part.get("description", "")
    return f"add {key}:" + (f" {told[0].lower()}{told[1:].rstrip('.')}" if told else "")


def _listed(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _parts(data: Any) -> Iterator[tuple[Field, Mapping[str, Any]]]:
    """Yield the defaults and the accounts, as far as they are mappings."""
    if not isinstance(data, dict):
        return
    if isinstance(data.get("defaults"), dict):
        yield ("defaults",), data["defaults"]
    accounts = data.get("accounts")
    for id, account in accounts.items() if isinstance(accounts, dict) else ():
        if isinstance(account, dict):
            yield ("accounts", id), account


def _passwords(data: object) -> Iterator[DataError]:
    for field, part in _parts(data):
        if "password" in part:
            yield DataError(
                "a password does not belong into this file",
                (*field, "password"),
                "take it out, write credential: pass (or another store), "
                "and keep the password there with 'mailgen secret set'",
            )


def _unknown_targets(data: object, names: list[str]) -> Iterator[DataError]:
    for field, part in _parts(data):
        listed = part.get("targets")
        used = (
            [((*field, "targets", i), name) for i, name in enumerate(listed)]
            if isinstance(listed, list)
            else []
        )
        for key in BY_TARGET:
            if isinstance(part.get(key), dict):
                used += [((*field, key, name), name) for name in part[key]]
        for place, name in used:
            if isinstance(name, str) and name not in names:
                near = difflib.get_close_matches(re.sub(r"\W", "", name.lower()), names, 1)
                mend = f"did you mean '{near[0]}'?" if near else f"the targets are {', '.join(names)}"
                yield DataError(f"there is no target {shown(name)}", place, mend)
