"""The rules of a provider file that a schema cannot say: each names the field that breaks it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailgen import paths as resources
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.dataset.problem import DataProblem
from mailgen.dataset.terms import wrong_names, wrong_offers, wrong_shapes, wrong_terms, wrong_tokens
from mailgen.model.ports import port_objection
from mailgen.model.records import provider_from_record
from mailgen.model.vocabulary import INCOMING, PROTOCOLS, TLS
from mailgen.resolve.address import normalise_domain
from mailgen.resolve.evidence import confidence

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from mailgen.dataset.problem import Field
    from mailgen.model.records import Record

#: Forms of TLS, the best first (RFC 8314 section 3).
PREFERENCE = tuple(TLS)


def provider_problems(
    path: Path, record: Record, beside: Container[str] = frozenset()
) -> Iterator[DataProblem]:
    """Apply the rules of one file that a schema cannot express; the record is valid by the schema.

    `beside` are the ids of providers that come together with it, and are no files.
    """
    yield from _name_rules(path, record)
    yield from _endpoint_rules(path, record)
    yield from _source_rules(path, record)
    yield from _credential_rules(path, record)
    for index, domain in enumerate(record.get("bare_logins", {}).get("domains", ())):
        if domain not in record.get("domains", ()):
            yield DataProblem(
                path,
                ("bare_logins", "domains", index),
                Text("{domain} is no domain of this file", domain=domain),
            )
    if "own_domain_login" in record and "mx" not in record:
        what = "this is about people's own domains, and without mx none can be hosted here"
        yield DataProblem(path, ("own_domain_login",), what)
    provider = provider_from_record(path.stem, record)
    about_terms = (*wrong_terms(record, provider), *wrong_offers(record, provider))
    for wrong in (*about_terms, *wrong_names(record), *wrong_shapes(record), *wrong_tokens(record)):
        yield DataProblem(path, wrong.field, wrong.what, wrong.mend)
    move = record.get("migrating_to", {}).get("provider")
    if move and (move == path.stem or not (move in beside or _has_file(move, path))):
        what = Text("there is no other provider {move} to move to", move=move)
        yield DataProblem(
            path, ("migrating_to", "provider"), what, "name the file of the provider, without .yaml"
        )
    hosts = {endpoint["host"] for _, endpoint in _endpoints(record)}
    for index, old in enumerate(record.get("old_hosts", ())):
        if old["replaced_by"] not in hosts:
            yield DataProblem(
                path,
                ("old_hosts", index, "replaced_by"),
                Text("{host} is no host of this file", host=old["replaced_by"]),
            )
        if old["host"] in hosts:
            yield DataProblem(
                path,
                ("old_hosts", index, "host"),
                Text("{host} is still in use in this file", host=old["host"]),
            )


def gaps(path: Path, record: Record) -> Iterator[DataProblem]:
    """Yield the half of a mail service that a file lacks: reading without sending, or the other way round.

    Nothing is wrong with such a file, as far as it goes; but each target that needs the other half is
    refused, and the row may be missing only because nobody could write it down. A server without TLS is
    never configured, and counts as none. What is said not to be offered is no gap.
    """
    usable = {
        str(field[1])
        for field, endpoint in _endpoints(record)
        if field[1] in PROTOCOLS and endpoint.get("tls") != "none"
    }
    reads, sends = not usable.isdisjoint(INCOMING), "smtp" in usable
    refused = record.get("not_offered", {}).keys()
    said = refused >= {"smtp"} if reads else refused >= {*INCOMING}
    if reads == sends or said or record.get("status") == "retired":
        return
    what = (
        Text("this serves for reading only: no SMTP server that can be used")
        if reads
        else Text("this serves for sending only: neither IMAP nor POP3 that can be used")
    )
    mend = (
        "look for it on the operator's pages; until it is here, whoever needs it is refused. "
        "If the operator has none, say so under not_offered"
    )
    yield DataProblem(path, ("services",), what, Text(mend))


def _has_file(id: str, path: Path) -> bool:
    """Say whether there is a provider file of this id beside `path`, or among our own."""
    ours = Path(resources.data_folder("providers"))
    return (path.parent / f"{id}.yaml").exists() or not ours.is_dir() or (ours / f"{id}.yaml").exists()


def _name_rules(path: Path, record: Record) -> Iterator[DataProblem]:
    domains = record.get("domains", [])
    if domains and path.stem != domains[0]:
        yield DataProblem(
            path,
            ("domains", 0),
            Text("the file must be named after its first domain: {domain}.yaml", domain=domains[0]),
        )
    if not domains and "mx" not in record and "families" not in record:
        yield DataProblem(path, (), "without domains of its own, a provider needs mx suffixes to be found by")
    for index, domain in enumerate(domains):
        try:
            usual = normalise_domain(domain, domain)[1]
        except MailgenError as error:
            yield DataProblem(path, ("domains", index), error.what)
            continue
        if usual != domain:
            yield DataProblem(
                path,
                ("domains", index),
                Text("write {domain} in its usual form: {usual}", domain=domain, usual=usual),
            )
    if record.get("status", "ok") in ("unverified", "limited") and "note" not in record:
        yield DataProblem(
            path, ("status",), Text("status {status} needs a note that says why", status=record["status"])
        )


def _endpoint_rules(path: Path, record: Record) -> Iterator[DataProblem]:
    seen: set[tuple[Any, ...]] = set()
    for field, endpoint in _endpoints(record):
        protocol, port = str(field[1]), endpoint["port"]
        wrong = port_objection(protocol, port, endpoint["tls"])
        if wrong and not endpoint.get("unusual_port"):
            mend = "correct it; if the operator says just so, add unusual_port: true"
            yield DataProblem(path, (*field, wrong[0]), wrong[1], mend)
        elif not wrong and endpoint.get("unusual_port"):
            what = Text(
                "port {port} with tls: {tls} is not unusual for {protocol}",
                port=port,
                tls=endpoint["tls"],
                protocol=protocol,
            )
            yield DataProblem(path, (*field, "unusual_port"), what, "take it out")
        key = (protocol, endpoint["host"], port)
        if key in seen:
            yield DataProblem(
                path,
                field,
                Text(
                    "{host}:{port} stands twice under {protocol}",
                    host=endpoint["host"],
                    port=port,
                    protocol=protocol,
                ),
            )
        seen.add(key)
    for protocol, endpoints in record["services"].items():
        forms = [
            PREFERENCE.index(item["tls"]) for item in endpoints if "tls" in item and "audience" not in item
        ]
        if forms != sorted(forms):
            yield DataProblem(
                path, ("services", protocol), "implicit TLS comes first, then STARTTLS (RFC 8314)"
            )


def _source_rules(path: Path, record: Record) -> Iterator[DataProblem]:
    used: set[str] = set()
    for field, names in _source_lists(record):
        used.update(names)
        for name in names:
            if name not in record["sources"]:
                yield DataProblem(
                    path, field, Text("the source '{name}' is not described under sources", name=name)
                )
    for name, source in record["sources"].items():
        try:
            date.fromisoformat(source["checked"])
        except ValueError:
            yield DataProblem(
                path,
                ("sources", name, "checked"),
                Text("{day} is no day of the calendar", day=source["checked"]),
            )
    for name in record["sources"].keys() - used:
        yield DataProblem(path, ("sources", name), Text("no fact refers to the source '{name}'", name=name))
    if used <= record["sources"].keys() and record.get("status", "ok") == "ok":
        provider = provider_from_record(path.stem, record)
        levels = [confidence(item, provider.sources) for item in provider.mail_servers]
        if levels and set(levels) == {"low"}:
            yield DataProblem(
                path, ("services",), "every endpoint rests on one weak source: the status is unverified"
            )


def _credential_rules(path: Path, record: Record) -> Iterator[DataProblem]:
    credentials = record["credentials"]
    texts: list[tuple[Field, Record]] = [(("note",), record)]
    cases = enumerate(credentials.get("cases", ()))
    for place, secret in ((), credentials), *((("cases", index), case) for index, case in cases):
        texts += [(("credentials", *place, key), secret) for key in ("hint", "format")]
    for field, endpoint in _endpoints(record):
        auth = endpoint.get("auth", ["password"])
        if field[1] in PROTOCOLS and "password" in auth and not _password_works(credentials, str(field[1])):
            yield DataProblem(
                path, field, "credentials are oauth2-only, but this endpoint accepts a password"
            )
    for text_field, text in texts:
        chinese = text.get(str(text_field[-1]), {}).get("zh")
        if chinese and not any("\u3400" <= char <= "\u9fff" for char in chinese):
            yield DataProblem(
                path, (*text_field, "zh"), Text("this is not Chinese: {chinese}", chinese=repr(chinese))
            )


def _password_works(credentials: Record, protocol: str) -> bool:
    """Say whether a password is taken over a protocol at any time, by any account."""
    return any(
        secret["kind"] not in ("oauth2-only", "none")
        for secret in (credentials, *credentials.get("cases", ()))
        if protocol in secret.get("protocols", PROTOCOLS)
    )


def _endpoints(record: Record) -> Iterator[tuple[Field, Record]]:
    for protocol, endpoints in record["services"].items():
        for index, endpoint in enumerate(endpoints):
            if "host" in endpoint:
                yield ("services", protocol, index), endpoint


def _source_lists(node: object, field: Field = ()) -> Iterator[tuple[Field, list[str]]]:
    if not isinstance(node, dict | list):
        return
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, list) and (key == "sources" or field in (("quirks",), ("not_offered",))):
            yield (*field, key), value
        else:
            yield from _source_lists(value, (*field, key))


def claimed_before(path: Path, record: Record, owners: dict[str, Path]) -> Iterator[DataProblem]:
    """Yield the domains of a record that another file has; note in `owners` whose the others are."""
    claims: list[tuple[str, int, str]] = [
        (key, index, name)
        for key in ("domains", "families")
        for index, name in enumerate(record.get(key, ()))
    ]
    for key, index, domain in claims:
        other = owners.setdefault(domain, path)
        if other != path:
            yield DataProblem(
                path,
                (key, index),
                Text("{domain} is already claimed by {name}", domain=domain, name=other.name),
            )
