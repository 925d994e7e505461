"""PACC documents (draft-ietf-mailmaint-pacc, drafts 02 to 04) as drafts of a provider record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.drafts import LONGEST
from mailgen.drafts.builder import Drafting
from mailgen.model.ports import default_port
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from mailgen.drafts import Draft

#: Keys of `protocols`, with what a record calls them. Draft 02 says smtp, its successors submit.
_HOSTS = {"imap": "imap", "pop3": "pop3", "submit": "smtp", "smtp": "smtp"}
_URLS = ("jmap", "caldav", "carddav")
#: Deeper goes no such document.
DEEPEST = 12


def from_pacc(content: bytes, name: str, source: tuple[str, dict[str, Any]], domain: str) -> Draft:
    """Read a PACC document of `domain`; `name` is what errors call it.

    `source` is the short name of the source and its description as in `sources` of the schema. Text
    protocols are always implicit TLS on the default port, the login name always the address. Whether
    the document is genuine (its digest) is for the caller to see to. Raises MailgenError for what is
    no such document or has no mail server to use.
    """
    data = _parse(content, name)
    drafting = Drafting(name, source, domain)
    drafting.serves(domain, name)
    protocols = _mapping(data, "protocols", name)
    authentication = _mapping(data, "authentication", name)
    info = _mapping(data, "info", name)
    auth = _authentication(drafting, authentication)
    if "submit" in protocols and "smtp" in protocols:
        if protocols["smtp"] != protocols["submit"]:
            drafting.lose(
                "what is said of smtp: submit, its later name, stands there too", f"{name}: protocols"
            )
        protocols = {key: value for key, value in protocols.items() if key != "smtp"}
    for key, value in protocols.items():
        where = f"{name}: protocols.{key}"
        if key in _HOSTS:
            _host(drafting, _HOSTS[key], value, auth, where)
        elif key in _URLS:
            url = _text(_mapping(protocols, key, f"{name}: protocols"), "url", where)
            drafting.reached_at(key, url, where)
        else:
            drafting.lose(Text("the protocol {protocol}", protocol=shown(key)), where)
    _info(drafting, info)
    for key in _others(data, {"protocols", "authentication", "info"}):
        drafting.lose(Text("the key {key}", key=shown(key)), name)
    return drafting.draft()


def _parse(content: bytes, name: str) -> dict[str, Any]:
    if len(content) > LONGEST:
        raise _refused(Text("it is larger than {size} KiB", size=LONGEST >> 10), name)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                raise _refused(Text("the key {key} stands twice in one object", key=shown(key)), name)
            made[key] = value
        return made

    def no_number(text: str) -> Any:
        raise _refused(Text("{text} is no number that may stand in JSON", text=shown(text)), name)

    def number(text: str) -> float:
        if len(text) > 20:
            raise _refused("a number in it is longer than any such document needs", name)
        return float(text)

    try:
        text = content.decode("utf-8")
        data = json.loads(
            text, object_pairs_hook=once, parse_constant=no_number, parse_int=number, parse_float=number
        )
    except UnicodeDecodeError:
        raise _refused("this is not UTF-8, as JSON must be", name) from None
    except RecursionError:
        raise _refused("it is nested deeper than any such document", name) from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise _refused(
            Text("this is not JSON: {msg}", msg=getattr(error, "msg", error)), f"{name}:{line}"
        ) from None
    if not isinstance(data, dict):
        raise _refused("this JSON is no object", name)
    if _depth(data) > DEEPEST:
        raise _refused("it is nested deeper than any such document", name)
    if not isinstance(data.get("protocols"), dict):
        raise _refused("it has no object 'protocols'", name)
    return data


def _depth(data: Any, so_far: int = 1) -> int:
    if so_far > DEEPEST or not isinstance(data, dict | list):
        return so_far
    inner = data.values() if isinstance(data, dict) else data
    return max((_depth(item, so_far + 1) for item in inner), default=so_far)


def _mapping(data: dict[str, Any], key: str, where: str) -> dict[str, Any]:
    """Return an object of the document, empty if it is not there."""
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise _refused(Text("{key} must be an object", key=shown(key)), where)
    return value


def _text(data: dict[str, Any], key: str, where: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise _refused(Text("{key} must be text", key=shown(key)), where)
    return value


def _others(data: dict[str, Any], known: set[str]) -> list[str]:
    return [key for key in data if key not in known]


def _host(drafting: Drafting, protocol: str, value: Any, auth: list[str], where: str) -> None:
    if not isinstance(value, dict):
        raise _refused("this must be an object", where)
    for key in _others(value, {"host"}):
        drafting.lose(Text("the key {key}", key=shown(key)), where)
    port = default_port(protocol, "implicit")
    drafting.listens(protocol, _text(value, "host", where), port, "implicit", auth, "address", where)


def _authentication(drafting: Drafting, data: dict[str, Any]) -> list[str]:
    """Return the ways to log in, as a record says them."""
    where = f"{drafting.name}: authentication"
    auth = []
    password = data.get("password", False)
    if not isinstance(password, bool):
        raise _refused("'password' must be true or false", where)
    if password:
        auth.append("password")
    if "oauth-public" in data:
        issuer = _text(_mapping(data, "oauth-public", where), "issuer", where)
        auth.append("xoauth2")
        drafting.lose(
            Text("the OAuth2 issuer {issuer}: a record needs the scopes too", issuer=shown(issuer)), where
        )
    for key in _others(data, {"password", "oauth-public"}):
        drafting.lose(Text("the authentication {way}", way=shown(key)), where)
    if not auth:
        drafting.lose("it does not say how to log in; a password is taken for granted", where)
    return auth or ["password"]


def _info(drafting: Drafting, info: dict[str, Any]) -> None:
    where = f"{drafting.name}: info"
    provider = _mapping(info, "provider", where)
    help = _mapping(info, "help", where)
    drafting.called(_text(provider, "name", where), "", f"{where}.provider.name")
    if page := _text(help, "documentation", where):
        drafting.explained_at(page, f"{where}.help.documentation")
    short = _text(provider, "shortName", where)
    if short and short not in drafting.names.values():
        drafting.lose(Text("the short name {name}", name=shown(short)), f"{where}.provider.shortName")
    for key in _others(provider, {"name", "shortName"}):
        drafting.lose(Text("the provider's {key}", key=shown(key)), f"{where}.provider")
    for key in _others(help, {"documentation"}):
        drafting.lose(Text("the {key} address of the help", key=shown(key)), f"{where}.help")


def _refused(what: str, where: str) -> MailgenError:
    return MailgenError(what, where, "name a PACC document (user-agent-configuration.json)")
