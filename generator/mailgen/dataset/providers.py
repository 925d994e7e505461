"""The dataset as people write it: YAML files, a schema, and the rules that a schema cannot say."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from mailgen import paths as resources
from mailgen.core.errors import MailgenError, dotted
from mailgen.core.text import Text
from mailgen.dataset import yaml_lines
from mailgen.dataset.schema import Wording, no_json, sentences
from mailgen.dataset.terms import wrong_names, wrong_offers, wrong_shapes, wrong_terms, wrong_tokens
from mailgen.dataset.yaml_lines import Lines
from mailgen.model.ports import port_objection
from mailgen.model.records import provider_from_record
from mailgen.model.vocabulary import INCOMING, PROTOCOLS, TLS
from mailgen.resolve.address import normalise_domain
from mailgen.resolve.evidence import confidence

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from mailgen.model.records import Record

#: Forms of TLS, the best first (RFC 8314 section 3).
PREFERENCE = tuple(TLS)
#: Keys that people try, and what they mean.
_ELSEWHERE = {
    "ssl": "tls", "encryption": "tls", "security": "tls", "server": "host", "hostname": "host",
    "user": "username", "login": "username", "title": "name", "pop": "pop3", "submission": "smtp",
    "sieve": "managesieve", "domain": "domains", "source": "sources", "documentation": "docs",
    "date": "checked", "link": "url",
}  # fmt: skip
Field = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing wrong in one data file: where, what, and how to mend it where that is not plain.

    `place` is where it is if the file cannot be read as YAML; then it has no fields. `lines` are those
    of the file where there may be many problems in it; else it is read again.
    """

    path: Path
    field: Field
    what: str
    mend: str = ""
    place: str = ""
    lines: Lines | None = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def where(self) -> str:
        """`file:line: field`, as editors and people find it."""
        if self.place:
            return self.place
        place = f"{self.path}:{self.line}"
        return f"{place}: {dotted(self.field)}" if self.field else Text("{place}: the file", place=place)

    @property
    def line(self) -> int:
        """The line (from 1) in which the field stands."""
        if self.place:
            return 0
        return (self.lines or Lines(yaml_lines.data_text(self.path))).of(self.field)

    @property
    def sentence(self) -> str:
        """What is wrong, and how to mend it."""
        return Text("{what}; {mend}", what=self.what, mend=self.mend) if self.mend else self.what

    def error(self) -> MailgenError:
        mend = self.mend or "correct the file; the schema describes every field"
        return MailgenError(self.what, self.where, mend)


@cache
def schema(name: str) -> dict[str, Any]:
    """Return a schema of the schema folder."""
    text = (Path(resources.data_folder("schema")) / name).read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


@cache
def _validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(schema(name))


@cache
def _wording(name: str) -> Wording:
    return Wording(schema(name)["$defs"], shows=True, key="a key here", elsewhere=_ELSEWHERE)


def schema_problems(path: Path, record: object, name: str) -> Iterator[DataProblem]:
    """Compare one record with a schema of the schema folder; at most one sentence a field."""
    errors = list(no_json(record)) or sentences(_validator(name).iter_errors(record), _wording(name))
    for error in errors:
        yield DataProblem(path, error.field, error.what, error.mend)


def fits(definition: str, text: str) -> bool:
    """Say whether `text` may stand where the provider schema wants a `definition`: domain, host or url."""
    pattern = schema("provider.schema.json")["$defs"][definition]["pattern"]
    return re.fullmatch(pattern, text) is not None


def source_problem(short: str, described: Record) -> tuple[str, MailgenError] | None:
    """Return what the schema says against a source: its key (`source` for the short name), and the error."""
    whole = schema("provider.schema.json")
    part = {**whole["properties"]["sources"], "$defs": whole["$defs"]}
    errors = jsonschema.Draft202012Validator(part).iter_errors({short: described})
    for error in sentences(errors, _wording("provider.schema.json")):
        return str(error.field[1]) if len(error.field) > 1 else "source", error
    return None


def provider_files(folder: Path | None = None) -> list[Path]:
    """Return the provider files of `folder` (default: our own dataset) in alphabetical order."""
    return sorted((folder or Path(resources.data_folder("providers"))).glob("*.yaml"))


def load_providers(paths: Iterable[Path]) -> tuple[dict[Path, Record], list[DataProblem]]:
    """Read and check provider files. Returns the records by path, and all problems found, file by file.

    A file that is no YAML is a problem like others; none is raised.
    """
    records: dict[Path, Record] = {}
    problems: list[DataProblem] = []
    for path, record, found in each(paths):
        if record is not None:
            records[path] = record
        problems += found
    return records, problems


def each(paths: Iterable[Path]) -> Iterator[tuple[Path, Record | None, list[DataProblem]]]:
    """Yield each file with its record (None if the schema does not allow it) and its problems.

    One after the other, in constant memory but for the domains' names.
    """
    owners: dict[str, Path] = {}
    for path in paths:
        try:
            text = yaml_lines.data_text(path)
            record = yaml_lines.plain(text, str(path))
        except MailgenError as error:
            yield path, None, [DataProblem(path, (), error.what, error.mend, error.where)]
            continue
        problems = list(schema_problems(path, record, "provider.schema.json"))
        known = not problems
        if known:
            problems = [*provider_problems(path, record), *claimed_before(path, record, owners)]
        if problems:
            lines = Lines(text)
            problems = sorted(
                (replace(problem, lines=lines) for problem in problems), key=lambda problem: problem.line
            )
        yield path, record if known else None, problems


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
