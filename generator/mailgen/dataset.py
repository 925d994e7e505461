"""The dataset as people write it: YAML files, a schema, and the rules that a schema cannot say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from mailgen import resources, yaml_lines
from mailgen.address import normalise_domain
from mailgen.errors import MailgenError
from mailgen.evidence import confidence
from mailgen.ports import USUAL
from mailgen.records import provider_from_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Record = dict[str, Any]
Field = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one data file: where, and what."""

    path: Path
    field: Field
    what: str

    @property
    def where(self) -> str:
        """`file:line: field`, as editors and people find it."""
        line = yaml_lines.line_of(self.path, self.field)
        return f"{self.path}:{line}: {'.'.join(map(str, self.field)) or 'the file'}"

    def error(self) -> MailgenError:
        return MailgenError(self.what, self.where, "correct the file; the schema describes every field")


@cache
def _validator(schema: str) -> Any:
    text = (Path(resources.folder("schema")) / schema).read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def schema_problems(path: Path, record: object, schema: str) -> Iterator[Problem]:
    """Compare one record with a schema of the schema folder; the most telling message first."""
    errors = sorted(_validator(schema).iter_errors(record), key=jsonschema.exceptions.relevance, reverse=True)
    for error in errors:
        best = jsonschema.exceptions.best_match([error])
        yield Problem(path, tuple(best.absolute_path), best.message)


def provider_files(folder: Path | None = None) -> list[Path]:
    """Return the provider files of `folder` (default: our own dataset) in alphabetical order."""
    return sorted((folder or Path(resources.folder("providers"))).glob("*.yaml"))


def load(paths: Iterable[Path]) -> tuple[dict[Path, Record], list[Problem]]:
    """Read and check provider files. Returns the records by path, and all problems found.

    Raises MailgenError only for a file that is no YAML at all.
    """
    records: dict[Path, Record] = {}
    problems: list[Problem] = []
    for path, record, found in each(paths):
        if record is not None:
            records[path] = record
        problems += found
    return records, problems


def each(paths: Iterable[Path]) -> Iterator[tuple[Path, Record | None, list[Problem]]]:
    """Yield each file with its record (None if the schema does not allow it) and its problems.

    One after the other, in constant memory but for the domains' names. Raises as `load` does.
    """
    owners: dict[str, Path] = {}
    for path in paths:
        record = yaml_lines.read(path)
        problems = list(schema_problems(path, record, "provider.schema.json"))
        if problems:
            yield path, None, problems
        else:
            yield path, record, [*lint(path, record), *_claimed_before(path, record, owners)]


def lint(path: Path, record: Record) -> Iterator[Problem]:
    """Apply the rules of one file that a schema cannot express; the record is valid by the schema."""
    yield from _name_rules(path, record)
    yield from _endpoint_rules(path, record)
    yield from _source_rules(path, record)
    yield from _credential_rules(path, record)
    hosts = {endpoint["host"] for _, endpoint in _endpoints(record)}
    for index, old in enumerate(record.get("old_hosts", ())):
        if old["replaced_by"] not in hosts:
            yield Problem(
                path, ("old_hosts", index, "replaced_by"), f"{old['replaced_by']} is no host of this file"
            )
        if old["host"] in hosts:
            yield Problem(path, ("old_hosts", index, "host"), f"{old['host']} is still in use in this file")


def _name_rules(path: Path, record: Record) -> Iterator[Problem]:
    domains = record.get("domains", [])
    if domains and path.stem != domains[0]:
        yield Problem(
            path, ("domains", 0), f"the file must be named after its first domain: {domains[0]}.yaml"
        )
    if not domains and "mx" not in record:
        yield Problem(path, (), "without domains of its own, a provider needs mx suffixes to be found by")
    for index, domain in enumerate(domains):
        try:
            usual = normalise_domain(domain, domain)[1]
        except MailgenError as error:
            yield Problem(path, ("domains", index), error.what)
            continue
        if usual != domain:
            yield Problem(path, ("domains", index), f"write {domain} in its usual form: {usual}")
    if record.get("status", "ok") in ("unverified", "limited") and "note" not in record:
        yield Problem(path, ("status",), f"status {record['status']} needs a note that says why")


