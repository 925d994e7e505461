r"""How mbsync 1.4.4 reads its configuration. Source: mbsync(1), and what it said of files.

One keyword to a line, in any case, with arguments between blanks. An argument may stand in double quotes,
whole or in part; in and out of them a backslash takes the next character as it is. A # that begins an
argument begins a comment; a line that begins with one is none at all. An empty line ends a section.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.readers import Rejected

SECTIONS = ("imapaccount", "imapstore", "maildirstore", "channel", "group")
LINE_LIMIT = 1021
"""Bytes in the longest line that mbsync reads as one."""


class Section(NamedTuple):
    """A section: what it is, its name, and its keywords in small letters, each with its arguments."""

    kind: str
    name: str
    items: list[list[str]]

    def all(self, keyword: str) -> list[list[str]]:
        """Return the arguments of each line with this keyword."""
        return [item[1:] for item in self.items if item[0] == keyword]


def words(line: str, number: int = 1) -> list[str]:
    r"""Return keyword and arguments.

    >>> words('User "a\\"b\\\\c d"')
    ['User', 'a"b\\c d']
    """
    found: list[str] = []
    at = 0
    while True:
        while at < len(line) and line[at] in " \t":
            at += 1
        if at == len(line) or line[at] == "#":
            return found
        word, quoted = "", False
        while at < len(line) and (quoted or line[at] not in " \t"):
            if line[at] == "\\":
                at += 1
                if at == len(line):
                    raise Rejected(number, "unterminated escape sequence")
                word += line[at]
            elif line[at] == '"':
                quoted = not quoted
            else:
                word += line[at]
            at += 1
        if quoted:
            raise Rejected(number, "missing closing quote")
        found.append(word)


def read(text: str) -> list[Section]:
    """Return the sections in order. Raises Rejected for what belongs to none, and for quotes left open."""
    found: list[Section] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if len(line.encode()) > LINE_LIMIT:
            raise Rejected(number, "it is too long")
        if line.lstrip(" \t").startswith("#"):
            continue
        parts = words(line, number)
        if not parts:
            inside = False
            continue
        keyword, *rest = parts
        if not inside:
            if keyword.lower() not in SECTIONS or not rest or (len(rest) > 1 and keyword.lower() != "group"):
                raise Rejected(number, "not a section-starting keyword")
            found.append(Section(keyword.lower(), rest[0], []))
            inside = True
        else:
            found[-1].items.append([keyword.lower(), *rest])
    return found
