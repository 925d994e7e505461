"""What is wrong with the data of a household by its schema, in sentences that name no value.

A value may be a secret in the wrong place, so a sentence says what belongs there, not what stands there. The
name of a target is one as well, and is repeated only where a known one is so near that it is a slip.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mailgen import paths
from mailgen.accounts.objections import objections
from mailgen.core.errors import DataError
from mailgen.core.text import Listed, Text
from mailgen.credentials.stores import KINDS as CREDENTIALS
from mailgen.credentials.stores import STORES
from mailgen.dataset.schema import Wording, no_json, sentences_for
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mailgen.core.errors import Field

#: Keys of an account whose own keys are names of targets.
BY_TARGET = ("options", "extra", "client_version")

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
    rules of `objections` are asked; with `rules` false somebody else does that.
    """
    found = list(no_json(data))
    if not found:
        for error in _errors(data):
            found += sentences_for(error, _wording())
        if not passwords:
            found += _passwords(data)
        if targets is not None:
            names = list(targets)
            found += () if _all_known(data, names) else _unknown_targets(data, names)
    if rules and not found:
        found = list(objections(data))  # type: ignore[arg-type]
    once = {(error.field, error.what): error for error in found}
    return list(once.values())


@cache
def account_keys() -> tuple[str, ...]:
    """Return the keys that an account may have."""
    return tuple(whole_schema()["$defs"]["account"]["properties"])


@cache
def whole_schema() -> dict[str, Any]:
    """Return the schema with the stores in it, which stand in one table for all who speak of them."""
    path = os.path.join(paths.data_folder("schema"), "accounts.schema.json")
    schema: dict[str, Any] = json.loads(paths.text_of_ours(path))
    kinds: dict[str, Any] = {"enum": [*CREDENTIALS]}
    schema["$defs"]["credential"]["anyOf"][0] = kinds
    store = schema["$defs"]["store"]
    store["properties"]["kind"] = {"description": "Its kind.", "enum": [*STORES]}
    schema["$defs"]["login_store"]["enum"] = [kind for kind, one in STORES.items() if one.replaces]
    store["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {
                "additionalProperties": False,
                "properties": {
                    "kind": True,
                    **{name: {"$ref": f"#/$defs/{one.form_of(name)}"} for name in one.parts},
                },
            },
        }
        for kind, one in STORES.items()
    ]
    return schema


@cache
def _wording() -> Wording:
    return Wording(whole_schema()["$defs"], patterns=_PATTERNS, elsewhere=_ELSEWHERE)


@cache
def _validator() -> Any:
    import jsonschema  # late: help does without it

    return jsonschema.Draft202012Validator(whole_schema())


#: The module that a wheel has the schema in as code: see compiled.py.
KEPT = "mailgen.accounts.kept_schema"


@cache
def _code() -> Any:
    """Return the module that says whether data pass the schema; None where there is none (a checkout)."""
    try:
        return import_module(KEPT)
    except ModuleNotFoundError:
        return None


def _passes(data: Any) -> bool:
    """Say whether the schema as code is content with data; what it is not content with, jsonschema judges."""
    if _code() is None:
        return False
    try:
        _code().validate(data)
    except ValueError:
        return False
    return True


def _errors(data: Any) -> Iterable[Any]:
    """Return the errors of the schema. Of accounts that differ only in free text, one is judged for all."""
    if _passes(data):
        return ()
    accounts = data.get("accounts") if isinstance(data, dict) else None
    if not isinstance(accounts, dict) or not all(map(_id_pattern().search, accounts)):
        return list(_validator().iter_errors(data))
    unlike: dict[object, str] = {}
    for id, account in accounts.items():
        unlike.setdefault(_shape(account), id)
    new = {shape: id for shape, id in unlike.items() if shape not in _content}
    rest = ("around", repr({**data, "accounts": {}}))
    if not new and rest in _content:
        return ()
    if any(_validator().iter_errors({**data, "accounts": {id: accounts[id] for id in new.values()}})):
        return list(_validator().iter_errors(data))
    if len(_content) > _SHAPES_KEPT:
        _content.clear()
    _content.update((*new, rest))
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


#: Shapes of accounts, and of what is around them, with which the schema was content; a fleet's are alike.
_content: set[object] = set()
_SHAPES_KEPT = 10_000


@cache
def _free_text() -> frozenset[str]:
    """Return the keys of an account that take any text, unless it is empty."""
    schema = whole_schema()
    found = set()
    for key, part in schema["$defs"]["account"]["properties"].items():
        told = {**schema["$defs"].get(part.get("$ref", "").rpartition("/")[2], {}), **part}
        rules = told.keys() - {"description", "writeOnly", "$ref"}
        if rules == {"type", "minLength"} and (told["type"], told["minLength"]) == ("string", 1):
            found.add(key)
    return frozenset(found)


@cache
def _id_pattern() -> re.Pattern[str]:
    return re.compile(whole_schema()["properties"]["accounts"]["propertyNames"]["pattern"])


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
    own = (
        ((*field, protocol), part[protocol])
        for field, part in _parts(data)
        for protocol in PROTOCOLS
        if isinstance(part.get(protocol), dict)
    )
    identities = (
        ((*field, "identities", index, "smtp"), one["smtp"])
        for field, part in _parts(data)
        for index, one in enumerate(part.get("identities") or ())
        if isinstance(one, dict) and isinstance(one.get("smtp"), dict)
    )
    for field, part in (*_parts(data), *own, *identities):
        if "password" in part:
            yield DataError(
                "a password does not belong into this file",
                (*field, "password"),
                "take it out, write credential: pass (or another store), "
                "and keep the password there with 'mailgen secret set'",
            )


def _all_known(data: object, names: list[str]) -> bool:
    """Say whether accounts name targets in the plainest way, and each is there."""
    if not isinstance(data, dict) or "defaults" in data or not isinstance(data.get("accounts"), dict):
        return False
    for account in data["accounts"].values():
        if not isinstance(account, dict) or not account.keys().isdisjoint(BY_TARGET):
            return False
        listed = account.get("targets")
        if not isinstance(listed, list):
            return False
        for name in listed:
            if name not in names:
                return False
    return True


def _unknown_targets(data: object, names: list[str]) -> Iterator[DataError]:
    from mailgen.catalog.not_built import who_says_why  # late: most names are known

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
                if mend := who_says_why(name) or (near and Text("did you mean '{near}'?", near=near[0])):
                    yield DataError(Text("there is no target {name}", name=shown(name)), place, mend)
                    continue
                place = place if isinstance(place[-1], int) else place[:-1]  # a key is the name itself
                yield DataError(
                    "there is no target of this name",
                    place,
                    Text("the targets are {names}", names=Listed(", ", names)),
                )
