"""What is wrong with a household that is valid by accounts.schema.json."""

from __future__ import annotations

from mailgen.core.errors import DataError, MailgenError
from mailgen.core.printing import is_hidden
from mailgen.core.text import Text
from mailgen.credentials.stores import command_from
from mailgen.model.tokens import Command
from mailgen.model.vocabulary import INCOMING, NO_INCOMING, PROTOCOLS
from mailgen.resolve.address import host_name, parse_address
from mailgen.resolve.local import shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.core.errors import Field
    from mailgen.model.provider import Address


def objections(data: Mapping[str, Any], addresses: dict[str, Address] | None = None) -> Iterator[DataError]:
    """Yield what is wrong with a household that is valid by the schema.

    Puts the accounts' addresses, by their texts, into `addresses`: of many, each is read once.
    Two defaults, ids that differ in case only, accounts without targets, addresses that are none,
    hosts that cannot be, command lines that only a shell could run.
    """
    defaults = data.get("defaults") or {}
    if defaults:
        yield from _of_part(defaults, ("defaults",))
    ids: dict[str, str] = {}
    first = None
    for id, given in data["accounts"].items():
        place = ("accounts", id)
        other = ids.setdefault(id.casefold(), id)
        if other != id:
            yield DataError(
                Text(
                    "two accounts differ in upper and lower case only: {other} and {id}", other=other, id=id
                ),
                place,
                "give one another id; some file systems take them for one",
            )
        if given.get("default") and first is not None:
            yield DataError(
                Text("two accounts are the default: {first} and {id}", first=first, id=id),
                (*place, "default"),
                "leave it at one of them",
            )
        elif given.get("default"):
            first = id
        if not (given["targets"] if "targets" in given else defaults.get("targets")):
            yield DataError(
                Text("the account {id} has no targets", id=id),
                place,
                "name the clients under targets, here or in defaults; 'mailgen targets' lists them",
            )
        yield from _of_part(given, place, addresses)
        yield from _of_sender_only(given, defaults, place)
    places = [(id, given["maildir"]) for id, given in data["accounts"].items() if given.get("maildir")]
    if len(places) > 1 and (found := shared(places)) is not None:
        yield shared_maildir(*found)


def _of_sender_only(
    account: Mapping[str, Any], defaults: Mapping[str, Any], place: Field
) -> Iterator[DataError]:
    """Yield what an account that only sends has no use for."""
    if account.get("protocol", defaults.get("protocol")) != NO_INCOMING:
        return
    for key in (*INCOMING, "folders", "maildir"):
        if account.get(key):
            yield DataError(
                Text("this account only sends, and has {key}", key=key),
                (*place, key),
                Text("take it out, or take out {protocol}", protocol="protocol: none"),
            )


def shared_maildir(first: str, second: str, folder: str) -> DataError:
    """Return the refusal of two accounts whose mail would lie in one folder."""
    return DataError(
        Text(
            "the mail of two accounts would lie in one folder, {folder}: {first} and {second}",
            folder=folder,
            first=first,
            second=second,
        ),
        ("accounts", second, "maildir"),
        "give each account a folder of its own, and none within another's",
    )


def _of_part(
    part: Mapping[str, Any], place: Field, addresses: dict[str, Address] | None = None
) -> Iterator[DataError]:
    """Yield what is wrong with an account, or with the defaults, taken by itself."""
    checks: list[tuple[Callable[..., Any], str, Field]] = []
    for key in ("address", "reply_to"):
        if key in part:
            checks.append((parse_address, part[key], (key,)))
    spoken = [one for one in PROTOCOLS if part.get(one)]
    for key in spoken:
        if "host" in part[key]:
            checks.append((known_host, part[key]["host"], (key, "host")))
    for key in ("password_command", "token_command"):
        if key in part:
            checks.append((argv_of, part[key], (key,)))
        if spoken:
            checks += [(argv_of, part[one][key], (one, key)) for one in spoken if key in part[one]]
    for index, item in enumerate(part.get("identities", ())):
        field: Field = ("identities", index)
        if isinstance(item, str):
            checks.append((parse_address, item, field))
        else:
            checks += [
                (parse_address, item[key], (*field, key)) for key in ("address", "reply_to") if key in item
            ]
            if item.get("smtp"):
                yield from _of_part({"smtp": item["smtp"]}, (*place, *field))
    if not part.keys().isdisjoint(_WITH_PATHS):
        checks += [(_path, value, field) for value, field in _paths(part)]
    for check, value, field in checks:
        try:
            read = check(value)
        except MailgenError as error:
            yield DataError(error.what, (*place, *field), error.mend)
        else:
            if addresses is not None and field == ("address",):
                addresses[value] = read


#: Keys of an account below which a path may stand.
_WITH_PATHS = ("signature", "maildir", "identities", "credential", "options", *PROTOCOLS)


def _paths(part: Mapping[str, Any]) -> Iterator[tuple[str, Field]]:
    """Yield all paths of an account with their places; an option is one if it begins like one."""
    given: list[tuple[Any, Field]] = [(part.get(key), (key,)) for key in ("signature", "maildir")]
    for index, item in enumerate(part.get("identities", ())):
        if not isinstance(item, str):
            given.append((item.get("signature"), ("identities", index, "signature")))
    for place, owner in (((), part), *(((one,), part.get(one) or {}) for one in PROTOCOLS)):
        credential = owner.get("credential")
        if isinstance(credential, dict):
            given += [(credential.get(key), (*place, "credential", key)) for key in ("path", "identity")]
    for target, options in part.get("options", {}).items():
        given += [(value, ("options", target, name)) for name, value in options.items()]
    for value, field in given:
        if isinstance(value, str) and (field[0] != "options" or value.startswith(("~", "/"))):
            yield value, field


def _path(path: str) -> None:
    if any(map(is_hidden, path)):
        raise MailgenError(
            "a character that nobody sees, or a line break, stands in this path", "path", "type the path anew"
        )


def known_host(name: str) -> str:
    return host_name(name, "host", "port")


def argv_of(given: str | Sequence[str]) -> Command:
    if isinstance(given, str):
        return command_from(given, "command")
    if not all(isinstance(word, str) for word in given):
        raise MailgenError("a command is a list of texts", "command", "put numbers in quotes")
    if not given or not given[0]:
        raise MailgenError("the command names no program", "command", "put it first in the list")
    return Command(tuple(given))
