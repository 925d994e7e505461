"""Which programs are on this machine, and in which version: asked once, by the words of their manifests."""

from __future__ import annotations

import re
import shutil
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.records import Record

#: So many seconds a program has to say its version.
PATIENCE = 2.0


def version_here(record: dict[str, Any]) -> str | None:
    """Return the version of a manifest's program that is installed; None if it is not, or does not tell.

    It runs with nothing on its standard input, and is killed where it does not end.
    """
    argv = record["version"].get("probe", ())
    if not argv or shutil.which(argv[0]) is None:
        return None
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return version_in(done.stdout.decode(errors="replace"))


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
