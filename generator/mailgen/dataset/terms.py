"""Rules for what a provider file says of days and conditions; the records are valid by the schema."""

from __future__ import annotations

from datetime import date

from mailgen.core.errors import DataError, MailgenError
from mailgen.core.text import Text
from mailgen.dataset.days import KEYS, days_in
from mailgen.dataset.suffixes import is_installed, is_public_suffix, registry_domain
from mailgen.model.vocabulary import OAUTH2_URLS, PROTOCOLS
from mailgen.resolve.address import normalise_domain
from mailgen.resolve.slots import slots_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mailgen.core.errors import Field
    from mailgen.model.provider import Credentials, Endpoint, Provider
    from mailgen.model.records import Record


#: Ways to log in that carry a token.
_TOKENS = {"xoauth2", "oauthbearer"}


def wrong_terms(record: Record, provider: Provider) -> Iterator[DataError]:
    """Yield what cannot be so in a record and the provider that it describes.

    These are days that are none or in the wrong order, and conditions that nobody can meet.
    """
    wrong_days = list(_days(record))
    yield from wrong_days
    if not wrong_days:
        yield from _order(record)
        yield from _cases(record, provider)


def wrong_offers(record: Record, provider: Provider) -> Iterator[DataError]:
    """Yield what cannot be so of what is offered, to whom, and after which switch."""
    for key in ("off_by_default", "plan"):
        seen: set[str] = set()
        for index, item in enumerate(record.get(key, ())):
            field: Field = (key, index, "protocols")
            protocols = item.get("protocols", spoken_protocols(record))
            yield from no_server(record, item.get("protocols", []), field)
            for twice in sorted(seen & {*protocols}):
                yield DataError(
                    Text("{twice} stands in two entries of {key}", twice=twice, key=key),
                    field,
                    "say it in one of them",
                )
            seen |= {*protocols}
    for protocol in record.get("not_offered", ()):
        if any(not endpoint.term.until for endpoint in provider.endpoints.get(protocol, ())):
            yield DataError(
                Text("this file has a server for {protocol}", protocol=protocol),
                ("not_offered", protocol),
                "take one of them out",
            )
    for protocol, endpoints in provider.endpoints.items():
        for index, endpoint in enumerate(endpoints):
            if endpoint.unusual_port and not _attested(endpoint, provider):
                yield DataError(
                    "a port as unusual as this needs the operator's word, or two sources",
                    ("services", protocol, index, "unusual_port"),
                    "name another source",
                )


def wrong_names(record: Record) -> Iterator[DataError]:
    """Yield what cannot be so of names with slots, and of families."""
    slots = record.get("slots", {})
    used: set[str] = set()
    for protocol, endpoints in record["services"].items():
        for index, endpoint in enumerate(endpoints):
            host: str = endpoint.get("host", "")
            field: Field = ("services", protocol, index, "host")
            names = slots_in(host)
            used |= {*names}
            plain = host
            for name in names:
                plain = plain.replace(f"{{{name}}}", "x.example" if name == "domain" else "x")
                if name not in slots and name != "domain":
                    yield DataError(
                        Text("no option fills {{{name}}}", name=name),
                        field,
                        Text("describe {name} under slots", name=name),
                    )
            if "{" in plain or "}" in plain:
                yield DataError(
                    Text("{host} has a brace too many", host=host),
                    field,
                    "write a name in braces: {customer}",
                )
            elif "{domain}" in host and not host.endswith(".{domain}"):
                yield DataError("{domain} is a whole domain", field, "put it at the end, after a dot")
            elif "{" in host and "{domain}" not in host and not _is_owners(host):
                yield DataError(
                    Text("what fills {host} would choose whose server it is", host=host),
                    field,
                    "let the domain of the operator stand as it is",
                )
    for name in slots:
        if name not in used or name == "domain":
            yield DataError(
                Text("no host holds {{{name}}}", name=name),
                ("slots", name),
                "take it out, or write it in a host",
            )
    for index, family in enumerate(record.get("families", ())):
        field = ("families", index)
        name = family[2:]
        try:
            usual = normalise_domain(name, name)[1]
        except MailgenError as error:
            yield DataError(error.what, field, "write it as *. and a domain")
            continue
        if usual != name:
            yield DataError(
                Text("write {family} in its usual form: *.{usual}", family=family, usual=usual), field, ""
            )
        if is_installed() and is_public_suffix(name):
            yield DataError(
                Text(
                    "the names below {name} belong to many owners, and {family} would take them all",
                    name=name,
                    family=family,
                ),
                field,
                "name the family below the operator's own domain",
            )


def wrong_tokens(record: Record) -> Iterator[DataError]:
    """Yield what cannot be so of where tokens come from."""
    oauth2 = record.get("oauth2", {})
    asking = [key for key in OAUTH2_URLS if "{tenant}" in oauth2.get(key, "")]
    if asking and "tenant" not in oauth2:
        yield DataError(
            "nothing fills {tenant}", ("oauth2", asking[0]), "add tenant: what stands there at first"
        )
    elif "tenant" in oauth2 and not asking:
        yield DataError("no address holds {tenant}", ("oauth2", "tenant"), "take it out, or write it in one")
    if "iss" in oauth2 and "issuer_url" not in oauth2:
        yield DataError("an answer's issuer is compared with a URL", ("oauth2", "iss"), "add issuer_url")
    scopes = oauth2.get("scopes", {})
    for protocol in PROTOCOLS:
        servers = record["services"].get(protocol, ())
        taken = [index for index, one in enumerate(servers) if {*one.get("auth", ())} & _TOKENS]
        if protocol in scopes and not taken:
            field: Field = ("oauth2", "scopes", protocol)
            mend = "say so in its auth, or take the scopes out"
            yield DataError(Text("no server for {protocol} takes tokens", protocol=protocol), field, mend)
        elif oauth2 and taken and protocol not in scopes:
            field = ("services", protocol, taken[0], "auth")
            mend = Text("name the scopes under oauth2.scopes.{protocol}, or take this out", protocol=protocol)
            yield DataError(Text("nobody can ask for a token for {protocol}", protocol=protocol), field, mend)


