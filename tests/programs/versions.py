"""Which version of a program is at hand: it is asked about files that are written for that one."""

from __future__ import annotations

import subprocess
from functools import cache

from mailgen.catalog.opening import open_catalogue
from mailgen.cli.installed import version_in
from tests.programs import TIMEOUT, need


@cache
def version_of(target: str) -> str:
    """Return the version of a target's program; the test is skipped, or fails in CI, where there is none."""
    manifest = open_catalogue().manifest(target)
    program, *words = manifest["version"]["probe"]
    return version_said(need(program, manifest["packages"]["debian"][0]), *words)


def version_said(*argv: str) -> str:
    """Return the version that a program says it is, on one output or the other."""
    done = subprocess.run(argv, capture_output=True, timeout=TIMEOUT, check=True)
    said = (done.stdout + done.stderr).decode(errors="replace")
    version = version_in(said)
    assert version, said
    return version
