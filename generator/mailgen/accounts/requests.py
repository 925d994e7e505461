"""An accounts file as data becomes requests: one address and one wish for each account and target.

Takes data that is valid by accounts.schema.json. The order of precedence is: provider, `defaults`,
the account, then what was asked for at the door.
"""

from __future__ import annotations

import re

from mailgen.core.errors import DataError, MailgenError, dotted
from mailgen.core.printing import is_hidden
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.credentials.stores import STORES, command_from, credential_from, kind_of
from mailgen.model.account import Identity
from mailgen.model.tokens import Command, FileName, Verbatim
from mailgen.model.vocabulary import PROTOCOLS, SERVER
from mailgen.resolve.address import host_name, parse_address, shown
from mailgen.resolve.local import shared
from mailgen.resolve.options import text_value
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.core.errors import Field
    from mailgen.model.account import Credential
    from mailgen.model.provider import Address
    from mailgen.model.target import Target

#: Keys of which an account has at most one; one of its own puts those of the defaults aside.
CREDENTIAL_KEYS = ("password_command", "token_command", "credential", "password")
#: Keys whose mappings are merged one by one: folders by role, the rest by target or by part.
_MERGED = ("folders", "slots", *PROTOCOLS, "options", "extra", "client_version")


@dataclass(frozen=True, slots=True)
class Request:
    """One account of the file, with the defaults in it.

    `given` is what stands under the account itself: it tells in which of both places a field is.
    """

    id: str
    address: Address
    targets: tuple[str, ...]
    data: Mapping[str, Any]
    given: Mapping[str, Any]

    def __repr__(self) -> str:
        """Return a line without the data, which may hold a password."""
        return f"Request(id={self.id!r}, address={str(self.address)!r}, targets={self.targets!r})"

    @property
    def where(self) -> str:
        """What messages call it."""
        return dotted(("accounts", self.id))

    def field(self, *path: str | int) -> Field:
        """Return the place of a field of this account: under the account, or in the defaults."""
        node: Any = self.given
        levels = 3 if path[0] == "options" else 2 if path[0] in _MERGED else 1
        for step in path[:levels]:
            if step not in node:
                return ("defaults", *path)
            node = node[step]
        return ("accounts", self.id, *path)


def requests(data: Mapping[str, Any]) -> list[Request]:
    """Return the accounts of a household, the default account first, else in their own order.

    Takes data valid by the schema. Raises the first of `objections`.
    """
    for objection in objections(data):
        raise objection
    defaults = data.get("defaults") or {}
    found = []
    for id, given in data["accounts"].items():
        whole = merged(defaults, given)
        found.append(Request(id, parse_address(whole["address"]), tuple(whole["targets"]), whole, given))
    return sorted(found, key=lambda request: not request.data.get("default"))


def objections(data: Mapping[str, Any]) -> Iterator[DataError]:
    """Yield what is wrong with a household that is valid by the schema.

    Two defaults, ids that differ in case only, accounts without targets, addresses that are none,
    hosts that cannot be, command lines that only a shell could run.
    """
    defaults = data.get("defaults") or {}
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
        yield from _of_part(given, place)
    places = [(id, given["maildir"]) for id, given in data["accounts"].items() if given.get("maildir")]
    if len(places) > 1 and (found := shared(places)) is not None:
        yield shared_maildir(*found)


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


def _of_part(part: Mapping[str, Any], place: Field) -> Iterator[DataError]:
    """Yield what is wrong with an account, or with the defaults, taken by itself."""
    checks: list[tuple[Callable[..., object], str, Field]] = []
    for key in ("address", "reply_to"):
        if key in part:
            checks.append((parse_address, part[key], (key,)))
    for key in PROTOCOLS:
        if "host" in part.get(key, ()):
            checks.append((_host, part[key]["host"], (key, "host")))
    for key in ("password_command", "token_command"):
        if key in part:
            checks.append((_command, part[key], (key,)))
        checks += [
            (_command, part[one][key], (one, key)) for one in PROTOCOLS if key in (part.get(one) or ())
        ]
    for index, item in enumerate(part.get("identities", ())):
        field: Field = ("identities", index)
        if isinstance(item, str):
            checks.append((parse_address, item, field))
        else:
            checks += [
                (parse_address, item[key], (*field, key)) for key in ("address", "reply_to") if key in item
            ]
    checks += [(_path, value, field) for value, field in _paths(part)]
    for check, value, field in checks:
        try:
            check(value)
        except MailgenError as error:
            yield DataError(error.what, (*place, *field), error.mend)


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


def _host(name: str) -> str:
    return host_name(name, "host", "port")


def _command(given: str | Sequence[str]) -> Command:
    if isinstance(given, str):
        return command_from(given, "command")
    if not all(isinstance(word, str) for word in given):
        raise MailgenError("a command is a list of texts", "command", "put numbers in quotes")
    if not given or not given[0]:
        raise MailgenError("the command names no program", "command", "put it first in the list")
    return Command(tuple(given))


def merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an account, or defaults nearer to it, with what the `defaults` say besides."""
    kept = defaults
    if any(key in given for key in CREDENTIAL_KEYS):
        kept = {key: value for key, value in defaults.items() if key not in CREDENTIAL_KEYS}
    whole = {**kept, **given}
    for key in _MERGED:
        if key in kept and key in given:
            if key in PROTOCOLS:
                whole[key] = merged(kept[key], given[key])
            elif key == "options":
                whole[key] = _by_target(kept[key], given[key])
            else:
                whole[key] = {**kept[key], **given[key]}
    return whole


def _by_target(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {**kept.get(name, {}), **given.get(name, {})} for name in (*kept, *given)}


def wish_for(request: Request, target: Target, fellows: Sequence[Target] = ()) -> Wish:
    """Return what an account's data wish for one target; `fellows` are all targets of the account."""
    data = request.data
    spoken = {protocol: data[protocol] for protocol in PROTOCOLS if data.get(protocol)}
    servers = {protocol: _server(given) for protocol, given in spoken.items()}
    wish = Wish(
        id=request.id,
        name=data.get("name"),
        label=data.get("label") or request.id,
        username=data.get("username"),
        protocol=data.get("protocol") if target.incoming else None,
        client_version=data.get("client_version", {}).get(target.name),
        credential=credential_from(data, request.address, request.id, request.where),
        logins={key: given["username"] for key, given in spoken.items() if "username" in given},
        credentials={
            key: _own_credential(request, key)
            for key, given in spoken.items()
            if any(one in given for one in CREDENTIAL_KEYS)
        },
        servers={key: value for key, value in servers.items() if value and key in target.protocols},
        folders=data.get("folders", {}),
        slots=data.get("slots", {}),
        identities=tuple(_identities(data.get("identities", ()))),
        reply_to=_plain(data.get("reply_to")),
        signature=FileName(data["signature"]) if data.get("signature") else None,
        maildir=FileName(data["maildir"]) if data.get("maildir") else None,
        options=option_values(target, data.get("options", {}).get(target.name, {}), request.field),
        extra=tuple(_extra(target, data.get("extra", {}).get(target.name, ()), request.field)),
    )
    if target.uses_maildir or target.hands_over:
        from mailgen.resolve.local import with_fellows

        return with_fellows(target, wish, fellows, request.address)
    return wish


def _server(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a server itself, apart from who logs in there."""
    server = {part: given[part] for part in SERVER if part in given}
    return {**server, "host": _host(server["host"])} if "host" in server else server


def _own_credential(request: Request, protocol: str) -> Credential:
    """Return the way to the secret that only one protocol has; DataError if it is the account's place."""
    given = request.data[protocol]
    where = f"{request.where}.{protocol}"
    own = credential_from(given, request.address, request.id, where)
    store = kind_of(given)[0] in STORES
    if store and own == credential_from(request.data, request.address, request.id, where):
        raise DataError(
            Text("the secret of {protocol} would be kept where that of the account is", protocol=protocol),
            request.field(protocol, "credential"),
            Text("name a place of its own: {example}", example="{kind: pass, entry: mail/smtp}"),
        )
    return own


def _plain(address: str | None) -> str:
    """Return an address as mail programs need it, or "" for none."""
    return str(parse_address(address)) if address else ""


def _identities(given: Sequence[Any]) -> Iterator[Identity]:
    for item in given:
        parts = {"address": item} if isinstance(item, str) else item
        yield Identity(
            str(parse_address(parts["address"])),
            parts.get("name", ""),
            _plain(parts.get("reply_to")),
            FileName(parts["signature"]) if parts.get("signature") else None,
        )


def _extra(target: Target, given: str | Sequence[str], field: Callable[..., Field]) -> Iterator[Verbatim]:
    """Yield lines of the user's own, each with the place where the client wants it.

    Raises DataError for one that the client would be told otherwise before it used it.
    """
    for line in given.splitlines() if isinstance(given, str) else given:
        place, begins = _place(target, line)
        if place == "nowhere":
            raise DataError(
                Text("a line of your own would do nothing: {begins} is set anew each time", begins=begins),
                field("extra", target.name),
                Text("say it with the keys of the account, and take the line out"),
            )
        yield Verbatim(line, place)


def _place(target: Target, line: str) -> tuple[str, str]:
    """Return where a line of the user's own belongs, and how it begins; empty for the usual place."""
    for place, pattern in target.own_lines.items():
        if found := re.match(pattern, line.strip()):
            return place, found.group()
    return "", ""


def option_values(
    target: Target, given: Mapping[str, Any], field: Callable[..., Field]
) -> dict[str, str | Command | bool | int | FileName]:
    """Return the options of a target as values, from data (a command is text or a list of words).

    `field` makes the place of an option from the path `options, target, name`. Raises DataError for an
    option that the target has not, and for a value of another type.
    """
    values: dict[str, str | Command | bool | int | FileName] = {}
    for name, value in given.items():
        place = field("options", target.name, name)
        if name not in target.options:
            mend = (
                Text("its options are {names}", names=", ".join(target.options))
                if target.options
                else "it has none"
            )
            raise DataError(
                Text("{title} has no option {name}", title=target.title, name=shown(name)), place, mend
            )
        kind = target.options[name].type
        fits = {"command": str | list, "yesno": bool, "number": int}.get(kind, str)
        if not isinstance(value, fits) or (kind == "number" and isinstance(value, bool)):
            raise DataError(Text("this option is a {spoken}", spoken=_SPOKEN[kind]), place, "write it as one")
        try:
            if kind == "command":
                value = _command(value)  # type: ignore[arg-type]
            elif isinstance(value, str):
                value = text_value(target.options[name], name, value)
        except MailgenError as error:
            raise DataError(error.what, place, error.mend) from None
        values[name] = value
    return values


_SPOKEN = {
    "text": "text",
    "choice": "text",
    "path": "path",
    "address": "mail address",
    "command": "command",
    "yesno": "yes or no: true or false",
    "number": "whole number",
}