def _is_owners(host: str) -> bool:
    """Say whether the part of a name that one owner has is free of slots.

    Without the public suffix list these are taken to be two labels, which catches most.
    """
    plain = host.replace("{", "").replace("}", "")
    labels = len(registry_domain(plain).split(".")) if is_installed() else 2
    return "{" not in ".".join(host.split(".")[-labels:])


def wrong_shapes(record: Record) -> Iterator[DataError]:
    """Yield shapes of secrets that people choose themselves, or that there are none of."""
    credentials = record["credentials"]
    cases = enumerate(credentials.get("cases", ()))
    for place, secret in ((), credentials), *((("cases", index), case) for index, case in cases):
        if "shape" in secret and secret["kind"] not in (
            "app-password",
            "authorisation-code",
            "client-password",
        ):
            yield DataError(
                Text("a secret of the kind {kind} has no shape of its own", kind=secret["kind"]),
                ("credentials", *place, "shape"),
                "take it out, or correct the kind",
            )


def _attested(endpoint: Endpoint, provider: Provider) -> bool:
    known = [provider.sources[name] for name in endpoint.sources if name in provider.sources]
    return any(one.kind in ("vendor", "dataset") for one in known) or len({one.what for one in known}) > 1


def spoken_protocols(record: Record) -> list[str]:
    """Return the protocols for mail that a provider has servers for."""
    return [protocol for protocol in record["services"] if protocol in PROTOCOLS]


def no_server(record: Record, protocols: list[str], field: Field) -> Iterator[DataError]:
    """Yield which of some protocols, listed in a field, the provider has no server for."""
    for index, protocol in enumerate(protocols):
        if protocol not in record["services"]:
            yield DataError(
                Text("this file has no server for {protocol}", protocol=protocol),
                (*field, index),
                "take it out, or add the server",
            )


def _days(record: Record) -> Iterator[DataError]:
    for field, day in days_in(record):
        try:
            date.fromisoformat(day if len(day) > len("2026-12") else f"{day}-01")
        except ValueError:
            yield DataError(
                Text("{day} is no day of the calendar", day=day), field, "write 2026-12-31, or 2026-12"
            )


def _order(node: object, field: Field = ()) -> Iterator[DataError]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _order(item, (*field, index))
    elif isinstance(node, dict):
        since, until = (node.get(key) for key in KEYS)
        if isinstance(since, str) and isinstance(until, str) and until < since[: len(until)]:
            yield DataError(
                Text("until {until} lies before from {since}", until=until, since=since),
                (*field, KEYS[1]),
                "exchange them, or correct one",
            )
        for key, value in node.items():
            yield from _order(value, (*field, key))


def _cases(record: Record, provider: Provider) -> Iterator[DataError]:
    cases = provider.credentials.cases
    for index, case in enumerate(cases):
        field: Field = ("credentials", "cases", index)
        yield from no_server(record, list(case.protocols), (*field, "protocols"))
        protocols = [one for one in spoken_protocols(record) if case.concerns(one)]
        if protocols and case.kind not in ("oauth2-only", "none") and not _takes_password(record, protocols):
            yield DataError(
                Text(
                    "no server for {protocols} takes a password, so nobody can use this",
                    protocols=" or ".join(protocols),
                ),
                (*field, "kind"),
                "add password to the server's auth, or correct the protocols",
            )
        before = next((one for one, other in enumerate(cases[:index]) if _covers(other, case)), None)
        if before is not None:
            yield DataError(
                Text(
                    "cases.{before} stands before it and always fits, so nobody can meet this condition",
                    before=before,
                ),
                field,
                "put the narrower case first",
            )
        if _says_the_same(case, provider.credentials) and not any(
            not (other.when or _says_the_same(other, case)) and _overlap(other, case)
            for other in cases[index + 1 :]
        ):
            yield DataError(
                "this case says what credentials say anyway", field, "take it out, or say what is otherwise"
            )


def _takes_password(record: Record, protocols: list[str]) -> bool:
    return any(
        "password" in endpoint.get("auth", ["password"])
        for protocol in protocols
        for endpoint in record["services"][protocol]
    )


def _covers(one: Credentials, other: Credentials) -> bool:
    """Say whether `one` fits wherever `other` does."""
    return (
        set(one.when.items()) <= set(other.when.items())
        and (not one.protocols or (bool(other.protocols) and set(other.protocols) <= set(one.protocols)))
        and one.term.since <= other.term.since
        and (not one.term.until or (bool(other.term.until) and other.term.until <= one.term.until))
    )


def _overlap(one: Credentials, other: Credentials) -> bool:
    return not one.protocols or not other.protocols or bool({*one.protocols} & {*other.protocols})


def _says_the_same(one: Credentials, other: Credentials) -> bool:
    def said(secret: Credentials) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
        return secret.kind, dict(secret.hint), dict(secret.format)

    return said(one) == said(other)
