"""What the command line says about accounts, put into their data: `KEY=VALUE` and `ID.KEY=VALUE`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from mailgen.accounts.requests import CREDENTIAL_KEYS
from mailgen.accounts.schema import account_keys, problems
from mailgen.core.errors import MailgenError, UsageError, dotted
from mailgen.core.text import Listed, Text
from mailgen.dataset import yaml_lines
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Keys that can be meant for one account only.
_OWN = ("address", "default", "label")


def with_overrides(
    data: Mapping[str, Any],
    given: Sequence[str],
    targets: Iterable[str] | None = None,
    option: str = "--set",
) -> dict[str, Any]:
    """Return a household's data with what was said at the door; the given data stay as they are.

    Takes data without problems. Each of `given` is KEY=VALUE, for every account, or ID.KEY=VALUE, for
    one. KEY may go deeper (`smtp.port`), VALUE is a word, text, list or mapping of YAML. Later ones win.
    Raises UsageError, naming the `option`, if an account, key or value cannot be.
    """
    accounts = dict(data["accounts"])
    for text in given:
        key, equals, value_text = text.partition("=")
        where = f"{option} {shown(key)}"
        if not equals or not key:
            raise UsageError(
                Text("{option} takes KEY=VALUE or ID.KEY=VALUE", option=option),
                where,
                "put an equals sign between",
            )
        ids, path = _meant(key, accounts, where)
        value = _value(value_text, where)
        if path == ["targets"] and isinstance(value, str):  # people write mutt,msmtp, or only one
            value = [name.strip() for name in value.split(",")]
        _judge(path, value, targets, where)
        for id in ids:
            accounts[id] = _put(accounts[id], path, value)
    return {**data, "accounts": accounts}


def _meant(key: str, accounts: Mapping[str, Any], where: str) -> tuple[list[str], list[str]]:
    """Return the ids that a key is about, and the path in an account."""
    known = account_keys()
    for id in sorted(accounts, key=len, reverse=True):
        rest = key.removeprefix(f"{id}.").split(".")
        if key.startswith(f"{id}.") and rest[0] in known:
            return [id], rest
    path = key.split(".")
    if path[0] not in known:
        named = next((id for id in accounts if key.startswith(f"{id}.")), None)
        word = key[len(named) + 1 :].split(".")[0] if named else path[0]
        near = difflib.get_close_matches(word, known if named else [*known, *accounts], 1)
        kind = "key of an account" if named else "account, nor a key of one,"
        mend = (
            Text("did you mean '{near}'?", near=near[0])
            if near
            else Text("the keys are {names}", names=Listed(", ", known))
        )
        raise UsageError(Text("there is no {kind} called {word}", kind=kind, word=shown(word)), where, mend)
    if path[0] in _OWN:
        raise UsageError(
            Text("not every account can have the same {path}", path=path[0]),
            where,
            Text("name one: ID.{path}=VALUE", path=path[0]),
        )
    return list(accounts), path


def _value(text: str, where: str) -> Any:
    try:
        value = yaml_lines.plain(text, "the value")
    except MailgenError as error:
        raise UsageError(
            error.what, where, "put the value in quotes, and these in others for the shell"
        ) from None
    if value is None:
        raise UsageError("the value is empty", where, "write it behind the equals sign, with # in quotes")
    return value


def _judge(path: list[str], value: Any, targets: Iterable[str] | None, where: str) -> None:
    """Raise UsageError if the value cannot stand at the path of an account."""
    if path[-1] == "password" or _holds_password(value):
        raise UsageError(
            "a secret on the command line can be seen by everybody on this machine",
            where,
            "use password_command or credential",
        )
    for step in reversed(path):
        value = {step: value}
    account = {"address": "you@x.example", "targets": ["any"], **value}
    names = None if targets is None else ["any", *targets]
    for problem in problems({"accounts": {"this": account}}, names):
        place = dotted(problem.field[2:])
        where += f": {place}" if problem.field[2 : 2 + len(path)] != tuple(path) else ""
        raise UsageError(problem.what, where, problem.mend)


def _holds_password(value: Any) -> bool:
    """Say whether a password has a place in a value, however deep."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (isinstance(value, dict) and "password" in value) or any(map(_holds_password, parts))


def _put(account: Any, path: list[str], value: Any) -> dict[str, Any]:
    """Return a copy of an account with a value put in; another way to the secret gives way."""
    kept = dict(account) if isinstance(account, dict) else {}
    if path[0] in CREDENTIAL_KEYS:
        kept = {key: old for key, old in kept.items() if key not in CREDENTIAL_KEYS or key == path[0]}
    kept[path[0]] = _put(kept.get(path[0]), path[1:], value) if path[1:] else value
    return kept
