"""An accounts file as data becomes requests: one address and one wish for each account and target.

Takes data that is valid by accounts.schema.json. The order of precedence is: provider, `defaults`,
the account, then what was asked for at the door.
"""

from __future__ import annotations

import re

from mailgen.address import parse_address, shown
from mailgen.credentials import command_from, credential_from
from mailgen.errors import MailgenError, UsageError
from mailgen.model import Identity
from mailgen.resolve import Wish
from mailgen.tokens import FileName, Verbatim
from mailgen.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.model import Account, Address, Target
    from mailgen.tokens import Command

#: Keys of which an account has at most one; one of its own puts those of the defaults aside.
CREDENTIAL_KEYS = ("password_command", "token_command", "credential", "password")
#: Keys whose mappings are merged one by one: folders by role, the rest by target or by part.
_MERGED = ("folders", "imap", "pop3", "smtp", "options", "extra", "client_version")


@dataclass(frozen=True, slots=True)
class Request:
    """One account of the file, with the defaults in it. `where` names it in messages."""

    id: str
    address: Address
    targets: tuple[str, ...]
    data: Mapping[str, Any]
    where: str


def requests(data: Mapping[str, Any]) -> list[Request]:
    """Return the accounts of a household, the default account first, else in their own order.

    Raises MailgenError, with the path in the data, for two defaults, an account without targets, ids
    that differ in case only, and addresses that are none.
    """
    defaults = data.get("defaults") or {}
    found: dict[str, Request] = {}
    first = None
    for id, given in data["accounts"].items():
        where = f"accounts.{id}"
        merged = _merged(defaults, given)
        if id.casefold() in found:
            raise MailgenError(
                f"two accounts differ in upper and lower case only: {id}",
                where,
                "give one another id; some file systems take them for one",
            )
        if merged.get("default"):
            if first is not None:
                raise MailgenError(
                    f"two accounts are the default: {first} and {id}",
                    f"{where}.default",
                    "leave it at one of them",
                )
            first = id
        targets = tuple(merged.get("targets", ()))
        if not targets:
            raise MailgenError(
                f"the account {id} has no targets",
                where,
                "name the clients under targets, here or in defaults; 'mailgen targets' lists them",
            )
        address = _address(merged["address"], f"{where}.address")
        found[id.casefold()] = Request(id, address, targets, merged, where)
    return sorted(found.values(), key=lambda request: request.id != first)


def _merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    kept = defaults
    if any(key in given for key in CREDENTIAL_KEYS):
        kept = {key: value for key, value in defaults.items() if key not in CREDENTIAL_KEYS}
    merged = {**kept, **given}
    for key in _MERGED:
        if key in kept and key in given:
            merged[key] = (
                {**kept[key], **given[key]} if key != "options" else _by_target(kept[key], given[key])
            )
    return merged


def _by_target(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {**kept.get(name, {}), **given.get(name, {})} for name in (*kept, *given)}


def _address(text: str, where: str) -> Address:
    try:
        return parse_address(text)
    except MailgenError as error:
        raise type(error)(error.what, where, error.mend) from None


def wish_for(request: Request, target: Target) -> Wish:
    """Return what an account's data wish for one target."""
    data, where = request.data, request.where
    servers = {
        protocol: _server(data[protocol]) for protocol in ("imap", "pop3", "smtp") if data.get(protocol)
    }
    return Wish(
        id=request.id,
        name=data.get("name"),
        label=data.get("label") or request.id,
        username=data.get("username"),
        protocol=data.get("protocol") if target.incoming else None,
        client_version=data.get("client_version", {}).get(target.name),
        credential=credential_from(data, request.address, request.id, where),
        servers={key: value for key, value in servers.items() if key in target.protocols},
        folders=data.get("folders", {}),
        identities=tuple(_identities(data.get("identities", ()), where)),
        reply_to=data.get("reply_to", ""),
        signature=FileName(data["signature"]) if data.get("signature") else None,
        maildir=FileName(data["maildir"]) if data.get("maildir") else None,
        options=option_values(target, data.get("options", {}).get(target.name, {}), f"{where}.options"),
        extra=tuple(_extra(data.get("extra", {}).get(target.name, ()))),
    )


def _server(given: Mapping[str, Any]) -> dict[str, Any]:
    from mailgen.address import normalise_domain

    server = dict(given)
    if "host" in server:
        server["host"] = normalise_domain(server["host"], "host")[0]
    return server


def _identities(given: Sequence[Any], where: str) -> Iterator[Identity]:
    for index, item in enumerate(given):
        parts = {"address": item} if isinstance(item, str) else item
        yield Identity(
            str(_address(parts["address"], f"{where}.identities.{index}")),
            parts.get("name", ""),
            parts.get("reply_to", ""),
            FileName(parts["signature"]) if parts.get("signature") else None,
        )


def _extra(given: str | Sequence[str]) -> Iterator[Verbatim]:
    lines = given.splitlines() if isinstance(given, str) else given
    return (Verbatim(line) for line in lines)


def option_values(
    target: Target, given: Mapping[str, Any], where: str
) -> dict[str, str | Command | bool | int]:
    """Return the options of a target as values, from data (a command is text or a list of words).

    Raises UsageError for an option that the target has not, and for a value of another type.
    """
    values: dict[str, str | Command | bool | int] = {}
    for name, value in given.items():
        place = f"{where}.{target.name}.{name}"
        if name not in target.options:
            mend = f"its options are {', '.join(target.options)}" if target.options else "it has none"
            raise UsageError(f"{target.title} has no option {shown(name)}", place, mend)
        kind = target.options[name].type
        fits = {"text": str, "command": str | list, "yesno": bool, "number": int}[kind]
        if not isinstance(value, fits) or (kind == "number" and isinstance(value, bool)):
            raise UsageError(f"this option is a {_SPOKEN[kind]}", place, "write it as one")
        if kind == "command":
            from mailgen.tokens import Command

            value = (
                command_from(value, place) if isinstance(value, str) else Command(tuple(value))  # type: ignore[arg-type]
            )
        values[name] = value
    return values


_SPOKEN = {
    "text": "text",
    "command": "command",
    "yesno": "yes or no: true or false",
    "number": "whole number",
}


def numbered(accounts: Sequence[Account]) -> list[Account]:
    """Give the accounts of one target their numbers from 1, and all their identities theirs behind these."""
    from mailgen.values import replace

    last = len(accounts)
    result = []
    for number, account in enumerate(accounts, 1):
        identities = tuple(
            replace(identity, number=last + place) for place, identity in enumerate(account.identities, 1)
        )
        last += len(identities)
        result.append(replace(account, number=number, identities=identities))
    return result


def in_the_file(mend: str) -> str:
    """Say a mend that speaks of options of the command line in the words of the accounts file.

    >>> in_the_file("give other servers: --imap-host, --smtp-host, or use --protocol pop3")
    'give other servers: imap.host, smtp.host, or use protocol: pop3'
    """
    mend = re.sub(r"--(imap|pop3|smtp)-(host|port|tls)", r"\1.\2", mend)
    mend = re.sub(r"--protocol (\w+)", r"protocol: \1", mend)
    return re.sub(
        r"--(password-command|token-command|client-version|[a-z]+)",
        lambda option: option[1].replace("-", "_"),
        mend,
    )
