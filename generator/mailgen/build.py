"""Compiling the dataset and the manifests into the catalogue: one compact file, read by catalog.py.

Runs when a wheel is built, and in a checkout whenever a file it is made from has changed.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mailgen import dataset, manifests
from mailgen.address import normalise_domain
from mailgen.catalog import FORMAT
from mailgen.evidence import aged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.dataset import Record


def checked_providers(folder: Path | None = None) -> Iterator[tuple[str, Record]]:
    """Yield id and record of every provider; raises MailgenError for the first problem of the dataset."""
    for path, record, problems in dataset.each(dataset.provider_files(folder)):
        for problem in problems:
            raise problem.error()
        if record is not None:
            yield path.stem, record


def checked_targets(folder: Path | None = None) -> Iterator[tuple[str, Record]]:
    """Yield name and record of every target; raises MailgenError for the first problem of a manifest."""
    for path in manifests.target_folders(folder):
        record, problems = manifests.load(path)
        for problem in problems:
            raise problem.error()
        yield path.name, record


def build(
    destination: str,
    providers: Iterable[tuple[str, Record]],
    targets: Iterable[tuple[str, Record]],
    fingerprint: str = "",
) -> None:
    """Write the catalogue to `destination`, whole or not at all.

    Takes records that were checked, streamed, in the order in which they are to be listed. In
    the records of providers, `aged` names the sources that are old beside the newest of all. The
    same input gives the same file. Raises OSError if it cannot be written.
    """
    folder = os.path.dirname(destination) or "."
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".catalog-", dir=folder)
    os.close(handle)
    try:
        _fill(temporary, providers, targets, fingerprint)
        os.chmod(temporary, 0o644)
        os.replace(temporary, destination)
    except BaseException:
        os.unlink(temporary)
        raise


def _fill(
    path: str,
    providers: Iterable[tuple[str, Record]],
    targets: Iterable[tuple[str, Record]],
    fingerprint: str,
) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;
            CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
            CREATE TABLE provider (number INTEGER PRIMARY KEY, id TEXT, record TEXT);
            CREATE TABLE domain (name TEXT PRIMARY KEY, provider INTEGER) WITHOUT ROWID;
            CREATE TABLE target (name TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
            CREATE TABLE why (target TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
            """
        )
        database.execute("BEGIN")
        oldest: list[str] = []
        newest = ""
        for number, (id, record) in enumerate(providers, 1):
            days = [source["checked"] for source in record["sources"].values()]
            oldest.append(min(days))
            newest = max(newest, *days)
            database.execute("INSERT INTO provider VALUES (?, ?, ?)", (number, id, _compact(record)))
            rows = ((normalise_domain(name, name)[0], number) for name in record.get("domains", ()))
            database.executemany("INSERT INTO domain VALUES (?, ?)", rows)
        for number, day in enumerate(oldest, 1):
            if aged(day, newest):
                _mark_aged(database, number, newest)
        database.execute("CREATE UNIQUE INDEX provider_id ON provider (id)")
        for name, record in targets:
            plain = {key: value for key, value in record.items() if key != "why"}
            database.execute("INSERT INTO target VALUES (?, ?)", (name, _compact(plain)))
            database.execute(
                "INSERT INTO why VALUES (?, ?)", (name, _compact({"why": record.get("why", [])}))
            )
        facts = {"format": str(FORMAT), "fingerprint": fingerprint}
        database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(facts.items()))
        database.execute("COMMIT")
        database.execute("VACUUM")
    finally:
        database.close()


def _mark_aged(database: sqlite3.Connection, number: int, newest: str) -> None:
    """Name in a record the sources that are too old beside the newest comparison of the dataset."""
    record = json.loads(
        database.execute("SELECT record FROM provider WHERE number = ?", (number,)).fetchone()[0]
    )
    record["aged"] = [name for name, source in record["sources"].items() if aged(source["checked"], newest)]
    database.execute("UPDATE provider SET record = ? WHERE number = ?", (_compact(record), number))


def _compact(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