def _endpoint_rules(path: Path, record: Record) -> Iterator[Problem]:
    seen: set[tuple[Any, ...]] = set()
    for field, endpoint in _endpoints(record):
        protocol, port, tls = str(field[1]), endpoint["port"], endpoint["tls"]
        usual = USUAL.get((protocol, port))
        if usual and (usual == "implicit") != (tls == "implicit"):
            yield Problem(path, (*field, "tls"), f"port {port} of {protocol} does not go with tls: {tls}")
        others = {number for (name, number), _ in USUAL.items() if name != protocol}
        if usual is None and port in others - {number for name, number in USUAL if name == protocol}:
            yield Problem(path, (*field, "port"), f"port {port} belongs to another protocol than {protocol}")
        key = (protocol, endpoint["host"], port)
        if key in seen:
            yield Problem(path, field, f"{endpoint['host']}:{port} stands twice under {protocol}")
        seen.add(key)
    rank = {"implicit": 0, "starttls": 1, "none": 2}
    for protocol, endpoints in record["services"].items():
        forms = [rank[item["tls"]] for item in endpoints if "tls" in item and "audience" not in item]
        if forms != sorted(forms):
            yield Problem(path, ("services", protocol), "implicit TLS comes first, then STARTTLS (RFC 8314)")


def _source_rules(path: Path, record: Record) -> Iterator[Problem]:
    used: set[str] = set()
    for field, names in _source_lists(record):
        used.update(names)
        for name in names:
            if name not in record["sources"]:
                yield Problem(path, field, f"the source '{name}' is not described under sources")
    for name, source in record["sources"].items():
        try:
            date.fromisoformat(source["checked"])
        except ValueError:
            yield Problem(
                path, ("sources", name, "checked"), f"{source['checked']} is no day of the calendar"
            )
    for name in record["sources"].keys() - used:
        yield Problem(path, ("sources", name), f"no fact refers to the source '{name}'")
    if used <= record["sources"].keys() and record.get("status", "ok") == "ok":
        provider = provider_from_record(path.stem, record)
        levels = [
            confidence(item, provider.sources) for items in provider.endpoints.values() for item in items
        ]
        if levels and set(levels) == {"low"}:
            yield Problem(
                path, ("services",), "every endpoint rests on one weak source: the status is unverified"
            )


def _credential_rules(path: Path, record: Record) -> Iterator[Problem]:
    only_oauth2 = record["credentials"]["kind"] == "oauth2-only"
    for field, endpoint in _endpoints(record):
        auth = endpoint.get("auth", ["password"])
        if field[1] in ("imap", "pop3", "smtp") and only_oauth2 and "password" in auth:
            yield Problem(path, field, "credentials are oauth2-only, but this endpoint accepts a password")
    for text_field in (("note",), ("credentials", "hint"), ("credentials", "format")):
        text = record if len(text_field) == 1 else record["credentials"]
        chinese = text.get(text_field[-1], {}).get("zh")
        if chinese and not any("\u3400" <= char <= "\u9fff" for char in chinese):
            yield Problem(path, (*text_field, "zh"), f"this is not Chinese: {chinese!r}")


def _endpoints(record: Record) -> Iterator[tuple[Field, Record]]:
    for protocol, endpoints in record["services"].items():
        for index, endpoint in enumerate(endpoints):
            if "host" in endpoint:
                yield ("services", protocol, index), endpoint


def _source_lists(node: object, field: Field = ()) -> Iterator[tuple[Field, list[str]]]:
    if not isinstance(node, dict | list):
        return
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, list) and (key == "sources" or field == ("quirks",)):
            yield (*field, key), value
        else:
            yield from _source_lists(value, (*field, key))


def _claimed_before(path: Path, record: Record, owners: dict[str, Path]) -> Iterator[Problem]:
    """Yield the domains of a record that another file has; note in `owners` whose the others are."""
    for index, domain in enumerate(record.get("domains", ())):
        other = owners.setdefault(domain, path)
        if other != path:
            yield Problem(path, ("domains", index), f"{domain} is already claimed by {other.name}")
