r"""How OpenSMTPD reads smtpd.conf and a table of logins, as far as ours goes. Source: parse.y of 6.8.0p2.

Words end at blanks and at ( ) { } < > ! = # and a comma; a line ends where no backslash is before its end.
In quotes a backslash takes the meaning of a quote or a blank behind it, and is a backslash before all else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.readers import Doubtful, Rejected

#: Options of an action that take a value; the others stand alone.
VALUED = frozenset({"host", "auth", "mail-from", "helo", "ca", "alias", "virtual"})
ALONE = frozenset({"tls", "maildir", "forward-only", "relay"})
#: A word, what stands alone, or a text in quotes.
TOKEN = re.compile(
    r"""[A-Za-z0-9:_][^\s(){}<>!=#,]*|[(){}<>!=,]|"(?:\\["\s]|\\(?!["\s])|[^"\\])*"|[ \t]+|#.*"""
)


@dataclass
class Configuration:
    tables: dict[str, str | dict[str, str]] = field(default_factory=dict)
    authorities: dict[str, str] = field(default_factory=dict)
    listens: list[str] = field(default_factory=list)
    actions: dict[str, dict[str, str]] = field(default_factory=dict)
    matches: list[tuple[str, str]] = field(default_factory=list)


def unquoted(word: str) -> str:
    """Return what a word means, in quotes or not."""
    if not word.startswith('"'):
        return word
    return re.sub(r'\\(["\s])', r"\1", word[1:-1])


def words(line: str, number: int) -> list[str]:
    """Return the words of a line; a name of a table in < and > is one of them, without these."""
    found: list[str] = []
    place = 0
    while place < len(line):
        token = TOKEN.match(line, place)
        if token is None:
            raise Doubtful(number, f"what is {line[place:]!r}?")
        place = token.end()
        if not token[0].isspace() and not token[0].startswith("#"):
            found.append(unquoted(token[0]))
    return found


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, each with those that it goes on in, and the number of its first."""
    whole, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        first = first or number
        if line.endswith("\\"):
            whole += line[:-1]
            continue
        yield first, whole + line
        whole, first = "", 0
    if whole:
        raise Doubtful(first, "the file ends in a line that goes on")


def read(text: str) -> Configuration:
    """Return what a configuration says; raises Rejected for an action or table that is not there."""
    found = Configuration()
    for number, line in lines(text):
        match words(line, number):
            case []:
                pass
            case ["table", name, "{", key, "=", value, "}"]:
                found.tables[name] = {key: value}
            case ["table", name, place]:
                found.tables[name] = place.removeprefix("file:")
            case ["ca", name, "cert", place]:
                found.authorities[name] = place
            case ["listen", "on", where]:
                found.listens.append(where)
            case ["action", name, *rest]:
                found.actions[name] = options(rest, found, number)
            case ["match", *rest, "action", name]:
                if name not in found.actions:
                    raise Rejected(number, "no such action")
                found.matches.append((" ".join(rest), name))
            case _:
                raise Rejected(number, "syntax error")
    return found


def options(rest: list[str], so_far: Configuration, number: int) -> dict[str, str]:
    """Return the options of an action, "" for one without a value."""
    found: dict[str, str] = {}
    while rest:
        name, *rest = rest
        if name in found or name not in VALUED | ALONE:
            raise Rejected(number, f"{name} is said twice, or nothing")
        found[name] = ""
        if name in VALUED and rest[:1] == ["<"]:
            _, found[name], closing, *rest = rest
            if closing != ">" or found[name] not in so_far.tables:
                raise Rejected(number, "no such table")
        elif name in VALUED:
            found[name], *rest = rest
    return found


def receiver(value: str) -> str:
    """Return the address that a value of a table of users means.

    There a backslash takes the meaning of the character behind it, and quotes without one come in pairs.
    Source: expand_line_split() of 6.8.0p2.
    """
    meant = re.sub(r"\\(.)", r"\1", value)
    bare = re.sub(r"\\.", "", value)
    if set(bare) & set("'\",") or not re.fullmatch(r"[A-Za-z0-9!#$%*?^{}`~&'+=_./|-]+@[A-Za-z0-9.-]+", meant):
        raise Rejected(1, "no address, or several")
    if meant[0] in "|/":
        raise Doubtful(1, "a program or a file")
    return meant


def logins(text: str) -> dict[str, tuple[str, str]]:
    """Return login name and password by label, as table_static_priv_load() and K_CREDENTIALS read them."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip(" \t\v\f\r")
        if not line or line.startswith("#"):
            continue
        label, entry = re.split(r"[ \t:][ \t]*", line, maxsplit=1)
        login, colon, password = entry.partition(":")
        if not colon or not login or not password:
            raise Rejected(number, "no login, or no password")
        found[label.lower()] = (login, password)
    return found
