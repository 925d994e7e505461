"""What an import could not take over: never silently, and never with a secret in it."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.core.values import dataclass, replace
from mailgen.formats.base import ABOUT_THE_PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.formats.base import Format
    from mailgen.formats.statements import Reading, Statement


@dataclass(frozen=True, slots=True)
class Loss:
    """A setting that has no place in an accounts file: where it stood, its name, why, and what to do.

    `about_program` says that it tells how the program looks or behaves, and nothing of an account.
    """

    path: str
    lines: tuple[int, ...]
    name: str
    why: str
    mend: str
    about_program: bool = False

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
        yield Loss(place, lines, name, why, mend, why == ABOUT_THE_PROGRAM)
    refused = [one for one in format.problems(reading) if one.rule == "program-refuses"]
    for problem in refused:
        yield Loss(path, (problem.mark.line,), Text("refused"), problem.what, problem.mend)
    for unread in reading.unread:
        if unread.mark.line in {one.mark.line for one in refused}:
            continue
        yield Loss(path, (unread.mark.line,), Text("unreadable"), unread.why, Text("look at this line"))


def united(losses: Iterable[Loss]) -> list[Loss]:
    """Return the losses, the same one of several accounts and lines once."""
    once: dict[tuple[str, str, str], Loss] = {}
    for one in losses:
        key = (one.path, one.name, one.why)
        lines = (*once[key].lines, *one.lines) if key in once else one.lines
        once[key] = replace(one, lines=tuple(sorted(set(lines))))
    return list(once.values())


#: So many names of settings are told of those about the program.
_TOLD = 4


def summed(losses: Iterable[Loss]) -> list[Loss]:
    """Return the losses, with one for each file that sums up all that is about the program."""
    told, by_path = [], dict[str, list[Loss]]()
    for one in losses:
        if one.about_program:
            by_path.setdefault(one.path, []).append(one)
        else:
            told.append(one)
    for path, all in by_path.items():
        lines = tuple(line for one in all for line in one.lines)
        names = list(dict.fromkeys(one.name for one in all))
        if len(lines) == 1:
            told += all
            continue
        name = Text(
            "{count} settings ({names})",
            count=len(lines),
            names=", ".join(names[:_TOLD]) + (", ..." if len(names) > _TOLD else ""),
        )
        mend = Text("keep them in a file of your own; -v tells each")
        told.append(Loss(path, lines, name, ABOUT_PROGRAM, mend, True))
    return told


ABOUT_PROGRAM = Text("they are about the program and not about an account")
