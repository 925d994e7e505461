"""goimapnotify, read as its source says; what was built of that by hand reads the same."""

from __future__ import annotations

from tests.formats.goimapnotify import reader

READS = TRIAL = "no registry of packages that the tests use has it"


def asks_for_tls(text: str) -> bool:
    return all(one.tls and one.verified for one in reader.read(text))
