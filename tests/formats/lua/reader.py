r"""How Lua reads what is data in a configuration. Source: Lua Reference Manual, "Lexical Conventions".

Outside functions a file sets options, and calls IMAP{...} with strings, numbers, and functions of strings.
A string stands in single quotes; in it a backslash takes one to three digits for the number of a byte, and
any other character that is no letter as it is. What is behind -- is a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.readers import Doubtful, Rejected

_STRING = r"'((?:[^'\\\n]|\\.)*)'"
_ESCAPE = re.compile(rb"\\(?:(\d{1,3})|(.))", re.DOTALL)
_OPTION = re.compile(r"options\.(\w+) = (true|false)$")
_ACCOUNT = re.compile(rf"(?:account|accounts\[{_STRING}\]) = IMAP {{$")
_FIELD = re.compile(rf"  (\w+) = (?:(\d+)|{_STRING}|(\w+)\((.*)\)),$")


@dataclass
class Config:
    """What a file says: `options`, and `accounts` by name ("" for the only one)."""

    options: dict[str, bool] = field(default_factory=dict)
    accounts: dict[str, dict[str, str | tuple[str, ...]]] = field(default_factory=dict)


def string(written: str) -> str:
    r"""Return a string as Lua reads it; `written` is what stands between the quotes.

    >>> string(r"it\'s \\ \195\1881")
    "it's \\ ü1"
    """

    def char(one: re.Match[bytes]) -> bytes:
        if one[1]:
            return bytes([int(one[1])])
        if one[2].isalpha():
            raise Rejected(1, f"an escape that nobody writes: {one[0]!r}")
        return one[2]

    return _ESCAPE.sub(char, written.encode()).decode()


def read(text: str) -> Config:
    """Return what a file says; raises Doubtful for lines that are neither ours nor of a function."""
    config = Config()
    account: dict[str, str | tuple[str, ...]] | None = None
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if account is not None:
            if line == "}":
                account = None
            elif found := _FIELD.match(line):
                name, digits, literal, function, arguments = found.groups()
                strings = tuple(string(one) for one in re.findall(_STRING, arguments or ""))
                account[name] = digits or ((function, *strings) if function else string(literal))
            else:
                raise Doubtful(number, "no field")
        elif inside:
            inside = line != "end"
        elif line.startswith("local function "):
            inside = True
        elif found := _OPTION.match(line):
            config.options[found[1]] = found[2] == "true"
        elif found := _ACCOUNT.match(line):
            account = config.accounts[string(found[1] or "")] = {}
        elif line and not line.startswith("--") and line != "accounts = {}":
            raise Doubtful(number, "no model of this line")
    return config
