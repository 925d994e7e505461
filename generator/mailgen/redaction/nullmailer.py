"""nullmailer's remotes: a server to a line, then words as in a shell; where something is to be hidden."""

from __future__ import annotations

import re

from .secrecy import remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE = r'(?:"(?:[^"\\\n]|\\[^\n])*"|[^\s"\'\\]*)'
#: Server and protocol, and then words that hold no secret; what follows is hidden, whatever it is.
_SHOWN = re.compile(
    r"[ \t]*[\w.:\[\]-]+[ \t]*(?:\w+[ \t]*)?"
    r"(?:(?:--)?(?:(?:port|user|source|x509certfile|x509keyfile|x509cafile|x509crlfile)="
    rf"(?P<value>{_VALUE})|tls|ssl|starttls|auth-login|insecure|x509fmtder)(?=\s|$)[ \t]*)*"
)


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    r"""Yield what may not be shown of remotes.

    >>> line = 'h.example smtp port=465 user="ada" pass="x y" tls'
    >>> [line[start:end] for start, end in hidden(line, False)]
    ['pass="x y" tls']
    """
    start = 0
    for line in text.split("\n"):
        if line.lstrip().startswith("#"):
            if own or remark_may_hold_secret(line.strip()):
                yield start, start + len(line)
        elif line.strip():
            found = _SHOWN.match(line)
            seen = found.end() if found else 0
            if word_may_hold_secret(line[:seen]):
                seen = 0
            if line[seen:].strip():
                yield start + seen, start + len(line)
        start += len(line) + 1
