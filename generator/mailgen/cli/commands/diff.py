"""`mailgen diff`: what apply would change, as a unified diff without secrets."""

from __future__ import annotations

import sys

from mailgen.cli import household_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

DIFFERS = 3
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}
_BOLD = "\x1b[1m"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    household_options.add_household_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the difference; returns 0 if there is none, else 3."""
    from mailgen import writer
    from mailgen.cli.terminal import coloured, show

    wanted = household_options.wanted(arguments)
    arguments.adopt = True  # to look at a file that is not ours changes nothing
    changes = wanted.survey(writer.read_state(wanted.state, wanted.tree), arguments)
    text = writer.unified(changes, wanted.shown, tree=wanted.tree is not None)
    paint = coloured(sys.stdout)
    for line in text.split("\n")[:-1]:
        show(line, colour=_colour(line) if paint else "")
    return DIFFERS if text else 0


def _colour(line: str) -> str:
    return _BOLD if line.startswith(("--- ", "+++ ")) else _COLOURS.get(line[:1], "")
