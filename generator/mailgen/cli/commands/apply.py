"""`mailgen apply`: all accounts of the accounts file into all their clients, below the home directory."""

from __future__ import annotations

import sys

from mailgen.cli import household_options
from mailgen.cli.report import report_changes
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.cli.household_options import Wanted
    from mailgen.writer.changes import FileChange
    from mailgen.writer.state import State


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    from mailgen.cli.parser import add_language

    household_options.add_household_options(parser)
    household_options.add_versions(parser)
    add = parser.add_argument
    add("--adopt", action="store_true", help="take over files that mailgen did not make; a copy is kept")
    add("-n", "--dry-run", action="store_true", help="only say what would be done")
    add(
        "--format",
        choices=("files", "tar"),
        default="files",
        help="tar: print the tree as a tar archive, and write nothing",
    )
    add("--json", action="store_true", help="print what was done as JSON")
    add("-v", "--verbose", action="store_true", help="name unchanged files and repeat all notes")
    add("-q", "--quiet", action="store_true", help="no hints and notes; warnings stay")
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write what has changed; returns the exit status."""
    if arguments.format == "tar":
        return _tar(household_options.wanted(arguments), arguments)
    from mailgen import writer
    from mailgen.cli.last_run import keep_for_next_run, made_of

    known = made_of(arguments)
    last = None if arguments.verbose else known
    wanted = household_options.wanted(arguments, last=last)
    if arguments.dry_run:
        wanted, changes = _surveyed(wanted, writer.read_state(wanted.state, wanted.tree), arguments)
        wanted.check(changes)
    else:
        with household_options.stoppable(), writer.locked(wanted.state, tree=wanted.tree) as state:
            wanted, changes = _surveyed(wanted, state, arguments)
            wanted.check(changes)
            wanted.commit(changes, state)
            keep_for_next_run(wanted, known if wanted.kept or known == made_of(arguments) else None)
    report_changes(wanted, changes, arguments)
    return 0


def _surveyed(
    wanted: Wanted, state: State, arguments: argparse.Namespace
) -> tuple[Wanted, tuple[FileChange, ...]]:
    """Return what would change; the plan of the last run will do only if nothing on the disk would."""
    changes = wanted.survey(state, arguments)
    if wanted.kept and any(change.on_disk for change in changes):
        wanted = household_options.wanted(arguments)
        changes = wanted.survey(state, arguments)
    return wanted, changes


def _tar(wanted: Wanted, arguments: argparse.Namespace) -> int:
    assert wanted.plan is not None
    if arguments.output is not None or arguments.dry_run or arguments.json:
        raise UsageError(
            "--format tar prints an archive and nothing else",
            "--format tar",
            "leave -o, --dry-run and --json out",
        )
    if sys.stdout.isatty():
        raise UsageError(
            "an archive does not belong on a terminal",
            "--format tar",
            "send it on: ... --format tar | tar -t",
        )
    secret = next((file for file in wanted.plan.files if file.holds_secret), None)
    if secret is not None:
        raise MailgenError(
            Text("{path} would hold a secret, which does not belong on standard output", path=secret.path),
            "--format tar",
            "write the files with -o DIR, or use another credential than literal",
        )
    from mailgen.cli.household_notes import tell_household
    from mailgen.writer.archive import tar, unpacked

    wanted.check(unpacked(wanted.plan.files))
    tell_household(wanted.plan, None, arguments)
    tar(wanted.plan.files, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return 0
