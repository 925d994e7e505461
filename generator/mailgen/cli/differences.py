"""What would change on the disk, as people read it: lines in colour, and how many files there are."""

from __future__ import annotations

import sys
from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.writer.changes import FileChange

_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}
_BOLD, _OFF = "\x1b[1m", "\x1b[0m"
#: Kinds of change -> how many there are, in the order in which they are told.
_COUNTED = {
    "create": {"en": "new", "zh": "新建"},
    "adopt": {"en": "yours, to be taken over with --adopt", "zh": "属于您，需用 --adopt 接管"},
    "update": {"en": "changed", "zh": "更改"},
    "remove": {"en": "gone", "zh": "移除"},
}


def show_lines(text: str, colour: str = "auto", pages: bool = True) -> None:
    """Print a unified diff, in colour as --color says; through a pager if `pages` and it does not fit."""
    from mailgen.cli.terminal import coloured, paged, show

    paint = coloured(sys.stdout, colour)
    lines = text.split("\n")[:-1]
    if pages and (pager := paged(len(lines), sys.stdout)):
        pager("".join(f"{_colour(line)}{line}{_OFF}\n" if paint else f"{line}\n" for line in lines))
        return
    for line in lines:
        show(line, colour=_colour(line) if paint else "")


def _colour(line: str) -> str:
    return _BOLD if line.startswith(("--- ", "+++ ")) else _COLOURS.get(line[:1], "")


def tell_differing(changes: Sequence[FileChange], wanted: str | None) -> None:
    """Print to stderr how many files differ, and how, in the `wanted` language."""
    from mailgen.cli.terminal import language, say

    lang = language(wanted)
    counts: Counter[str] = Counter(one.kind for one in changes)
    parts = [f"{counts[kind]} {names[lang]}" for kind, names in _COUNTED.items() if counts[kind]]
    files = {
        "en": f"{len(changes)} file{'s' * (len(changes) > 1)} would change",
        "zh": f"将改动 {len(changes)} 个文件",
    }
    joint = {"en": ", ", "zh": "，"}[lang]
    colon = {"en": ": ", "zh": "："}[lang]
    say(files[lang] + colon + joint.join(parts))
