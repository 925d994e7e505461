r"""How S-nail 14.9.24 reads a mailrc. Source: s-nail(1), Shell-style argument quoting, and `varshow`.

A line is a command. Words are bare, or stand in single, double, or dollar and single quotes, of which the
last know `\\`, `\'`, `\"`, `\n` and `\uXXXX`. Only what mailgen writes is modelled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.readers import Doubtful, Rejected

_WORD = re.compile(r"""\$'(?:[^'\\]|\\.)*'|'[^']*'|"(?:[^"\\$`]|\\["\\$`])*"|\$\w+|[^\s'"\\$;&|]+""")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|(.))")
_LETTERS = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


@dataclass
class Account:
    """What an account sets; a switch is "". `commands` are by the variable that gets what they print."""

    settings: dict[str, str] = field(default_factory=dict)
    unset: set[str] = field(default_factory=set)
    commands: dict[str, str] = field(default_factory=dict)
    #: Name of a password -> the variable that it is taken from.
    fetched: dict[str, str] = field(default_factory=dict)


def parts(text: str, number: int = 1) -> list[str]:
    """Return the words of a command, `$name` as it stands."""
    words: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        if text[at] == "#":
            break
        word = ""
        while at < len(text) and text[at] not in " \t":
            found = _WORD.match(text, at)
            if not found:
                raise Doubtful(number, f"no model of {text[at:]!r}")
            word += _meant(found[0], number)
            at = found.end()
        words.append(word)
    return words


def _meant(piece: str, number: int) -> str:
    if piece[:2] == "$'":
        return _ESCAPED.sub(lambda one: _letter(one, number), piece[2:-1])
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == '"':
        return re.sub(r'\\(["\\$`])', r"\1", piece[1:-1])
    return piece


def _letter(found: re.Match[str], number: int) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16))
    if found[3] not in _LETTERS:
        raise Doubtful(number, f"no model of {found[0]}")
    return _LETTERS[found[3]]


def read(text: str) -> tuple[dict[str, Account], str]:
    """Return the accounts of a file, and which one is opened."""
    accounts: dict[str, Account] = {}
    current: Account | None = None
    opened = ""
    for number, line in enumerate(text.split("\n"), 1):
        if command := re.fullmatch(r"\s*vput ! (\w+) (.*)", line):
            if current is None:
                raise Doubtful(number, "outside of an account")
            current.commands[command[1]] = command[2]
            continue
        if taken := re.fullmatch(r'\s*set (password-\S+)="\$(\w+)"', line):
            if current is None or taken[2] not in current.commands:
                raise Doubtful(number, "nothing has been fetched")
            current.fetched[taken[1]] = taken[2]
            continue
        if asked := re.fullmatch(r'\s*if "x\$(\w+)" != x', line):
            if current is None or asked[1] not in current.commands:
                raise Doubtful(number, "nothing has been fetched")
            continue
        words = parts(line, number)
        if not words or words == ["endif"]:
            continue
        if words[0] == "account" and words[2:] == ["{"]:
            current = accounts[words[1]] = Account()
        elif words[0] == "account" and current is None:
            opened = words[1]
        elif words == ["}"]:
            current = None
        elif current is None:
            raise Doubtful(number, "outside of an account")
        elif words[0] == "set":
            for word in words[1:]:
                name, _, value = word.partition("=")
                current.settings[name] = value
        elif words[0] == "unset":
            current.unset.update(words[1:])
        else:
            raise Rejected(number, f"no command {words[0]}")
    return accounts, opened
