"""`mailgen diff`: what apply would change, as a unified diff without secrets."""

from __future__ import annotations

import sys
from collections import Counter

from mailgen.cli import household_options
from mailgen.cli.parser import add_colour, add_language

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mailgen.writer.changes import FileChange

DIFFERS = 3
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}
_BOLD, _OFF = "\x1b[1m", "\x1b[0m"
#: Kinds of change -> how many there are, in the order in which they are told.
_COUNTED = {
    "create": {"en": "new", "zh": "新建"},
    "adopt": {"en": "yours, to be taken over with --adopt", "zh": "属于您，需用 --adopt 接管"},
    "update": {"en": "changed", "zh": "更改"},
    "remove": {"en": "gone", "zh": "移除"},
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add = parser.add_argument
    add("ids", metavar="ID", nargs="*", help="an account's id; without one, all of them")
    household_options.add_household_options(parser)
    household_options.add_versions(parser)
    add("--json", action="store_true", help="print what would be done as JSON, and no lines")
    add("--stat", action="store_true", help="only name the files, and what would be done")
    add("--no-pager", action="store_true", help="on a terminal, do not hand what is long to $PAGER (less)")
    add("-q", "--quiet", action="store_true", help="print nothing; the exit status tells")
    add_colour(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the difference; returns 0 if there is none, else 3."""
    from mailgen import writer
    from mailgen.cli.report import as_data, said_of
    from mailgen.cli.terminal import language, show, show_data

    wanted = household_options.wanted(arguments)
    arguments.adopt = True  # to look at a file that is not ours changes nothing
    changes = wanted.survey(writer.read_state(wanted.state, wanted.tree), arguments)
    tree = wanted.tree is not None
    if arguments.ids:
        changes = _about(arguments.ids, changes)
    differing = [one for one in changes if writer.unified([one], tree=tree)]
    if arguments.quiet:
        pass
    elif arguments.json:
        show_data([as_data(wanted, one) for one in differing])
    elif arguments.stat:
        for one in differing:
            show(said_of(one, wanted.shown, False, language(arguments.lang)))
    elif differing:
        _print(writer.unified(differing, wanted.shown, tree=tree), arguments)
        _tell(differing, arguments)
    return DIFFERS if differing else 0


def _about(ids: Sequence[str], changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """Return the changes of files that some accounts have or had; raises UsageError for an unknown one."""
    from mailgen.cli.account_ids import require

    whose = {one: {id for part in (one.file, one.entry) if part for id in part.accounts} for one in changes}
    known = dict.fromkeys(sorted(set().union(*whose.values())))
    for id in ids:
        require(id, known, "ID")
    return tuple(one for one in changes if not whose[one].isdisjoint(ids))


def _print(text: str, arguments: argparse.Namespace) -> None:
    """Print the lines in colour, through a pager if there is a terminal and they do not fit."""
    from mailgen.cli.terminal import coloured, paged, show

    paint = coloured(sys.stdout, arguments.color)
    lines = text.split("\n")[:-1]
    if not arguments.no_pager and (pager := paged(len(lines), sys.stdout)):
        pager("".join(f"{_colour(line)}{line}{_OFF}\n" if paint else f"{line}\n" for line in lines))
        return
    for line in lines:
        show(line, colour=_colour(line) if paint else "")


def _colour(line: str) -> str:
    return _BOLD if line.startswith(("--- ", "+++ ")) else _COLOURS.get(line[:1], "")


def _tell(changes: Sequence[FileChange], arguments: argparse.Namespace) -> None:
    """Print to stderr how many files differ, and how."""
    from mailgen.cli.terminal import language, say

    lang = language(arguments.lang)
    counts: Counter[str] = Counter(one.kind for one in changes)
    parts = [f"{counts[kind]} {names[lang]}" for kind, names in _COUNTED.items() if counts[kind]]
    files = {
        "en": f"{len(changes)} file{'s' * (len(changes) > 1)} would change",
        "zh": f"将改动 {len(changes)} 个文件",
    }
    joint = {"en": ", ", "zh": "，"}[lang]
    colon = {"en": ": ", "zh": "："}[lang]
    say(files[lang] + colon + joint.join(parts))
