"""What an import could not take over: never silently, and never with a secret in it."""

from __future__ import annotations

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.base import Format
    from mailgen.formats.statements import Reading, Statement


@dataclass(frozen=True, slots=True)
class Loss:
    """A setting that has no place in an accounts file: where it stood, its name, why, and what to do."""

    path: str
    lines: tuple[int, ...]
    name: str
    why: str
    mend: str

    @property
    def where(self) -> str:
        """Return path and lines: `msmtprc:3-5,9`."""
        return f"{self.path}:{ranges(self.lines)}"


def ranges(lines: tuple[int, ...]) -> str:
    """Write line numbers shortly.

    >>> ranges((3, 4, 5, 9))
    '3-5,9'
    """
    parts: list[list[int]] = []
    for line in sorted(set(lines)):
        if parts and line == parts[-1][1] + 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def reading_losses(path: str, reading: Reading, format: Format) -> Iterator[Loss]:
    """Yield what of a file belongs to no account, by name, and what could not be read."""
    by_name: dict[tuple[str, str], list[Statement]] = {}
    for one in reading.leftover:
        by_name.setdefault((one.path or path, format.family(one)), []).append(one)
    for (place, name), statements in by_name.items():
        lines = tuple(one.mark.line for one in statements)
        why, mend = format.why_left(name, reading.target)
        yield Loss(place, lines, name, why, mend)
    for unread in reading.unread:
        yield Loss(path, (unread.mark.line,), "unreadable", unread.why, "look at this line")
