"""The catalogue: one compiled, read-only file that answers for one domain or one target.

It is SQLite, opened immutable: one look-up reads a handful of pages, whether the file holds a
thousand providers or a million. The runtime reads nothing else: no YAML, no schema, no scan.
"""

from __future__ import annotations

import json
import os
import sqlite3

from mailgen import resources
from mailgen.errors import MailgenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Record = dict[str, Any]

#: Changes when the tables or records change, so that a stale file is not misread.
FORMAT = 2


class Catalogue:
    """An open catalogue. Records are plain data, as in the YAML files; records.py makes them words.

    Threads may share it: SQLite is built to take turns by itself (sqlite3.threadsafety is 3).
    """

    def __init__(self, path: str) -> None:
        """Open the file at `path`; raises MailgenError if it is missing, damaged or of another format."""
        self.path = path
        escaped = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        try:
            self._database = sqlite3.connect(
                f"file:{escaped}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            row = self._row("SELECT value FROM meta WHERE name = 'format'", ())
        except sqlite3.Error as error:
            raise _damaged(path, str(error)) from None
        if row is None or row[0] != str(FORMAT):
            raise _damaged(path, "it is of another format")

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        try:
            yield from self._database.execute(query, values)
        except sqlite3.Error as error:
            raise _damaged(self.path, str(error)) from None

    def _row(self, query: str, values: tuple[Any, ...]) -> Any:
        return next(self._rows(query, values), None)

    def _record(self, text: str) -> Record:
        try:
            record: Record = json.loads(text)
            return record
        except ValueError as error:
            raise _damaged(self.path, str(error)) from None

    @property
    def fingerprint(self) -> str:
        row = self._row("SELECT value FROM meta WHERE name = 'fingerprint'", ())
        return row[0] if row else ""

    def provider_for(self, domain: str) -> tuple[str, Record] | None:
        """Return id and record of the provider that lists exactly `domain` (A-labels), or None."""
        row = self._row(
            "SELECT id, record FROM domain JOIN provider ON provider.number = domain.provider WHERE name = ?",
            (domain,),
        )
        return (row[0], self._record(row[1])) if row else None

    def provider(self, id: str) -> Record | None:
        """Return the record of the provider `id`, or None."""
        row = self._row("SELECT record FROM provider WHERE id = ?", (id,))
        return self._record(row[0]) if row else None

    def providers(self) -> Iterator[tuple[str, Record]]:
        """Yield id and record of all providers, one at a time."""
        for id, record in self._rows("SELECT id, record FROM provider ORDER BY number"):
            yield id, self._record(record)

    def domains(self) -> Iterator[str]:
        """Yield all domains (A-labels) in alphabetical order."""
        for (name,) in self._rows("SELECT name FROM domain ORDER BY name"):
            yield name

    def target(self, name: str) -> Record | None:
        """Return the manifest of the target `name`, with its compiled templates, or None."""
        row = self._row("SELECT record FROM target WHERE name = ?", (name,))
        return self._record(row[0]) if row else None

    def reasons(self, name: str) -> list[Record]:
        """Return what the manifest of the target `name` says of its lines (`why`), in order.

        They lie apart from the manifest, so that a run that explains nothing does not read them.
        """
        row = self._row("SELECT record FROM why WHERE target = ?", (name,))
        return self._record(row[0])["why"] if row else []

    def target_names(self) -> list[str]:
        """Return the names of all targets in alphabetical order."""
        return [name for (name,) in self._rows("SELECT name FROM target ORDER BY name")]

    def targets(self) -> Iterator[tuple[str, Record]]:
        """Yield name and manifest of all targets in alphabetical order."""
        for name, record in self._rows("SELECT name, record FROM target ORDER BY name"):
            yield name, self._record(record)

    def close(self) -> None:
        self._database.close()


def _damaged(path: str, why: str) -> MailgenError:
    mend = (
        "install mailgen again"
        if resources.installed()
        else "delete the file; it is made anew from the dataset"
    )
    return MailgenError(f"the catalogue cannot be read: {why}", path, mend)


def _is_ours(path: str) -> bool:
    """Say whether nobody but this user or root can have written the file: its templates are code."""
    status = os.stat(path)
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & 0o022


def kept(path: str, fingerprint: str) -> Catalogue | None:
    """Return the catalogue that was compiled to `path` before, or None if it is not good any more.

    Then it has another fingerprint or format, is damaged, or others than this user might have written it.
    """
    if not (os.path.exists(path) and _is_ours(path)):
        return None
    try:
        catalogue = Catalogue(path)
    except MailgenError:
        return None
    if catalogue.fingerprint == fingerprint:
        return catalogue
    catalogue.close()
    return None


def open_catalogue() -> Catalogue:
    """Open mailgen's own catalogue; in a checkout, compile it first if the sources changed.

    Raises MailgenError for a problem in the dataset or a manifest, naming file, line and field.
    """
    path = resources.catalogue()
    if resources.installed():
        return Catalogue(path)
    fingerprint = resources.fingerprint()
    if catalogue := kept(path, fingerprint):
        return catalogue
    from mailgen import build

    try:
        build.build(path, build.checked_providers(), build.checked_targets(), fingerprint)
    except OSError as error:
        raise MailgenError(
            f"the catalogue cannot be compiled: {error.strerror}",
            path,
            "make this place writable, or set XDG_CACHE_HOME to one that is",
        ) from None
    return Catalogue(path)


def with_own_providers(catalogue: Catalogue, folder: str | None = None) -> Catalogue:
    """Return `catalogue` with the user's own provider files over it, if there are any: see overlays.py.

    `folder` is one that was named for this run; it comes before the user's own.
    """
    if folder is None and not os.path.isdir(resources.own_providers()):
        return catalogue
    from mailgen import overlays

    return overlays.laid(catalogue, folder)
