"""`mailgen diff`: what apply would change, as a unified diff without secrets."""

from __future__ import annotations

from mailgen.cli import household_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mailgen.writer.changes import FileChange

DIFFERS = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    from mailgen.cli.parser import add_colour, add_language

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
    from mailgen.cli.last_run import made_of
    from mailgen.cli.report import as_data, said_of
    from mailgen.cli.terminal import language, show, show_data
    from mailgen.cli.wording import worded

    wanted = household_options.wanted(arguments, last=made_of(arguments))
    arguments.adopt = True  # to look at a file that is not ours changes nothing
    changes = wanted.survey(writer.read_state(wanted.state, wanted.tree), arguments)
    tree = wanted.tree is not None
    if arguments.ids:
        changes = _about(arguments.ids, changes)
    differing = [one for one in changes if one.on_disk and writer.unified([one], tree=tree)]
    if arguments.quiet:
        pass
    elif arguments.json:
        show_data([as_data(wanted, one) for one in differing])
    elif arguments.stat:
        for one in differing:
            show(said_of(one, wanted.shown, False, language(arguments.lang)))
    elif differing:
        from mailgen.cli.differences import show_lines, tell_differing

        lang = language(arguments.lang)
        text = writer.unified(differing, wanted.shown, tree=tree, said=lambda text: worded(text, lang))
        show_lines(text, arguments.color, not arguments.no_pager)
        tell_differing(differing, arguments.lang)
    return DIFFERS if differing else 0


def _about(ids: Sequence[str], changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """Return the changes of files that some accounts have or had; raises UsageError for an unknown one."""
    from mailgen.cli.account_ids import require

    whose = {one: {id for part in (one.file, one.entry) if part for id in part.accounts} for one in changes}
    known = dict.fromkeys(sorted(set().union(*whose.values())))
    for id in ids:
        require(id, known, "ID")
    return tuple(one for one in changes if not whose[one].isdisjoint(ids))
