"""Putting the files that a muttrc reads into the places where it reads them, if they were named as well."""

from __future__ import annotations

from mailgen.core.values import replace
from mailgen.formats.muttrc.accounts import accounts_from
from mailgen.formats.muttrc.made import ACCOUNT, FETCH, SECRET, SENDING, VARIABLES
from mailgen.formats.statements import TOO_MANY, Mark, Reading, Statement, Unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: So many statements are looked at, however often files name each other.
_STEPS = 200_000


def joined(readings: Mapping[str, Reading]) -> dict[str, Reading | None]:
    """Put the readings together, by path: what another one reads is in its place, and None by itself.

    A file is known by its name and its folder's, as it is written behind `source`. Files that nobody
    reads stay as they are.
    """
    if len(readings) < 2:
        return {}
    join = _Join(readings)
    whole: dict[str, Reading | None] = {}
    for path, reading in readings.items():
        if path not in join.inside:
            whole[path] = join.whole(path, reading)
    return whole | dict.fromkeys(join.inside)


class _Join:
    def __init__(self, readings: Mapping[str, Reading]) -> None:
        self.readings = readings
        self.by_key = {_key(path): path for path in readings}
        self.variables = {
            one.name: one
            for reading in readings.values()
            for one in reading.statements
            if one.name.startswith(VARIABLES) and (one.command or one.text not in ("", "/dev/null"))
        }
        self.inside: set[str] = set()
        #: What the user's own variables hold, as far as they tell where files lie.
        self.folders = {
            one.name: one.text
            for reading in readings.values()
            for one in reading.statements
            if one.name.startswith("my_") and one.text and not one.expands and not one.runs
        }
        self.by_file: dict[str, list[str]] = {}
        for path in readings:
            self.by_file.setdefault(_key(path)[-1], []).append(path)
        self.steps = 0

    def whole(self, path: str, reading: Reading) -> Reading:
        """Return the reading of a file and of all that it reads."""
        names = {path}
        statements = [self._said(one) for one in self._statements(path, "", names, set())]
        self.inside |= names - {path}
        if names == {path}:
            return reading
        accounts, leftover = accounts_from(statements, reading.target)
        leftover = tuple(one for one in leftover if not self.readings[one.path].made)
        unread = [one for name in sorted(names) for one in self.readings[name].unread]
        if self.steps >= _STEPS:
            unread.append(Unread(Mark(1), TOO_MANY))
        return replace(
            reading, statements=tuple(statements), accounts=accounts, leftover=leftover, unread=tuple(unread)
        )

    def _statements(
        self, path: str, scope: str, names: set[str], seen: set[tuple[str, str]]
    ) -> Iterator[Statement]:
        seen.add((path, scope))
        for one in self.readings[path].statements:
            self.steps += 1
            if self.steps > _STEPS:
                return
            inner = one.scope or scope
            other = self._read(one) if one.name == "source" and not one.runs else None
            if other is None:
                yield one._replace(scope=inner, path=path)
            elif (other, inner) not in seen and len(names) < 10_000:
                names.add(other)
                yield from self._statements(other, inner, names, seen)

    def _read(self, one: Statement) -> str | None:
        """Return the path of the file that is read here, if it was named.

        Where the folder is not told, the name of the file must do, if there is only one.
        """
        key = self._key(one)
        if (found := self.by_key.get(key)) is not None:
            return found
        alike = self.by_file.get(key[-1], [])
        untold = len(key) == 1 or "$" in key[0]
        return alike[0] if untold and len(alike) == 1 and "$" not in key[-1] else None

    def _key(self, one: Statement) -> tuple[str, ...]:
        """Return which file is read; mailgen's own keep some names in variables."""
        kept = self.variables.get(one.text[1:]) if one.text.startswith(f"${FETCH}") else None
        if kept:
            return _key(kept.text)
        pieces = list(one.pieces) or [one.text]
        pieces[1::2] = [
            "" if name == ACCOUNT else self.folders.get(name, f"${name}") for name in pieces[1::2]
        ]
        return _key("".join(pieces))

    def _said(self, one: Statement) -> Statement:
        """Return a setting with what its variable holds, where mailgen's own keep a command in one."""
        kept = (
            self.variables.get(one.text[1:]) if one.text.startswith((f"${SECRET}", f"${SENDING}")) else None
        )
        if kept is None:
            return one
        return one._replace(
            value=kept.value, command=kept.command, runs=kept.runs, expands=kept.expands, pieces=kept.pieces
        )


def _key(path: str) -> tuple[str, ...]:
    return tuple(path.rstrip("/").split("/")[-2:])
