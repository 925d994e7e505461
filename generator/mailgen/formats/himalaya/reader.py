"""Reading a config.toml: what each setting says, and where it stands. Source: TOML 1.0.0.

The library says what a file means, and nothing of where; so each statement is given to it by itself.
"""

from __future__ import annotations

import re
import shlex
import tomllib

from mailgen.core.text import Text
from mailgen.formats.himalaya.accounts import SECRETS, accounts_from, is_command
from mailgen.formats.statements import Mark, Reading, Statement, Unreadables, limited
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_REFUSED = Text("it is no TOML, and Himalaya reads nothing of the file")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
#: What may go on in the next line: a text in three quotes, or a list.
_OPEN = re.compile(r"\"\"\"|'''|=\s*\[")
#: So many lines belong to one statement at most.
_LONGEST = 200


def read(text: str, target: str = "himalaya") -> Reading:
    """Read a config.toml; never raises."""
    unread = Unreadables()
    lines = text.split("\n")
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _PLACE.search(str(error))
        line = min(int(found[1]), len(lines)) if found else len(lines)
        unread.add(Mark(line, 1, len(lines[line - 1]) + 1), _REFUSED, refused=True)
    statements = tuple(limited(_statements(lines), unread))
    accounts = accounts_from(statements, target)
    told = {one.label for one in accounts}
    leftover = tuple(one for one in statements if one.scope not in told and one.name != "display-name")
    secrets = tuple(one for one in statements if _in_the_clear(one))
    return Reading(target, statements, accounts, tuple(unread.all()), leftover, secrets)


def _in_the_clear(one: Statement) -> bool:
    """Say whether a secret stands in a statement, if only for a command that prints it."""
    if one.command is not None:
        return command_holds_secret(one.command)
    return one.name.endswith(SECRETS) and bool(one.text) and not is_hole(one.text)


def _statements(lines: list[str]) -> Iterator[Statement]:
    """Yield all settings; their scope is the account, and their name what stands below it, with dots."""
    above: tuple[str, ...] = ()
    at = 0
    while at < len(lines):
        body = lines[at].strip()
        at += 1
        if not body or body[0] == "#":
            continue
        if body[0] == "[":
            above = next((path for path, _ in _leaves(_parsed(body), empty=True)), above)
            continue
        parsed, end = _parsed(body), at
        if parsed is None and _OPEN.search(body):
            while parsed is None and end < min(len(lines), at + _LONGEST):
                end += 1
                parsed = _parsed("\n".join(lines[at - 1 : end]))
        if parsed is None:
            continue
        column = len(lines[at - 1]) - len(lines[at - 1].lstrip()) + 1
        last = lines[end - 1].rstrip()
        mark = Mark(at, column, len(last) + 1, end if end > at else 0)
        raw = " ".join(line.strip() for line in lines[at - 1 : end])
        found = list(_leaves(parsed))
        for path, value in found:
            yield _statement((*above, *path), value, mark, raw, len(found) > 1)
        at = end


def _statement(path: tuple[str, ...], value: Any, mark: Mark, raw: str, shared: bool) -> Statement:
    scope = path[1] if len(path) > 2 and path[0] == "accounts" else ""
    name = ".".join(path[2:] if scope else path)
    shown = value if isinstance(value, (bool, int, str)) else _joined(name, value)
    command = str(shown) if is_command(name) and shown else None
    return Statement(name, shown, mark, raw, scope, command, shared=shared)


def _joined(name: str, value: Any) -> str:
    """Return a list as one text: as a line for a shell where it is a command, else its parts."""
    parts = [str(part) for part in value] if isinstance(value, list) else [str(value)]
    if not is_command(name):
        return ", ".join(parts)
    # Version 1 hands on what one command has printed to the next; in version 2 the parts are words.
    return " | ".join(parts) if name.endswith("cmd") else shlex.join(parts)


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _leaves(
    value: Any, path: tuple[str, ...] = (), empty: bool = False
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each setting with the names of the tables above it; with `empty` also tables without any."""
    tables = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
    for table in tables:
        if not isinstance(table, dict) or (empty and path and not table):
            yield path, table
        for name, inner in table.items() if isinstance(table, dict) else ():
            yield from _leaves(inner, (*path, name), empty)
