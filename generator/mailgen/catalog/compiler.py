"""Compiling the dataset and the manifests into the catalogue: one compact file, read by reader.py.

Runs when a wheel is built, and in a checkout whenever a file it is made from has changed.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from mailgen.catalog.reader import FORMAT
from mailgen.dataset.days import days_in
from mailgen.dataset.providers import each, provider_files
from mailgen.dataset.quirks import quirks
from mailgen.dataset.targets import load_target, target_folders
from mailgen.resolve.address import normalise_domain
from mailgen.resolve.evidence import aged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.model.records import Record

#: The size of a page of the database.
_PAGE = 4096


def checked_providers(folder: Path | None = None) -> Iterator[tuple[str, Record]]:
    """Yield id and record of every provider; raises MailgenError for the first problem of the dataset."""
    for path, record, problems in each(provider_files(folder)):
        for problem in problems:
            raise problem.error()
        if record is not None:
            yield path.stem, record


def checked_targets(folder: Path | None = None) -> Iterator[tuple[str, Record]]:
    """Yield name and record of every target; raises MailgenError for the first problem of a manifest."""
    for path in target_folders(folder):
        record, problems = load_target(path)
        for problem in problems:
            raise problem.error()
        yield path.name, record


def build(
    destination: str,
    providers: Iterable[tuple[str, Record]],
    targets: Iterable[tuple[str, Record]],
    fingerprint: str = "",
    compared: str = "",
    serial: int = 0,
) -> None:
    """Write the catalogue to `destination`, whole or not at all.

    Takes records that were checked, streamed, in the order in which they are to be listed. In
    the records of providers, `aged` names the sources that are old beside the newest of all,
    `quirk_facts` has what the schema says of their quirks, `moved_in` names the domains of those that
    move to them, and those with days in them are told the newest comparison of all (`compared`, if that
    is later: of the dataset beneath). `serial` says which state of the data it is. The same input gives
    the same file.
    Raises OSError if it cannot be written. For folders that only this user, or who may change
    mailgen itself, can write to: SQLite opens a file by its name.
    """
    folder = os.path.dirname(destination) or "."
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".catalog-", dir=folder)
    try:
        try:
            with closing(sqlite3.connect(temporary, isolation_level=None)) as database:
                _fill(database, providers, targets, fingerprint, compared, serial)
            for start in range(0, os.fstat(handle).st_size, _PAGE):
                page = os.pread(handle, _PAGE, start)
                if (plain := _without_traces(page, start)) != page:
                    os.pwrite(handle, plain, start)
            os.fchmod(handle, 0o644)  # whatever has the name by now
        finally:
            os.close(handle)
        os.replace(temporary, destination)
    except BaseException:
        os.unlink(temporary)
        raise


def compiled(
    providers: Iterable[tuple[str, Record]],
    targets: Iterable[tuple[str, Record]],
    fingerprint: str = "",
    compared: str = "",
    serial: int = 0,
) -> bytes:
    """Return the contents of the file that `build` would write, made without a name for anybody to meet.

    An SQLite without `serialize` writes it into a folder of its own meanwhile, and OSError may be raised.
    """
    if not hasattr(sqlite3.Connection, "serialize"):
        with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:
            path = os.path.join(folder, "catalog.sqlite")
            build(path, providers, targets, fingerprint, compared, serial)
            return Path(path).read_bytes()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        _fill(database, providers, targets, fingerprint, compared, serial)
        content = database.serialize()
    pages = (
        _without_traces(content[start : start + _PAGE], start) for start in range(0, len(content), _PAGE)
    )
    return b"".join(pages)


def _without_traces(page: bytes, start: int) -> bytes:
    """Return a page of a database as each version of SQLite would write it; `start` is its place in the file.

    Without the number of the version that wrote it last, which is for information only (fileformat2.html
    1.3.18), and with zeros where nothing stands between the pointers and the cells of a tree (1.6).
    """
    head = 100 if start == 0 else 0
    if head:
        page = page[:96] + bytes(4) + page[100:]
    if page[head] not in (2, 5, 10, 13):
        return page
    cells, content = (int.from_bytes(page[head + at : head + at + 2], "big") for at in (3, 5))
    free = head + (12 if page[head] in (2, 5) else 8) + 2 * cells
    return page[:free] + bytes(content - free) + page[content:]


def _fill(
    database: sqlite3.Connection,
    providers: Iterable[tuple[str, Record]],
    targets: Iterable[tuple[str, Record]],
    fingerprint: str,
    compared: str,
    serial: int,
) -> None:
    database.executescript(
        """
        PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;
        PRAGMA secure_delete = ON;
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        CREATE TABLE provider (number INTEGER PRIMARY KEY, id TEXT, record TEXT);
        CREATE TABLE domain (name TEXT PRIMARY KEY, provider INTEGER) WITHOUT ROWID;
        CREATE TABLE target (name TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
        CREATE TABLE why (target TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
        """
    )
    database.execute("BEGIN")
    oldest: list[str] = []
    dated: set[int] = set()
    moving: dict[str, list[str]] = {}
    newest = ""
    known = quirks()
    for number, (id, record) in enumerate(providers, 1):
        if "quirks" in record:
            record = {**record, "quirk_facts": {name: known[name] for name in record["quirks"]}}
        days = [source["checked"] for source in record["sources"].values()]
        oldest.append(min(days))
        if "migrating_to" in record:
            moving.setdefault(record["migrating_to"]["provider"], []).extend(record.get("domains", ()))
        if any(True for _ in days_in(record)):
            dated.add(number)
        newest = max(newest, *days)
        database.execute("INSERT INTO provider VALUES (?, ?, ?)", (number, id, _compact(record)))
        names = [normalise_domain(name, name)[0] for name in record.get("domains", ())]
        names += [f"*.{normalise_domain(name[2:], name)[0]}" for name in record.get("families", ())]
        database.executemany("INSERT INTO domain VALUES (?, ?)", ((name, number) for name in names))
    for number, day in enumerate(oldest, 1):
        if number in dated or aged(day, newest):
            _mark(database, number, newest, max(newest, compared) if number in dated else "")
    database.execute("CREATE UNIQUE INDEX provider_id ON provider (id)")
    for id, domains in moving.items():
        for (number,) in database.execute("SELECT number FROM provider WHERE id = ?", (id,)).fetchall():
            _add(database, number, {"moved_in": domains})
    for name, record in targets:
        plain = {key: value for key, value in record.items() if key not in ("why", "outlines")}
        database.execute("INSERT INTO target VALUES (?, ?)", (name, _compact(plain)))
        apart = {"why": record.get("why", []), "outlines": record.get("outlines", {})}
        database.execute("INSERT INTO why VALUES (?, ?)", (name, _compact(apart)))
    facts = {"format": str(FORMAT), "fingerprint": fingerprint, "compared": newest, "serial": str(serial)}
    database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(facts.items()))
    database.execute("COMMIT")
    database.execute("VACUUM")


def _mark(database: sqlite3.Connection, number: int, newest: str, compared: str) -> None:
    """Name in a record the sources that are too old beside the newest comparison of the dataset.

    `compared` is the day on which the record's own days are judged; empty if it has none.
    """
    record = _add(database, number, {"compared": compared} if compared else {})
    old = [name for name, source in record["sources"].items() if aged(source["checked"], newest)]
    if old:
        _add(database, number, {"aged": old})


def _add(database: sqlite3.Connection, number: int, facts: Record) -> Record:
    """Add facts to the record of a number, and return it."""
    text = database.execute("SELECT record FROM provider WHERE number = ?", (number,)).fetchone()[0]
    record: Record = {**json.loads(text), **facts}
    database.execute("UPDATE provider SET record = ? WHERE number = ?", (_compact(record), number))
    return record


def _compact(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
