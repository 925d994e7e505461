"""The provider data as one document, apart from the program: plain data in JSON, with no code in it.

`mailgen publish --all` makes it, `mailgen data update` reads it. Its records are those of the provider
files, judged by the same schema and rules; what they are compiled into is made by whoever reads them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.dataset import providers, rules, yaml_lines
from mailgen.resolve.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mailgen.dataset.problem import DataProblem
    from mailgen.model.records import Record

#: More is no document of ours: a hundred times as many providers as there are fit.
LARGEST = 32 << 20
#: So many days after its own day a document is offered as new no longer.
GOOD_FOR = 180
_FORMAT = 1
#: What the compiler and layers of the user's own add to a record; whoever reads the document makes it anew.
_MADE = frozenset(("quirk_facts", "aged", "moved_in", "compared", "file", "instead_of"))
_FROM_MAKER = Text("get it again from where it is made; 'mailgen publish --all' makes such a file")


@dataclass(frozen=True)
class DataDocument:
    """What a document says: its serial, the day on which it expires, and the records by id."""

    serial: int
    expires: date
    providers: Mapping[str, Record]

    @property
    def day(self) -> date:
        """The day of which the serial tells."""
        return day_of(self.serial)


def day_of(serial: int) -> date:
    """Return the day of a serial; raises ValueError if its digits are none.

    >>> day_of(2026112801).isoformat()
    '2026-11-28'
    """
    text = f"{serial:010}"
    return date(int(text[:-6]), int(text[-6:-4]), int(text[-4:-2]))


def plain_record(record: Record) -> Record:
    """Return a record of a catalogue as its provider file has it."""
    return {key: value for key, value in record.items() if key not in _MADE}


def document_bytes(records: Mapping[str, Record], serial: int) -> bytes:
    """Return the document of these records (as catalogues have them); the same ones give the same bytes.

    Raises MailgenError for a serial that tells of no day.
    """
    try:
        expires = day_of(serial) + timedelta(days=GOOD_FOR)
    except (ValueError, OverflowError):
        raise _no_serial(serial) from None
    data = {
        "format": _FORMAT,
        "serial": serial,
        "expires": expires.isoformat(),
        "providers": {id: plain_record(record) for id, record in records.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def content_of(path: str) -> bytes:
    """Return what the file at `path` holds; raises MailgenError if it cannot be a document."""
    try:
        return yaml_lines.text_of(path, LARGEST).encode()
    except OSError as error:
        what = Text("it cannot be read: {strerror}", strerror=error.strerror)
        raise MailgenError(what, path, "name another file") from None


def too_large(where: str) -> MailgenError:
    """Return the refusal of what is larger than any document."""
    return MailgenError(Text("more came than {number} MiB", number=LARGEST >> 20), where, _FROM_MAKER)


def read_document(content: bytes, where: str) -> DataDocument:
    """Return what a document says, all of it judged; `where` is what messages call it.

    Raises MailgenError for what is no such document, was made for a newer mailgen, or breaks a rule of
    provider files: the first problem.
    """
    data = _parsed(content, where)
    if not isinstance(data, dict) or "providers" not in data:
        raise MailgenError("this is no document of provider data", where, _FROM_MAKER)
    if data.get("format") != _FORMAT:
        what = Text(
            "the data are of the format {format}, which this mailgen does not know",
            format=shown(str(data.get("format"))),
        )
        raise MailgenError(what, where, "update mailgen itself first")
    for problem in providers.schema_problems(Path(where), data, "data.schema.json"):
        raise MailgenError(problem.what, _place(where, problem), problem.mend or _FROM_MAKER)
    try:
        day_of(data["serial"])
        expires = date.fromisoformat(data["expires"])
    except ValueError:
        raise _no_serial(data["serial"]) from None
    for problem in _problems(data["providers"]):
        raise MailgenError(problem.what, _place(where, problem), _mend(problem))
    return DataDocument(data["serial"], expires, data["providers"])


def _problems(records: Mapping[str, Record]) -> Iterator[DataProblem]:
    """Judge each record as if it were a file named after its id."""
    owners: dict[str, Path] = {}
    for id, record in sorted(records.items()):
        path = Path(f"{id}.yaml")
        found = list(providers.schema_problems(path, record, "provider.schema.json"))
        yield from found
        if not found:
            yield from rules.provider_problems(path, record, records)
            yield from rules.claimed_before(path, record, owners)


def _place(where: str, problem: DataProblem) -> str:
    field = ".".join(map(str, problem.field))
    id = problem.path.stem if problem.path.suffix == ".yaml" else ""
    return ": ".join(filter(None, (where, id, field)))


def _mend(problem: DataProblem) -> Text:
    """Return how to mend what only whoever made the document can."""
    return Text("update mailgen itself, which may know it; else tell whoever made the data")


def _parsed(content: bytes, where: str) -> Any:
    try:
        return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise MailgenError(Text("this is no JSON: {why}", why=why), where, _FROM_MAKER) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one mapping")
    return made


def _nothing(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _no_serial(serial: object) -> MailgenError:
    return MailgenError(
        Text("{serial} is no serial of provider data", serial=shown(str(serial))),
        Text("the serial"),
        Text("write the day and a number on that day: {example}", example="YYYYMMDDNN"),
    )
