"""Gnus."""

from __future__ import annotations

from tests.formats.elisp import reader
from tests.templates import Reads

#: In batch mode Emacs reads nobody's files unless it is told that it may.
LOOK = '(let ((init-file-user "")) (gnus-read-init-file))'
READS = Reads(
    '(princ "file {0}")\n',
    ("emacs", "--batch", "-Q", "-l", "gnus", "-l", "gnus-start", "--eval", LOOK),
    "file {0}",
    "emacs-nox",
)


def asks_for_tls(text: str) -> bool:
    found = reader.settings(text)
    readers = [dict(one[2:]) for one in found["gnus-secondary-select-methods"]]
    kinds = [one["nnimap-stream"] for one in readers]
    kinds += [server[3] for server in found["mailgen-smtp-servers"]]
    return found["gnutls-verify-error"] == "t" and set(kinds) <= {"ssl", "starttls"}
