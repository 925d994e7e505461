"""The dataset as people write it: YAML files, each compared with the schema and the rules."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from mailgen import paths as resources
from mailgen.core.errors import MailgenError
from mailgen.dataset import yaml_lines
from mailgen.dataset.problem import DataProblem
from mailgen.dataset.rules import claimed_before, provider_problems
from mailgen.dataset.schema import Wording, no_json, sentences
from mailgen.dataset.yaml_lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mailgen.model.records import Record

#: Keys that people try, and what they mean.
_ELSEWHERE = {
    "ssl": "tls", "encryption": "tls", "security": "tls", "server": "host", "hostname": "host",
    "user": "username", "login": "username", "title": "name", "pop": "pop3", "submission": "smtp",
    "sieve": "managesieve", "domain": "domains", "source": "sources", "documentation": "docs",
    "date": "checked", "link": "url",
}  # fmt: skip


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


def load_providers(
    paths: Iterable[Path], step: Callable[[], None] = lambda: None
) -> tuple[dict[Path, Record], list[DataProblem]]:
    """Read and check provider files. Returns the records by path, and all problems found, file by file.

    `step` is called after each file.
    A file that is no YAML is a problem like others; none is raised.
    """
    records: dict[Path, Record] = {}
    problems: list[DataProblem] = []
    for path, record, found in each(paths):
        if record is not None:
            records[path] = record
        problems += found
        step()
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
