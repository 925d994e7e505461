"""Reading an accounts.conf: a section in brackets for each account, one setting a line.

Source: go-ini 1.63 and 1.67, aerc-accounts(5), and what aerc 0.14.0 and 0.20.0 logged of themselves.
"""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.aerc.accounts import COMMANDS, accounts_from, shows_secret
from mailgen.formats.statements import Mark, Reading, Statement, Unreadables, limited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SPOILT = Text("aerc takes no line that is neither a section nor a setting")
_OUTSIDE = Text("a setting stands before the first section")
_UNCLOSED = Text("aerc finds no name between brackets here, and stops")
_GOES_ON = Text("it goes on in the next line")
_NEEDED = (
    ("source", Text("the account has no {name}, and aerc stops", name="source")),
    ("from", Text("the account has no {name}, and aerc stops", name="from")),
)


def read(text: str, target: str = "aerc") -> Reading:
    """Read an accounts.conf; never raises."""
    unread = Unreadables()
    sections: dict[str, Mark] = {}
    statements = tuple(limited(_statements(text, unread, sections), unread))
    found: dict[str, dict[str, Statement]] = {name: {} for name in sections}
    for one in statements:
        found.setdefault(one.scope, {})[one.name] = one  # of two alike the last counts
    for name, mark in sections.items():
        for needed, why in _NEEDED:
            if name != "DEFAULT" and needed not in _whole(name, found):
                unread.add(mark, why, refused=True)
    accounts, used = accounts_from({name: _whole(name, found) for name in found}, sections, target)
    leftover = tuple(one for one in statements if one.scope not in used)
    secrets = tuple(one for one in statements if shows_secret(one))
    return Reading(target, statements, accounts, tuple(unread.all()), leftover, secrets)


def _whole(name: str, found: dict[str, dict[str, Statement]]) -> dict[str, Statement]:
    """Return what a section says, with what it has from those whose names its own begins with."""
    parts = name.split(".")
    whole: dict[str, Statement] = {}
    for end in range(1, len(parts) + 1):
        whole |= found.get(".".join(parts[:end]), {})
    return whole


def _statements(text: str, unread: Unreadables, sections: dict[str, Mark]) -> Iterator[Statement]:
    """Yield all settings; their scope is the section, which is put into `sections`."""
    scope: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        body = line.strip()
        if not body or body[0] in "#;":
            continue
        column = len(line) - len(line.lstrip()) + 1
        mark = Mark(number, column, column + len(body))
        if body[0] == "[":
            if body.rfind("]") < 2:
                unread.add(mark, _UNCLOSED, refused=True)
                continue
            scope = body[1 : body.rfind("]")]
            sections.setdefault(scope, mark)
            continue
        cut = re.search("[=:]", body)
        if cut is None or scope is None or not body[: cut.start()].strip():
            outside = cut is not None and scope is None
            unread.add(mark, _OUTSIDE if outside else _SPOILT, refused=not outside)
            continue
        name = body[: cut.start()].strip().strip("\"`'")
        if (value := _value(body[cut.end() :])) is None:
            unread.add(mark, _GOES_ON)
            continue
        command = value if name in COMMANDS and value else None
        yield Statement(name, value, mark, body, scope, command, expands="%(" in value)


def _value(written: str) -> str | None:
    """Return a value as aerc reads it; None where it goes on in the next line.

    >>> _value(" `a`b # c` "), _value(" a b # c"), _value("'ab'"), _value("`a")
    ('a`b # c', 'a b', 'ab', None)
    """
    text = written.lstrip()
    for mark in ('"""', "`"):
        if text.startswith(mark):
            end = text.rfind(mark, len(mark))
            return text[len(mark) : end] if end >= 0 else None
    text = text.strip()
    if text.endswith("\\"):
        return None
    text = re.split("[#;]", text, maxsplit=1)[0].strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return text
