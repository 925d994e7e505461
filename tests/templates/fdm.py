"""fdm, which checks certificates where it is told to."""

from __future__ import annotations

import shlex

from tests.formats.fdm import reader
from tests.formats.fdm.program import AS_A_USER
from tests.templates import Reads, Trial

READS = Reads(
    'account "own{0}" pop3s server "h" user "u" pass "p" keep\n',
    ("fdm", "-h", "-m", "-n", "-vvv", "-u", "root"),
    'account "own{0}"',
    "fdm",
)
TRIAL = Trial("fdm", "fdm", shlex.join([*AS_A_USER, "fdm", "-q", "fetch"]))


def asks_for_tls(text: str) -> bool:
    found = reader.read(text)
    kinds = {one["type"] for one in found.accounts.values()}
    return found.verifies and bool(kinds) and kinds <= {"pop3s", "imaps"} and "no-verify" not in text
