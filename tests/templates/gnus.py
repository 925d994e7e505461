"""Gnus."""

from __future__ import annotations

from tests.formats.elisp import reader
from tests.templates import Reads, Trial

#: In batch mode Emacs reads nobody's files unless it is told that it may.
LOOK = '(let ((init-file-user "")) (gnus-read-init-file))'
READS = Reads(
    '(princ "file {0}")\n',
    ("emacs", "--batch", "-Q", "-l", "gnus", "-l", "gnus-start", "--eval", LOOK),
    "file {0}",
    "emacs-nox",
)
_EMACS = "emacs --batch -Q -l gnus -l gnus-int -l gnus-msg -l nnimap -l {home}/.gnus.el --eval "
_OPENS = """'(let ((method (car gnus-secondary-select-methods)))
  (gnus-open-server method) (nnimap-change-group "INBOX" (nth 1 method)))'"""
_POSTS = """'(with-temp-buffer
  (insert "To: ada@163.com\\nFrom: ada@163.com\\nSubject: x\\n" mail-header-separator "\\nx\\n")
  (funcall message-send-mail-function))'"""
TRIAL = Trial("emacs", "emacs-nox", _EMACS + _OPENS, _EMACS + _POSTS)


def asks_for_tls(text: str) -> bool:
    found = reader.settings(text)
    readers = [dict(one[2:]) for one in found["gnus-secondary-select-methods"]]
    kinds = [one["nnimap-stream"] for one in readers]
    kinds += [server[3] for server in found["mailgen-smtp-servers"]]
    return found["gnutls-verify-error"] == "t" and set(kinds) <= {"ssl", "starttls"}
