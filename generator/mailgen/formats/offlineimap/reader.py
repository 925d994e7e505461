"""Reading an offlineimaprc: sections in brackets, one setting a line, an account in three of them.

Source: the example offlineimap.conf, and the source of OfflineIMAP 8.0.0.
"""

from __future__ import annotations

import re
import shlex

from mailgen.core.text import Text
from mailgen.formats.offlineimap.accounts import accounts_from, in_the_clear
from mailgen.formats.offlineimap.expressions import command_in
from mailgen.formats.statements import Mark, Reading, Statement, Unreadables, limited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"\[([^]]+)\]")
_SETTING = re.compile(r"([^=:\s][^=:]*?)\s*[=:]\s*(.*)", re.DOTALL)
_SPOILT = Text("OfflineIMAP takes no line that is neither a section nor a setting")
_OUTSIDE = Text("a setting stands before the first section")
_TWICE = Text("it stands twice in its section, which OfflineIMAP refuses")
_SECTION_TWICE = Text("the section stands twice, which OfflineIMAP refuses")


def read(text: str, target: str = "offlineimap3") -> Reading:
    """Read an offlineimaprc; never raises."""
    unread = Unreadables()
    statements = tuple(limited(_statements(text, unread), unread))
    accounts, used = accounts_from(statements, target)
    leftover = tuple(one for one in statements if one.scope not in used)
    secrets = tuple(one for one in statements if one.text and in_the_clear(one))
    return Reading(target, statements, accounts, tuple(unread.all()), leftover, secrets)


def _statements(text: str, unread: Unreadables) -> Iterator[Statement]:
    """Yield all settings; their scope is the section. What is indented goes on, also behind an empty line."""
    scope: str | None = None
    seen: set[tuple[str, str]] = set()
    sections: set[str] = set()
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        body = line.strip()
        if not body or body[0] in "#;":
            continue
        indent = len(line) - len(line.lstrip())
        mark = Mark(at, indent + 1, indent + 1 + len(body))
        if header := _HEADER.match(body):
            scope = header[1]
            if scope in sections:
                unread.add(mark, _SECTION_TWICE, refused=True)
            sections.add(scope)
            continue
        setting = _SETTING.fullmatch(body)
        if scope is None or not setting:
            unread.add(mark, _SPOILT if scope is not None else _OUTSIDE, refused=True)
            continue
        more, end = _goes_on(lines, at, indent)
        if more:
            mark = Mark(mark.line, mark.column, len(lines[end - 1]) + 1, end)
        at, name = end, setting[1].strip().lower()
        if (scope, name) in seen:
            unread.add(mark, _TWICE, refused=True)
            continue
        seen.add((scope, name))
        value = "\n".join([setting[2].strip(), *more]).strip().replace("%%", "%")
        words = command_in(value) if name.endswith("eval") else ()
        command = shlex.join(words) if words else None
        yield Statement(name, command or value, mark, " ".join([body, *more]), scope, command)


def _goes_on(lines: list[str], at: int, indent: int) -> tuple[list[str], int]:
    """Return the lines that go on with a setting, which stand deeper, and the number of the last one."""
    more, end = [], at
    for number_of in range(at, len(lines)):
        line = lines[number_of]
        body = line.strip()
        if not body or body[0] in "#;":
            continue
        if len(line) - len(line.lstrip()) <= indent:
            break
        more.append(body)
        end = number_of + 1
    return more, end
