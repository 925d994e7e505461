r"""How Alpine 2.26 reads its settings. Source: the comments of a fresh .pinerc, and what it wrote and sent.

`name=value`, a line a setting; one that begins with a blank goes on with the setting before it. In a list
commas divide, but not within quotes; `$$` is a dollar sign. A server is `{host:port/switch/user="NAME"}box`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.readers import Doubtful, Rejected

LISTS = {"customized-hdrs", "smtp-server", "folder-collections", "feature-list"}


class Place(NamedTuple):
    """A server as Alpine writes one, and the mailbox on it."""

    host: str
    port: int
    switches: tuple[str, ...]
    user: str
    mailbox: str


def read(text: str) -> dict[str, list[str]]:
    """Return the settings with their values; of two of one name the last. Raises Rejected for other lines."""
    found: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line[0] in " \t":
            if not last:
                raise Rejected(number, "it goes on with nothing")
            found[last] += line.strip()
            continue
        last, equals, value = line.partition("=")
        if not equals:
            raise Rejected(number, "neither a setting nor a comment")
        found[last] = value.strip()
    return {name: values(name, value) for name, value in found.items()}


def values(name: str, written: str) -> list[str]:
    """Return the elements of a list, or the one value of another setting.

    >>> values("smtp-server", 'a,b/user="c,d"'), values("inbox-path", "a $$x, b"), values("default-fcc", '""')
    (['a', 'b/user="c,d"'], ['a $x, b'], [''])
    """
    if not written:
        return []
    if written == '""':
        return [""]
    if written.startswith('"') and written.endswith('"'):
        raise Doubtful(1, "quotes around the whole")
    if re.search(r"(?<!\$)\$(\$\$)*(?!\$)", written):
        raise Doubtful(1, "a variable of the environment")
    parts = re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', written) if name in LISTS else [written]
    return [part.replace("$$", "$") for part in parts]


def server(written: str) -> Place:
    """Return the parts of a server.

    >>> server('{imap.x:993/imap/ssl/user="a/b"}Sent')
    Place(host='imap.x', port=993, switches=('imap', 'ssl'), user='a/b', mailbox='Sent')
    """
    found = re.fullmatch(r'\{([^:/{}]+):(\d+)((?:/[a-z0-9-]+)*)/user="([^"\\{}]*)"\}(.*)', written)
    if not found:
        raise Rejected(1, f"no server: {written}")
    return Place(found[1], int(found[2]), tuple(found[3].split("/")[1:]), found[4], found[5])
