"""An accounts file as data becomes requests: one address and one wish for each account and target.

Takes data that is valid by accounts.schema.json. The order of precedence is: provider, `defaults`,
the account, then what was asked for at the door.
"""

from __future__ import annotations

import re

from mailgen.accounts.objections import argv_of, known_host, objections
from mailgen.core.errors import DataError, MailgenError, dotted
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.credentials.stores import STORES, credential_from, kind_of
from mailgen.model.account import Identity, handle
from mailgen.model.tokens import Command, FileName, Verbatim
from mailgen.model.vocabulary import NO_INCOMING, PROTOCOLS, SERVER
from mailgen.resolve.address import parse_address, shown
from mailgen.resolve.options import text_value
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.core.errors import Field
    from mailgen.model.provider import Address
    from mailgen.model.server import Credential
    from mailgen.model.target import Target

#: Keys of which an account has at most one; one of its own puts those of the defaults aside.
CREDENTIAL_KEYS = ("password_command", "token_command", "credential", "password")
#: Keys whose mappings are merged one by one: folders by role, the rest by target or by part.
_MERGED = ("folders", "slots", *PROTOCOLS, "options", "extra", "client_version")
#: Keys of an identity; those that say through which server it sends make it an account that only sends.
_SENT_THROUGH = ("provider", "smtp")
_OF_IDENTITY = ("address", "name", "reply_to", "signature", *_SENT_THROUGH)
#: What an identity with a server of its own has of its account.
_INHERITED = ("targets", "options", "client_version")


@dataclass(frozen=True, slots=True)
class Request:
    """One account of the file, with the defaults in it.

    `given` is what stands under the account itself: it tells in which of both places a field is. An identity
    with a server of its own is an account that only sends: it is the identity `index` of the account `owner`.
    """

    id: str
    address: Address
    targets: tuple[str, ...]
    data: Mapping[str, Any]
    given: Mapping[str, Any]
    owner: Request | None = None
    index: int = 0

    def __repr__(self) -> str:
        """Return a line without the data, which may hold a password."""
        return f"Request(id={self.id!r}, address={str(self.address)!r}, targets={self.targets!r})"

    @property
    def where(self) -> str:
        """What messages call it."""
        return dotted(self.place)

    @property
    def place(self) -> Field:
        """Where it stands in the file."""
        if self.owner is not None:
            return (*self.owner.place, "identities", self.index)
        return ("accounts", self.id)

    def field(self, *path: str | int) -> Field:
        """Return the place of a field of this account: under the account, or in the defaults."""
        if self.owner is not None:
            if path[0] in (*CREDENTIAL_KEYS, "username"):
                return (*self.place, "smtp", *path)
            return (*self.place, *path) if path[0] in _OF_IDENTITY else self.owner.field(*path)
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
    addresses: dict[str, Address] = {}
    for objection in objections(data, addresses):
        raise objection
    defaults = data.get("defaults") or {}
    found = []
    for id, given in data["accounts"].items():
        whole = merged(defaults, given) if defaults else given
        account = Request(id, addresses[whole["address"]], tuple(whole["targets"]), whole, given)
        found.append(account)
        if whole.get("identities"):
            found += _sent_elsewhere(account)
    seen: dict[str, Request] = {}
    for request in found:
        if seen.setdefault(request.id, request) is not request:
            raise DataError(
                Text(
                    "an identity with a server of its own would be called {id}, as an account is",
                    id=request.id,
                ),
                (request if request.owner else seen[request.id]).place,
                "give that account another id",
            )
    return sorted(found, key=lambda request: not request.data.get("default")) if len(found) > 1 else found


def is_sent_elsewhere(identity: Any) -> bool:
    """Say whether an identity, as it is written, has a server of its own."""
    return not isinstance(identity, str) and any(key in identity for key in _SENT_THROUGH)


def _sent_elsewhere(account: Request) -> Iterator[Request]:
    """Yield the identities of an account that have a server of their own, as accounts that only send."""
    identities = account.data.get("identities", ())
    number = 1 + sum(not is_sent_elsewhere(one) for one in identities)
    for index, one in enumerate(identities):
        if not is_sent_elsewhere(one):
            continue
        number += 1
        through = dict(one.get("smtp", {}))
        login = {key: through.pop(key) for key in (*CREDENTIAL_KEYS, "username") if key in through}
        data = {key: account.data[key] for key in _INHERITED if key in account.data}
        data |= {key: one[key] for key in _OF_IDENTITY if key in one and key != "smtp"} | login
        if through:
            data["smtp"] = through
        if not any(key in login for key in CREDENTIAL_KEYS):
            data |= _way_for_all(account)
        data |= {"protocol": NO_INCOMING, "label": f"{account.data.get('label') or account.id}.{number}"}
        yield Request(
            f"{account.id}.{number}",
            parse_address(one["address"]),
            account.targets,
            data,
            one,
            account,
            index,
        )


