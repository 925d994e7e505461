"""What the variables in a muttrc's values stand for: mutt puts them in as it reads, in the order of the file.

Source: muttrc(5); mutt 2.2.12 and neomutt 20220429 -Q: `$name` is the value that the setting, or the variable
of the user's own, has at that point, and `+` and `=` at the beginning of a mailbox the folder of that moment.
"""

from __future__ import annotations

from mailgen.formats.muttrc.made import VARIABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mailgen.formats.statements import Statement

#: Settings that name a mailbox.
MAILBOXES = frozenset(("record", "postponed", "trash", "spoolfile", "mbox"))
#: Where the program looks for mail if nothing is said.
_DEFAULTS = {"folder": "~/Mail"}
#: No value that anybody wrote is longer; variables that hold each other twice would grow without end.
_LONGEST = 2_000


def filled_in(statements: Iterable[Statement], group: Callable[[Statement], str]) -> list[Statement]:
    """Return the statements with the variables put in that other statements set.

    `group` says what a statement belongs to, "" for the whole file: hooks run when all of it has been read.
    What nobody sets, or a command prints, stays as it is written.
    """
    found = list(statements)
    base = _Values({}, {})
    patterns: dict[str, str] = {}
    groups: dict[str, list[int]] = {"": [count for count, one in enumerate(found) if not group(one)]}
    for count in groups[""]:
        one = base.read(found[count])
        if one.text != found[count].text and one.name.endswith("-hook"):
            # What stands in its body belongs to what the pattern stands for.
            patterns[f"{one.name} {found[count].text}"] = f"{one.name} {one.text}"
        found[count] = one
    for count, one in enumerate(found):
        if one.scope in patterns:
            found[count] = one._replace(scope=patterns[one.scope])
        if name := group(found[count]):
            groups.setdefault(name, []).append(count)
    for name, places in groups.items():
        values = base if not name else _Values(base.now, base.printed)
        for count in places if name else ():
            found[count] = values.read(found[count])
        for count, folder in values.below:
            one = found[places[count]]
            if folder is None:
                continue
            # On the server the sign stays: it is what the accounts file means by a folder's name.
            if "://" not in folder or folder != values.now.get("folder", _DEFAULTS["folder"]):
                found[places[count]] = one._replace(value=f"{folder.rstrip('/')}/{one.text[1:]}")
    return found


class _Values:
    """What the variables hold while a file is read; None for what is not known."""

    def __init__(self, before: Mapping[str, str | None], printed: Mapping[str, Statement]) -> None:
        self.now = dict(before)
        #: Variables that hold what a command prints, and nothing else.
        self.printed = dict(printed)
        #: Which statements, by count, name a mailbox below the folder, and what that was.
        self.below: list[tuple[int, str | None]] = []
        self.count = -1

    def read(self, one: Statement) -> Statement:
        """Return a statement with its variables put in, and remember what it sets."""
        self.count += 1
        if one.pieces and not one.name.startswith(VARIABLES):
            one = self._filled(one)
        if one.raw.partition(" ")[0] not in ("set", "unset", "reset"):
            return one
        name = one.name.rstrip("+-")
        self.printed.pop(name, None)
        if one.command and name == one.name:
            self.printed[name] = one
        if name != one.name or one.runs or one.expands:
            self.now[name] = None
        elif one.off:
            self.now.pop(name, None)
        else:
            self.now[name] = one.text if len(one.text) <= _LONGEST else None
        if name in MAILBOXES and one.text[:1] in ("+", "="):
            self.below.append((self.count, self.now.get("folder", _DEFAULTS["folder"])))
        return one

    def _filled(self, one: Statement) -> Statement:
        """Put in what is known; what is not stays as it is written."""
        if one.pieces[::2] == ("", "") and (kept := self.printed.get(one.pieces[1])) is not None:
            return one._replace(value=kept.value, command=kept.command, runs=True, expands=False, pieces=())
        pieces = [one.pieces[0]]
        for name, text in zip(one.pieces[1::2], one.pieces[2::2], strict=True):
            value = self._value(name, pieces, text)
            if value is None:
                pieces += [name, text]
            else:
                pieces[-1] += value + text
        whole = len(pieces) == 1
        text = pieces[0] + "".join(
            f"${{{name}}}{text}" for name, text in zip(pieces[1::2], pieces[2::2], strict=True)
        )
        return one._replace(value=text, expands=not whole, pieces=() if whole else tuple(pieces))

    def _value(self, name: str, before: list[str], behind: str) -> str | None:
        if name == "HOME":
            # Only at the beginning of a path is the home the same as ~.
            return "~" if before == [""] and behind[:1] in ("/", "") else None
        if name.startswith(VARIABLES):
            return None
        return self.now.get(name, _DEFAULTS.get(name))
