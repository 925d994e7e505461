"""The catalogue: what answers for one domain or one target; and the compiled, read-only file of it.

The file is SQLite, opened immutable: one look-up reads a handful of pages, whether the file holds a
thousand providers or a million. The runtime reads nothing else: no YAML, no schema, no scan.
"""

from __future__ import annotations

import os
from _thread import allocate_lock  # there since the interpreter started; threading is not

from mailgen import paths
from mailgen.catalog.light import json_value, sqlite
from mailgen.core.errors import MailgenError, UsageError
from mailgen.model.records import provider_from_record, target_from_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol

    from mailgen.model.finding import Finding
    from mailgen.model.provider import Provider
    from mailgen.model.records import Record
    from mailgen.model.target import Target
else:
    Protocol = object  # importing typing takes longer than a look-up

#: Changes when the tables or records change, so that a stale file is not misread.
FORMAT = 6


class Catalogue(Protocol):
    """What answers for providers and targets: with values, and with the records that they are made of.

    A record is plain data, as in the YAML files. It is for those who show or compare the data
    themselves; all others ask for a `Provider` or a `Target`. Kinds: `CompiledCatalogue`, one file;
    `UpdatedCatalogue`, newer providers in the place of its own (updated.py);
    `OverlaidCatalogue`, with provider files of the user's own before it (overlay.py).
    """

    #: The file, as messages call it.
    path: str
    #: What the user should know about the provider files that were to be laid over it.
    findings: tuple[Finding, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What `build` was told of the sources; empty in a wheel."""

    @property
    def serial(self) -> int:
        """Which state of the provider data this is (see serial.py); 0 of files of the user's own."""

    @property
    def compared(self) -> str:
        """The day (ISO 8601) of the newest comparison of the dataset, on which its days are judged."""

    def record_for(self, domain: str) -> tuple[str, Record] | None:
        """Return id and record of the provider of `domain` (A-labels), or None.

        That is the one that lists exactly this name, else the one that lists the family of all names with
        one label more than its own: *.rr.com is the family of a.rr.com, and not of a.b.rr.com or rr.com.
        """

    def record(self, id: str) -> Record | None:
        """Return the record of the provider `id`, or None."""

    def records(self) -> Iterator[tuple[str, Record]]:
        """Yield id and record of all providers, one at a time."""

    def domains(self) -> Iterator[str]:
        """Yield all domains (A-labels) in alphabetical order; families are none."""

    def manifest(self, name: str) -> Record:
        """Return the record of a target, with its compiled templates.

        Raises UsageError, with the nearest name, if there is none.
        """

    def manifests(self) -> Iterator[tuple[str, Record]]:
        """Yield name and record of all targets in alphabetical order."""

    def reasons(self, name: str) -> list[Record]:
        """Return what the manifest of the target `name` says of its lines (`why`), in order.

        They lie apart from the manifest, so that a run that explains nothing does not read them.
        """

    def outlines(self, name: str) -> dict[str, str]:
        """Return the outlines of a target's templates (see dataset/outlines.py), by template, as JSON."""

    def target_names(self) -> list[str]:
        """Return the names of all targets in alphabetical order."""

    def close(self) -> None:
        """Let go of the files; no look-up is possible then."""

    def provider_for(self, domain: str) -> Provider | None:
        """Return the provider that lists exactly `domain` (A-labels), or None."""
        hit = self.record_for(domain)
        return provider_from_record(*hit) if hit else None

    def provider(self, id: str) -> Provider | None:
        """Return the provider `id`, or None."""
        record = self.record(id)
        return provider_from_record(id, record) if record else None

    def providers(self) -> Iterator[Provider]:
        """Yield all providers, one at a time."""
        for id, record in self.records():
            yield provider_from_record(id, record)

    def target(self, name: str) -> Target:
        """Return a target, with its compiled templates.

        Raises UsageError, with the nearest name, if there is none.
        """
        return target_from_record(name, self.manifest(name))

    def targets(self) -> Iterator[Target]:
        """Yield all targets in alphabetical order."""
        for name, record in self.manifests():
            yield target_from_record(name, record)


class CompiledCatalogue(Catalogue):
    """The catalogue in one open file.

    Threads may share it. They take turns at the connection, which keeps no statement from one query to
    the next: from Python 3.12 on, two threads can be handed the same one (seen with 3.12.1, 3.13.0 and
    3.14.10; sqlite3.threadsafety is 3 all the same). And whatever happens below, a look-up answers with
    the record that bears the key it asked for, or not at all: a password goes to the server in it.
    """

    def __init__(self, path: str, content: bytes | None = None) -> None:
        """Open the file at `path`, or the `content` of one, for which `path` is then but its name.

        Raises MailgenError if it is missing, damaged or of another format.
        """
        self.path = path
        self._turn = allocate_lock()
        self._targets: dict[str, Target] = {}
        try:
            self._database = _opened(path) if content is None else _loaded(content)
        except sqlite.Error as error:
            raise _damaged(path, str(error)) from None
        if self._meta("format") != str(FORMAT):
            self.close()
            raise _damaged(path, "it is of another format")

    def _rows(self, query: str) -> Iterator[Any]:
        """Yield the rows of a query; threads that wait get their turn in between."""
        try:
            with self._turn:
                cursor = self._database.execute(query)
            while True:
                with self._turn:
                    rows = cursor.fetchmany(100)
                if not rows:
                    return
                yield from rows
        except sqlite.Error as error:
            raise _damaged(self.path, str(error)) from None

    def _row(self, query: str, key: str) -> Any:
        """Return the row that a query for `key` finds, or None; the key is its first column.

        Raises MailgenError if it is the row of another key.
        """
        try:
            with self._turn:
                row = self._database.execute(query, (key,)).fetchone()
        except sqlite.Error as error:
            raise _damaged(self.path, str(error)) from None
        if row is not None and row[0] != key:
            raise _damaged(self.path, "it answers with another record than the one asked for")
        return row

    def _meta(self, name: str) -> str:
        row = self._row("SELECT name, value FROM meta WHERE name = ?", name)
        return row[1] if row else ""

    def _record(self, text: str) -> Record:
        try:
            record: Record = json_value(text)
            return record
        except ValueError as error:
            raise _damaged(self.path, str(error)) from None

    @property
    def fingerprint(self) -> str:
        return self._meta("fingerprint")

    @property
    def serial(self) -> int:
        return int(self._meta("serial"))

    @property
    def compared(self) -> str:
        return self._meta("compared")

    def record_for(self, domain: str) -> tuple[str, Record] | None:
        label, _, parent = domain.partition(".")
        row = None if "*" in label else self._domain_row(domain)
        if row is None and parent and _is_label(label):
            row = self._domain_row(f"*.{parent}")
        return (row[1], self._record(row[2])) if row else None

    def _domain_row(self, name: str) -> Any:
        return self._row(
            "SELECT name, id, record FROM domain JOIN provider ON number = domain.provider WHERE name = ?",
            name,
        )

    def record(self, id: str) -> Record | None:
        row = self._row("SELECT id, record FROM provider WHERE id = ?", id)
        return self._record(row[1]) if row else None

    def records(self) -> Iterator[tuple[str, Record]]:
        for id, record in self._rows("SELECT id, record FROM provider ORDER BY number"):
            yield id, self._record(record)

    def domains(self) -> Iterator[str]:
        for (name,) in self._rows("SELECT name FROM domain WHERE name NOT LIKE '*%' ORDER BY name"):
            yield name

    def manifest(self, name: str) -> Record:
        row = self._row("SELECT name, record FROM target WHERE name = ?", name)
        if row is None:
            raise _no_target(name, self.target_names())
        return self._record(row[1])

    def reasons(self, name: str) -> list[Record]:
        found: list[Record] = self._apart(name).get("why", [])
        return found

    def outlines(self, name: str) -> dict[str, str]:
        found: dict[str, str] = self._apart(name).get("outlines", {})
        return found

    def _apart(self, name: str) -> Record:
        row = self._row("SELECT target, record FROM why WHERE target = ?", name)
        return self._record(row[1]) if row else {}

    def target_names(self) -> list[str]:
        return [name for (name,) in self._rows("SELECT name FROM target ORDER BY name")]

    def manifests(self) -> Iterator[tuple[str, Record]]:
        for name, record in self._rows("SELECT name, record FROM target ORDER BY name"):
            yield name, self._record(record)

    def target(self, name: str) -> Target:
        """Return a target; it is made once, for whoever asks for many providers asks for few targets."""
        known = self._targets.get(name)
        if known is None:
            known = self._targets[name] = super().target(name)
        return known

    def targets(self) -> Iterator[Target]:
        return map(self.target, self.target_names())

    def close(self) -> None:
        with self._turn:
            self._database.close()

    def __del__(self) -> None:
        """Close what nobody uses any more: Python 3.13 warns of a connection that was left open."""
        if hasattr(self, "_database"):
            self._database.close()


def _is_label(text: str) -> bool:
    """Say whether a text can be the first label of a domain in its usual form."""
    return text.replace("-", "x").isalnum() and text.isascii() and text == text.lower()


def _no_target(name: str, names: list[str]) -> UsageError:
    """Return the refusal of a target that is not there, with the nearest name."""
    import difflib

    from mailgen.catalog.not_built import who_says_why
    from mailgen.core.text import Listed, Text
    from mailgen.resolve.address import shown

    near = difflib.get_close_matches(name, names, 1)
    mend = who_says_why(name) or (
        Text("did you mean '{name}'?", name=near[0])
        if near
        else Text("the targets are {names}", names=Listed(", ", names))
    )
    return UsageError(Text("there is no target {name}", name=shown(name)), Text("the target"), mend)


def _opened(path: str) -> sqlite.Connection:
    escaped = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sqlite.connect(
        f"file:{escaped}?mode=ro&immutable=1", uri=True, check_same_thread=False, cached_statements=0
    )


def _loaded(content: bytes) -> sqlite.Connection:
    database = sqlite.connect(":memory:", check_same_thread=False, cached_statements=0)
    try:
        database.deserialize(content)
    except BaseException:
        database.close()
        raise
    return database


def _damaged(path: str, why: str) -> MailgenError:
    mend = (
        "install mailgen again" if paths.installed() else "delete the file; it is made anew from the dataset"
    )
    from mailgen.core.text import Text

    return MailgenError(Text("the catalogue cannot be read: {why}", why=why), path, mend)


def _is_ours(path: str) -> bool:
    """Say whether the file is of this user or root, and nobody else may write it: its templates are code."""
    status = os.stat(path)
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & 0o022


def _kept(path: str, fingerprint: str) -> CompiledCatalogue | None:
    """Return the catalogue that was compiled to `path`, beside the code; None if it is not good any more.

    Then it has another fingerprint or format, is damaged, or others than this user might have written
    it. The folder is not looked at: who may write there may write the code itself.
    """
    if not (os.path.exists(path) and _is_ours(path)):
        return None
    try:
        catalogue = CompiledCatalogue(path)
    except MailgenError:
        return None
    if catalogue.fingerprint == fingerprint:
        return catalogue
    catalogue.close()
    return None
