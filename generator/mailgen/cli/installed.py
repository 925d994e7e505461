"""Which programs are on this machine, and in which version: asked by the words of manifests, or kept."""

from __future__ import annotations

import re

from mailgen.cli import kept_answers
from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.records import Record

#: So many seconds a program has to say its version.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Installed:
    """A program of this machine: its `version`, and the `tls` library of its build, "" if it does not say."""

    version: str
    tls: str = ""


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs by target: the `records` they were asked by, and what was `found` of those that are here.

    `fresh` is what was said just now, and not known before, as `kept_answers` keeps it.
    """

    records: Mapping[str, Record]
    found: Mapping[str, Installed]
    fresh: Mapping[str, tuple[str, str]]


def programs_here(records: Mapping[str, Record]) -> Programs:
    """Return what the programs of some manifests say of themselves, for those that are here and say it.

    They run at the same time, with nothing on their standard input; who does not end is killed. What one said
    once counts as long as it is the same file (see `kept_answers`).
    """
    keys = {name: kept_answers.key_of(record["version"]) for name, record in records.items()}
    known = kept_answers.known_answers() if any(keys.values()) else {}
    found = {name: Installed(*known[key]) for name, key in keys.items() if key in known}
    asked = _asked({name: record for name, record in records.items() if name not in found})
    fresh = {key: (one.version, one.tls) for name, one in asked.items() if (key := keys[name])}
    found |= asked
    return Programs(records, {name: found[name] for name in records if name in found}, fresh)


def _asked(records: Mapping[str, Record]) -> dict[str, Installed]:
    """Ask the programs of some manifests."""
    started = {name: process for name, record in records.items() if (process := _started(record))}
    if not started:
        return {}
    from subprocess import TimeoutExpired

    found = {}
    for name, process in started.items():
        version = records[name]["version"]
        with process:
            try:
                said = process.communicate(timeout=PATIENCE)[0].decode(errors="replace")
            except TimeoutExpired:
                process.kill()
                continue
        if number := version_in(said):
            libraries = version.get("tls", {}).items()
            tls = next((library for library, pattern in libraries if re.search(pattern, said)), "")
            found[name] = Installed(number, tls)
    return found


def programs_of(data: Mapping[str, Any], catalogue: Catalogue) -> Programs:
    """Return what the programs say of themselves that an accounts file names as targets."""
    parts = (data.get("defaults", {}), *data["accounts"].values())
    names = dict.fromkeys(name for part in parts for name in part.get("targets", ()))
    return programs_here({name: catalogue.manifest(name) for name in names})


def with_versions(data: dict[str, Any], found: Mapping[str, Installed]) -> dict[str, Any]:
    """Return an accounts file that names the versions that were `found`, where it names none."""
    defaults = data.get("defaults", {})
    versions = {name: program.version for name, program in found.items()}
    versions |= defaults.get("client_version", {})
    return {**data, "defaults": {**defaults, "client_version": versions}} if versions else data


def _started(record: Record) -> subprocess.Popen[bytes] | None:
    argv = record["version"].get("probe", ())
    if not argv or kept_answers.path_of_program(argv[0]) is None:
        return None
    from subprocess import DEVNULL, PIPE, STDOUT, Popen

    try:
        return Popen(argv, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    except OSError:
        return None


def version_in(text: str) -> str | None:
    """Return the first version number of what a program says of itself.

    >>> version_in("Mutt 2.2.12 (2023-09-09)"), version_in("himalaya v1.1.0 +smtp"), version_in("x")
    ('2.2.12', '1.1.0', None)
    """
    for line in text.splitlines()[:5]:
        if found := re.search(r"(?<![\w.])v?(\d+(?:\.\d+)*)", line):
            return found[1]
    return None


def installed_targets(catalogue: Catalogue) -> dict[str, Record]:
    """Return the manifests of the mail programs that a user sets up and that are in the PATH.

    What programs of one's own are written in is on every machine, and no sign that somebody wants any.
    """
    found = {}
    for name, record in catalogue.manifests():
        if record["kind"] == "app":
            continue
        probe = record["version"].get("probe")
        if record.get("scope", "user") == "user" and probe and kept_answers.path_of_program(probe[0]):
            found[name] = record
    return found
