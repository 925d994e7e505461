"""How alot 0.10 reads the accounts of its config. Source: ConfigObj 5.0.8, and what alot made of files.

`name = value`, a line a setting, below `[accounts]` and the name of an account in two pairs of brackets.
Values stand between one or three quotes of a kind, in which nothing is an escape; several with commas are
a list.
"""

from __future__ import annotations

import re

from tests.readers import Rejected

_VALUE = re.compile(r'"""(.*?)"""(?!")|\'\'\'(.*?)\'\'\'(?!\')|"([^"]*)"|\'([^\']*)\'|([^\s"\',#][^,#]*)')


def read(text: str) -> dict[str, dict[str, str | list[str]]]:
    """Return the accounts in order, each with its settings."""
    found: dict[str, dict[str, str | list[str]]] = {}
    inside: dict[str, str | list[str]] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        body = line.strip()
        if not body or body[0] == "#" or body == "[accounts]":
            continue
        if header := re.fullmatch(r"\[\[(.+)\]\]", body):
            inside = found.setdefault(header[1], {})
            continue
        name, equals, written = body.partition("=")
        if inside is None or not equals:
            raise Rejected(number, "neither an account nor a setting of one")
        inside[name.strip()] = _value(written.strip(), number)
    return found


def _value(written: str, number: int) -> str | list[str]:
    parts, at, is_list = [], 0, False
    while at < len(written):
        one = _VALUE.match(written, at)
        if one is None:
            raise Rejected(number, "quotes that do not close")
        parts.append(next(group for group in one.groups() if group is not None).strip("\0"))
        rest = re.compile(r"\s*(,?)\s*").match(written, one.end())
        assert rest is not None
        is_list, at = is_list or bool(rest[1]), rest.end()
    return parts if is_list or not parts else parts[0]
