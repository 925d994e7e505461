"""OpenSMTPD's configuration, a setting to a line: where something is to be hidden."""

from __future__ import annotations

import re

from . import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Settings that hold no secret. A table may hold passwords, and what is to be run may hold anything.
_find = words.showing("listen match ca host tls auth mail-from helo")
#: Tables that only name a file, or where all mail of users goes; and ways to handle mail that run nothing.
_PLAIN = re.compile(
    r"""[ \t]*(?:table[ ]"[a-z]+"[ ](?:file:[\w./-]+|\{[ ]"@"[ ]=[ ]"[^"\s]*"[ ]\})
    |action[ ]"[a-z]+"[ ](?:relay[ ]\\|maildir[ ]alias[ ]<"[a-z]+">|forward-only[ ]virtual[ ]<"[a-z]+">))""",
    re.VERBOSE,
)


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    r"""Yield what may not be shown of a configuration.

    >>> text = 'table "mailgen" file:/etc/smtpd/x\ntable "k" { "far" = "ada:geheim" }\nlisten on localhost'
    >>> [text[start:end] for start, end in hidden(text, True)]
    ['table']
    """
    for start, end in _find(text, own):
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", start)
        if not _PLAIN.fullmatch(text[first : last if last >= 0 else len(text)]):
            yield start, end