def _way_for_all(account: Request) -> dict[str, Any]:
    """Return the way to a secret that an account has with all others, or else only its store."""
    common = {key: account.data[key] for key in CREDENTIAL_KEYS if key in account.data}
    if common.keys() & account.given.keys():
        kind = kind_of(account.data)[0]
        return {"credential": kind} if kind in STORES else {}
    return common


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
    identities, options, extra = data.get("identities", ()), data.get("options"), data.get("extra")
    wish = Wish(
        id=request.id,
        name=data.get("name"),
        label=data.get("label") or request.id,
        username=data.get("username"),
        protocol=_protocol(data, target),
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
        identities=tuple(_identities(identities)) if identities else (),
        reply_to=_plain(data.get("reply_to")),
        signature=FileName(data["signature"]) if data.get("signature") else None,
        maildir=FileName(data["maildir"]) if data.get("maildir") else None,
        kept_at=request.owner.id if request.owner else "",
        sent_elsewhere=any(map(is_sent_elsewhere, identities)),
        options=option_values(target, options.get(target.name, {}), request.field) if options else {},
        extra=tuple(_extra(target, extra.get(target.name, ()), request.field)) if extra else (),
    )
    if target.works_with_others:
        from mailgen.resolve.local import with_fellows

        _refuse_two_keepers(request, target, fellows)
        return with_fellows(
            target, wish, fellows, request.address, lambda one: kept_in(request, one, fellows)
        )
    return wish


def _protocol(data: Mapping[str, Any], target: Target) -> str | None:
    """Return how mail is to come in, for targets that have it come in; that it does not is every target's."""
    wanted: str | None = data.get("protocol")
    return wanted if target.incoming or wanted == NO_INCOMING else None


def _refuse_two_keepers(request: Request, target: Target, fellows: Sequence[Target]) -> None:
    """Raise DataError if another target of the account would keep its mail where this one does."""
    from mailgen.resolve.local import shared

    place = kept_in(request, target, fellows)
    for other in fellows if place else ():
        there = kept_in(request, other, fellows)
        if other.name != target.name and there and shared([("", place), (" ", there)]):
            raise DataError(
                Text(
                    "{one} and {other} would both keep the mail of the account in {folder}: "
                    "each message would lie there twice",
                    one=target.title,
                    other=other.title,
                    folder=place,
                ),
                request.field("targets"),
                Text("leave one of them out"),
            )


def kept_in(request: Request, target: Target, fellows: Iterable[Target]) -> str:
    """Return where a target keeps the mail of the account on this machine; "" if it keeps none.

    `fellows` are all targets of the account: one that keeps mail only where a place is named leaves that of
    the account to another that always does.
    """
    options = request.data.get("options", {}).get(target.name, {})
    option, named = options.get("maildir"), request.data.get("maildir")
    if target.keeps_named:
        from mailgen.resolve.local import filed_by_another

        if filed_by_another(target, options):
            return ""
        return str(option or (not any(one.maildir for one in fellows) and named) or "")
    own = target.maildir.replace("{handle}", handle(request.id, str(request.address)))
    return str(option or named or own) if own else ""


def _server(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a server itself, apart from who logs in there."""
    server = {part: given[part] for part in SERVER if part in given}
    return {**server, "host": known_host(server["host"])} if "host" in server else server


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
        if is_sent_elsewhere(item):
            continue
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
            from mailgen.catalog.settings import settings_of

            what = Text("{title} has no option {name}", title=target.title, name=shown(name))
            raise DataError(what, place, settings_of(target, name))
        kind = target.options[name].type
        fits = {"command": str | list, "yesno": bool, "number": int}.get(kind, str)
        if not isinstance(value, fits) or (kind == "number" and isinstance(value, bool)):
            raise DataError(Text("this option is a {spoken}", spoken=_SPOKEN[kind]), place, "write it as one")
        try:
            if kind == "command":
                value = argv_of(value)  # type: ignore[arg-type]
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
