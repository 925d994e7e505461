"""Reading an mbsyncrc: sections of one keyword a line, each ended by an empty line.

Source: mbsync(1) of isync 1.4 and 1.5, and what mbsync 1.4.4 said of files.
"""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.formats.mbsync.accounts import Section, accounts_from, is_usual
from mailgen.formats.mbsync.names import GLOBAL, IN_SECTION, SECTIONS, SEVERAL
from mailgen.formats.mbsync.words import line_words
from mailgen.formats.statements import Mark, Reading, Statement, Unreadables, limited
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMANDS = frozenset(("usercmd", "passcmd", "tunnel"))
_NO_SECTION = Text("mbsync knows no such keyword outside of a section; an empty line ends one")
_NOT_HERE = Text("mbsync knows no such keyword in this section")
_OPEN = Text("a quote is not closed")


class MbsyncLine:
    """One line that holds something: its place, its keyword in small letters, and the arguments behind it.

    `open_end` says that a quote is left open, or that a backslash stands at the end.
    """

    def __init__(self, number: int, line: str) -> None:
        self.raw = line.strip(" \t\r")
        column = len(line) - len(line.lstrip(" \t")) + 1
        self.mark = Mark(number, column, column + len(self.raw))
        self.words, self.open_end = line_words(self.raw)
        self.keyword = self.words[0].lower() if self.words else ""


def read(text: str, target: str = "mbsync") -> Reading:
    """Read an mbsyncrc; never raises."""
    unread = Unreadables()
    statements = tuple(limited(_statements(text, unread), unread))
    sections = list(_sections(statements))
    state = next((one.text for one in statements if not one.scope and one.name == "syncstate"), "")
    accounts, leftover = accounts_from(sections, target, state)
    leftover += [one for one in statements if not one.scope and not is_usual(one)]
    secrets = tuple(one for one in statements if one.text and _in_the_clear(one))
    return Reading(target, statements, tuple(accounts), tuple(unread.all()), tuple(leftover), secrets)


def _in_the_clear(one: Statement) -> bool:
    """Say whether a password stands in a statement, if only for a command that prints it."""
    if is_hole(one.text):
        return False
    return one.name == "pass" or (one.command is not None and command_holds_secret(one.command))


def _statements(text: str, unread: Unreadables) -> Iterator[Statement]:
    """Yield all statements; their scope is the kind of their section and its name, "" outside of one."""
    kind = scope = ""
    for number, raw in enumerate(text.split("\n"), 1):
        if raw.lstrip(" \t").startswith("#"):
            continue
        line = MbsyncLine(number, raw)
        if not line.words:
            kind = scope = ""
            continue
        if line.open_end:
            unread.add(line.mark, _OPEN, refused=True)
            continue
        name, values = line.keyword, line.words[1:]
        if not kind and name in SECTIONS:
            kind, scope = name, f"{name} {' '.join(values[:1])}"
        elif name not in (IN_SECTION[kind] if kind else GLOBAL):
            unread.add(line.mark, _NOT_HERE if kind else _NO_SECTION, refused=True)
            continue
        if not values:
            unread.add(line.mark, Text("{name} has no value", name=line.words[0]), refused=True)
            continue
        value = values[0] if name in SECTIONS or name in _COMMANDS or len(values) == 1 else " ".join(values)
        if len(values) > 1 and (name not in SEVERAL or (name == kind == "channel")):
            unread.add(
                line.mark, Text("{name} takes one value; quote what holds a blank", name=line.words[0]), True
            )
            continue
        command = value.removeprefix("+") if name in _COMMANDS else None
        yield Statement(name, value, line.mark, line.raw, scope, command)


def _sections(statements: tuple[Statement, ...]) -> Iterator[Section]:
    """Yield the sections, each with what stands in it."""
    first: Statement | None = None
    inside: list[Statement] = []
    for one in statements:
        if one.name in SECTIONS and one.scope == f"{one.name} {one.text}":
            if first is not None:
                yield Section(first, tuple(inside))
            first, inside = one, []
        elif one.scope and first is not None:
            inside.append(one)
    if first is not None:
        yield Section(first, tuple(inside))
