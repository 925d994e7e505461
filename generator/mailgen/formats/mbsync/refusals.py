"""What mbsync refuses of a file whose lines it knows: wrong values, and names that nothing has.

Source: what mbsync 1.4.4 said of files.
"""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.formats.mbsync.names import BOOLEANS, CHOICES, NO, NUMBERS, YES
from mailgen.formats.problems import Problem
from mailgen.redaction.holes import has_hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import Reading, Statement

_RULE = "program-refuses"


def refusals(reading: Reading) -> Iterator[Problem]:
    """Yield what mbsync stops at."""
    for one in reading.statements:
        if has_hole(one.text):
            continue
        if (wrong := _wrong_value(one)) is not None:
            yield Problem(_RULE, one.mark, wrong, Text("look it up in mbsync(1)"))
    yield from _unknown(reading)


def _wrong_value(one: Statement) -> str | None:
    value = one.text.lower()
    if one.name in BOOLEANS and value not in YES | NO:
        return Text("{name} is yes or no", name=one.name)
    if one.name in NUMBERS and not (value.isascii() and value.isdigit()):
        return Text("{name} is a number", name=one.name)
    if one.name in CHOICES and not set(value.split()) <= CHOICES[one.name]:
        return Text("{name} is one of {words}", name=one.name, words=", ".join(sorted(CHOICES[one.name])))
    return None


def _unknown(reading: Reading) -> Iterator[Problem]:
    """Yield references to accounts and stores that stand nowhere above."""
    accounts: set[str] = set()
    stores: set[str] = set()
    for one in reading.statements:
        kind = one.scope.partition(" ")[0]
        if one.name == "imapaccount":
            accounts.add(one.text)
        elif one.name in ("imapstore", "maildirstore"):
            stores.add(one.text)
        elif one.name == "account" and one.text not in accounts and not has_hole(one.text):
            what = Text("no account of this name stands above")
            yield Problem(_RULE, one.mark, what, Text("write an IMAPAccount of this name before it"))
        elif kind == "channel" and one.name in ("far", "near", "master", "slave") and not has_hole(one.text):
            store = one.text[1:].partition(":")[0] if one.text.startswith(":") else ""
            if store not in stores:
                what = Text("no store of this name stands above")
                yield Problem(
                    _RULE, one.mark, what, Text("write the store before the channel, and :NAME: here")
                )
