"""How far a long run is: one line on the terminal, for whoever waits longer than two seconds.

It stands on stderr, is drawn over, and goes before anything else is said. Where stderr is no terminal, or one
that cannot draw over a line, there is none.
"""

from __future__ import annotations

import os
import sys
from time import monotonic

from mailgen.cli import terminal
from mailgen.cli.wording import worded
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

#: What is told of things that are gone through.
SENTENCES = {
    "planned": "{done} of {total} accounts are planned",
    "compared": "{done} of {total} files are compared",
    "read": "{done} of {total} files are read",
    "fetched": "{done} of {total} kB are here",
    "described": "{done} of {total} providers are described",
}
#: So many seconds nobody minds; then the line is there, and is drawn anew so often.
_PATIENCE, _BETWEEN = 2.0, 0.1


def add_progress(parser: argparse._ActionsContainer) -> None:
    """Add the option that says whether a long run shows how far it is."""
    parser.add_argument(
        "--progress",
        choices=("auto", "never"),
        default="auto",
        help="show how far it is (default: on a terminal, after two seconds)",
    )


def watch(
    wanted: str, what: str, clock: Callable[[], float] = monotonic
) -> Callable[[int], Callable[[], None]]:
    """Return what is told how many things there are; its answer is to be called after each.

    `wanted` is what --progress says, `what` one of SENTENCES. The line goes with the last of the things, or
    as soon as anything else is said.
    """
    able = os.environ.get("TERM") not in (None, "", "dumb") and terminal.columns(sys.stderr) is not None
    if wanted != "auto" or not able:
        return lambda total: _nobody_waits

    def begun(total: int) -> Callable[[], None]:
        next_time = clock() + _PATIENCE
        done = 0

        def step() -> None:
            nonlocal done, next_time
            done += 1
            if done >= total:
                terminal.take_line_away()
            elif (now := clock()) >= next_time:
                next_time = now + _BETWEEN
                _draw(worded(Text(SENTENCES[what], done=done, total=total), terminal.language()))

        return step

    return begun


def _nobody_waits() -> None:
    """Show nothing."""


def _draw(line: str) -> None:
    """Draw a line over the one before; a terminal would break one that does not fit, so it is cut."""
    width = terminal.columns(sys.stderr) or 80
    while terminal.cells(line) >= width:
        line = line[:-1]
    terminal.draw_line(line)
