"""A file of settings with names, as `keys` sees it: where the members of a table lie."""

from __future__ import annotations

from ..core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Unmergeable(ValueError):
    """A file in which no member can be put beside the others: it says why, and `line` (from 1) is where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


@dataclass(frozen=True, slots=True)
class Members:
    """A text, and name, start and end of each piece of a member in it; a member may have several.

    `table` is where the table itself lies, None where there is none: its own bounds, as its form has them.
    """

    text: str
    spans: tuple[tuple[str, int, int], ...]
    under: tuple[str, ...]
    table: tuple[int, int] | None = None

    def of(self, names: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return where members of these names lie; what stands together, but for blanks, is one piece."""
        found: list[tuple[int, int]] = []
        for name, start, end in self.spans:
            if name in names:
                if found and not self.text[found[-1][1] : start].strip():
                    found[-1] = (found[-1][0], end)
                else:
                    found.append((start, end))
        return found


def line_at(text: str, place: int) -> int:
    """Return the number, from 1, of the line that a place lies in."""
    return text.count("\n", 0, place) + 1


def as_they_stand(found: Members, names: tuple[str, ...]) -> str:
    """Return the text of members, in the order of the file."""
    return "\n".join(found.text[start:end] for start, end in found.of(names))


@dataclass(frozen=True, slots=True)
class Form:
    """How files are written: how members are found in one, put in and taken out, and whether one is empty.

    `put` returns the bytes of the file and how many line breaks were added above; `cut` takes that number.
    `part` is what a file says in members of these names.
    """

    parsed: Callable[[str, tuple[str, ...]], Members]
    put: Callable[[Members, Members, tuple[str, ...]], tuple[bytes, int]]
    cut: Callable[[Members, tuple[str, ...], int], bytes]
    is_empty: Callable[[str], bool]
    part: Callable[[Members, tuple[str, ...]], str] = as_they_stand
