"""Facts of mail settings as JSON lines (an entry each) as drafts of provider records.

An entry is {source, id, name, domains, incoming, outgoing, docs, oauth2}; an endpoint is
{proto, host, port, tls, auth, username}, in which `{domain}` may stand.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.drafts.builder import Drafting
from mailgen.model.vocabulary import PROTOCOLS, TLS
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mailgen.drafts import Draft

_PASSWORD = ("password-cleartext", "password-encrypted", "login", "plain", "secure")
_USERNAMES = {"address": "address", "localpart": "localpart", "{localpart}.{domain}": "localpart.domain"}
#: Keys that a record has a place for, and those by which a set only finds its own entry again.
_CARRIED = {"source", "name", "domains", "incoming", "outgoing", "docs", "oauth2", "id", "file", "repo"}
_CARRIED_OF_SERVERS = {"proto", "host", "port", "tls", "auth", "username"}


def from_facts(
    lines: Iterable[str], name: str, source: tuple[str, dict[str, Any]]
) -> Iterator[Draft | MailgenError]:
    """Yield a draft for each entry, or the error why there is none; `name` is what errors call the file.

    `source` is as in `from_autoconfig`; without a short name in it, an entry's own `source` is taken.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _draft(line, f"{name}:{number}", source)
        except MailgenError as error:
            yield error


def _draft(line: str, where: str, source: tuple[str, dict[str, Any]]) -> Draft:
    entry = _entry(line, where)
    named = str(entry["source"]).lower()
    short = source[0] or (named if re.fullmatch("[a-z0-9][a-z0-9-]{0,40}", named) else "facts")
    drafting = Drafting(where, (short, source[1]))
    drafting.called(str(entry.get("name", "")), "", where)
    for domain in entry["domains"]:
        drafting.serves(str(domain), where)
    for endpoint in (*entry["incoming"], *entry["outgoing"]):
        _endpoint(drafting, endpoint, where)
    for page in entry.get("docs") or ():
        drafting.explained_at(str(page), where)
    if isinstance(oauth2 := entry.get("oauth2"), dict) and oauth2:
        _oauth2(drafting, oauth2, where)
    _rest(drafting, entry, _CARRIED, Text("the entry"), where)
    return drafting.draft()


def _entry(line: str, where: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
        lists = [entry[key] for key in ("domains", "incoming", "outgoing")]
        entry["source"]
        good = all(isinstance(one, list) for one in (*lists, entry.get("docs") or []))
        good = good and all(isinstance(one, dict) for one in (*lists[1], *lists[2]))
    except (ValueError, KeyError, TypeError, RecursionError):
        good = False
    if not good:
        raise MailgenError(
            "this line is no entry of a set",
            where,
            "an entry is JSON with source, domains, incoming and outgoing",
        )
    return entry  # type: ignore[no-any-return]


def _endpoint(drafting: Drafting, endpoint: Mapping[str, Any], where: str) -> None:
    protocol, host, tls = (str(endpoint.get(key)) for key in ("proto", "host", "tls"))
    place = Text("the {protocol} server {host}", protocol=protocol, host=shown(host))
    if protocol not in PROTOCOLS:
        drafting.lose(Text("a server of the protocol {protocol}", protocol=shown(protocol)), where)
        return
    if tls not in TLS:
        drafting.lose(Text("{place}: the form of TLS {tls} is not known", place=place, tls=shown(tls)), where)
        return
    auth = _authentication(drafting, endpoint.get("auth"), place, where)
    if not auth:
        drafting.lose(Text("{place}: there is no way to log in that a record knows", place=place), where)
        return
    username = _USERNAMES.get(str(endpoint.get("username")))
    if username is None:
        told = Text("the login name {name}", name=shown(str(endpoint.get("username", ""))))
        drafting.lose(
            Text("{place}: {name}; the user is asked for an account id", place=place, name=told), where
        )
    port = endpoint.get("port")
    number = port if isinstance(port, int) and not isinstance(port, bool) else None
    host = host.replace("{domain}", "%EMAILDOMAIN%")
    drafting.listens(protocol, host, number, tls, auth, username or "account-id", where)
    _rest(drafting, endpoint, _CARRIED_OF_SERVERS, place, where)


def _authentication(drafting: Drafting, ways: Any, place: str, where: str) -> list[str]:
    """Return the ways to log in; a set that names none means a password."""
    if not isinstance(ways, list) or not ways:
        return ["password"]
    known = {"oauth2": "xoauth2", **dict.fromkeys(_PASSWORD, "password")}
    for way in ways:
        if str(way).lower() not in known:
            drafting.lose(Text("{place}: the authentication {way}", place=place, way=shown(str(way))), where)
    return list(dict.fromkeys(known[way] for way in (str(one).lower() for one in ways) if way in known))


def _oauth2(drafting: Drafting, oauth2: Mapping[str, Any], where: str) -> None:
    scopes = oauth2.get("scopes")
    drafting.authorised_by(
        str(oauth2.get("issuer", "")),
        str(oauth2.get("auth_url", "")),
        str(oauth2.get("token_url", "")),
        [str(scope) for scope in scopes] if isinstance(scopes, list) else (),
        where,
    )


def _rest(drafting: Drafting, data: Mapping[str, Any], carried: set[str], place: str, where: str) -> None:
    for key in data:
        if key not in carried and data[key] not in (None, [], {}, "", False):
            told = data[key] if isinstance(data[key], str) else json.dumps(data[key], ensure_ascii=False)
            drafting.lose(Text("{key} of {place}: {told}", key=key, place=place, told=shown(told)), where)
