"""`mailgen remove`: take away what mailgen has written, for some accounts or for all."""

from __future__ import annotations

from mailgen.cli import household_options
from mailgen.cli.household_options import Wanted
from mailgen.cli.parser import add_language
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.writer.state import State


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument("ids", metavar="ID", nargs="*", help="an account's id")
    parser.add_argument("--all", action="store_true", help="everything that mailgen has written")
    household_options.add_household_options(parser)
    parser.add_argument(
        "--adopt",
        action="store_true",
        help="take away also what somebody has changed since; a copy is kept",
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="no hints and notes; warnings stay")
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Take it away; returns the exit status."""
    if bool(arguments.ids) == arguments.all:
        raise UsageError(
            "name accounts, or say --all", "mailgen remove", "'mailgen accounts list' lists them"
        )
    from mailgen import writer
    from mailgen.accounts.last_plan import forget_plan
    from mailgen.cli.report import report_changes

    if arguments.all:
        wanted = Wanted(None, *household_options.home_and_record(arguments))
    else:
        wanted = household_options.wanted(arguments, arguments.ids)
    if arguments.dry_run:
        state = writer.read_state(wanted.state, wanted.tree)
        _refuse_strangers(arguments.ids, state, wanted)
        changes = wanted.survey(state, arguments)
    else:
        with household_options.stoppable(), writer.locked(wanted.state, tree=wanted.tree) as state:
            _refuse_strangers(arguments.ids, state, wanted)
            changes = wanted.survey(state, arguments)
            wanted.commit(changes, state)
        forget_plan()
    report_changes(Wanted(None, wanted.home, wanted.state, wanted.shown_home), changes, arguments)
    if wanted.left_out and not arguments.dry_run and not arguments.quiet:
        from mailgen.cli.terminal import say

        say(
            Text(
                "the next apply writes it again while it stands in the accounts file; "
                "to keep it away: mailgen accounts rm {names}",
                names=" ".join(wanted.left_out),
            )
        )
    return 0


def _refuse_strangers(ids: list[str], state: State, wanted: Wanted) -> None:
    """Raise MailgenError for an id that nothing was written for."""
    written = {id for entry in state.entries(wanted.home).values() for id in entry.accounts}
    for id in ids:
        if id not in written:
            known = ", ".join(sorted(written)) or "none"
            raise MailgenError(
                Text("nothing was written for an account {id}", id=id),
                "ID",
                Text("these have files: {known}", known=known),
            )
