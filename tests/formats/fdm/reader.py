r"""How fdm 1.9 reads its configuration. Source: fdm.conf(5), and what `fdm -n -vvv` printed.

Words and strings between blanks, of which a line break is one; a line that begins with # is a remark. In a
string the backslash takes the next character as it is (\n and \t are a line break and a tab), %% is a percent
sign and %h the home. Behind $( a command for the shell goes on to its bracket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.readers import Doubtful, Rejected

_TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*)"|\$\(((?:[^()\'"]|\'[^\']*\'|"(?:[^"\\]|\\.)*")*)\)|([^\s"$]+)', re.DOTALL
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass
class Conf:
    """What a file says: `accounts` by name with type, server, user, pass and flags; `rules` by account."""

    verifies: bool = False
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)


def string(written: str, number: int = 1) -> str:
    """Return a string as fdm reads it; `~` stands for the home.

    >>> string('a%%b'), string('%h/Mail')
    ('a%b', '~/Mail')
    """
    if re.search(r"(?<!\\)\$\{|%\{", written):
        raise Doubtful(number, "a macro")
    plain = re.sub(r"\\(.)", lambda one: _ESCAPED.get(one[1], one[1]), written)
    return re.sub("%(.)", lambda one: {"%": "%", "h": "~"}.get(one[1], ""), plain)


def tokens(text: str) -> list[tuple[str, str]]:
    """Return what stands in a file: kind (string, command or word) and value."""
    kept = "\n".join(line for line in text.split("\n") if not line.startswith("#"))
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(kept):
        if kept[at].isspace():
            at += 1
            continue
        one = _TOKEN.match(kept, at)
        if one is None:
            raise Rejected(kept.count("\n", 0, at) + 1, "no token")
        kinds = zip(("string", "command", "word"), one.groups(), strict=True)
        [(kind, value)] = [(kind, value) for kind, value in kinds if value is not None]
        found.append((kind, string(value) if kind == "string" else value))
        at = one.end()
    return found


def read(text: str) -> Conf:
    """Return what a file of accounts, actions and rules for accounts says; raises Doubtful for more."""
    conf = Conf()
    left = tokens(text)

    def value() -> str:
        kind, found = left.pop(0)
        return f"$({found})" if kind == "command" else found

    while left:
        word = value()
        if word == "set":
            conf.verifies |= value() == "verify-certificates"
        elif word == "account":
            label, kind = value(), value()
            account = conf.accounts[label] = {"type": kind}
            while left and left[0][1] not in ("account", "action", "match", "set"):
                name = value()
                account[name] = "" if name in ("new-only", "no-apop", "keep") else value()
        elif word == "action":
            name, kind = value(), value()
            conf.actions[name] = f"{kind} {value()}"
        elif word == "match" and value() == "account":
            name, what = value(), value()
            conf.rules[name] = value() if what == "action" else ""
        else:
            raise Doubtful(1, f"no model of {word}")
    return conf
