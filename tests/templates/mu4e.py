"""mu4e: it reads what lies here, and what it sends goes to another program or to a server by smtpmail."""

from __future__ import annotations

from tests.formats.elisp import reader
from tests.templates import Trial

_POSTS = """'(with-temp-buffer
  (insert "To: ada@163.com\\nFrom: ada@163.com\\nSubject: x\\n" mail-header-separator "\\nx\\n")
  (funcall message-send-mail-function))'"""
TRIAL = Trial(
    "emacs", "mu4e", sends=f"emacs --batch -l {{home}}/.config/mailgen/mu4e/mu4e.el --eval {_POSTS}"
)


def asks_for_tls(text: str) -> bool:
    found = reader.settings(text)
    servers = [way for way in found["mailgen-mail-ways"] if isinstance(way[1], str)]
    return found["gnutls-verify-error"] == "t" and {way[3] for way in servers} <= {"ssl", "starttls"}
