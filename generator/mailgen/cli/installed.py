"""Which programs are on this machine, and in which version: asked once, by the words of their manifests."""

from __future__ import annotations

import re
import shutil
import subprocess

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
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


def programs_here(records: Mapping[str, Record]) -> dict[str, Installed]:
    """Return what the programs of some manifests say of themselves, for those that are here and say it.

    They run at the same time, with nothing on their standard input; who does not end is killed.
    """
    started = {name: process for name, record in records.items() if (process := _started(record))}
    found = {}
    for name, process in started.items():
        version = records[name]["version"]
        with process:
            try:
                said = process.communicate(timeout=PATIENCE)[0].decode(errors="replace")
            except subprocess.TimeoutExpired:
                process.kill()
                continue
        if number := version_in(said):
            libraries = version.get("tls", {}).items()
            tls = next((library for library, pattern in libraries if re.search(pattern, said)), "")
            found[name] = Installed(number, tls)
    return found


def programs_of(data: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Installed]:
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
    if not argv or shutil.which(argv[0]) is None:
        return None
    try:
        return subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
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
    """Return the manifests of the targets that a user sets up and whose program is in the PATH."""
    found = {}
    for name, record in catalogue.manifests():
        probe = record["version"].get("probe")
        if record.get("scope", "user") == "user" and probe and shutil.which(probe[0]):
            found[name] = record
    return found
