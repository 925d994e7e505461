"""`mailgen apply`: all accounts of the accounts file into all their clients, below the home directory."""

from __future__ import annotations

import sys

from mailgen.commands import household_options
from mailgen.errors import MailgenError, UsageError
from mailgen.parser import add_language
from mailgen.terminal import show, show_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mailgen.changes import Change
    from mailgen.commands.household_options import Wanted

#: Kind of change -> what was done, and what would be.
DONE = {
    "create": ("created", "would create"),
    "update": ("updated", "would update"),
    "adopt": ("took over", "would take over"),
    "remove": ("removed", "would remove"),
    "unchanged": ("unchanged", "unchanged"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    household_options.configure(parser)
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
    wanted = household_options.wanted(arguments)
    if arguments.format == "tar":
        return _tar(wanted, arguments)
    from mailgen import writer

    if arguments.dry_run:
        changes = wanted.survey(writer.read_state(wanted.state), arguments)
    else:
        with household_options.stoppable(), writer.locked(wanted.state) as state:
            changes = wanted.survey(state, arguments)
            wanted.commit(changes, state)
    report(wanted, changes, arguments)
    return 0


def report(wanted: Wanted, changes: Sequence[Change], arguments: argparse.Namespace) -> None:
    """Print what was done to stdout, and what the user should know of it to stderr."""
    done = not getattr(arguments, "dry_run", False)
    if getattr(arguments, "json", False):
        show_data([_as_data(wanted, change) for change in changes])
    else:
        verbose = getattr(arguments, "verbose", False)
        shown = [change for change in changes if change.kind != "unchanged" or change.on_disk or verbose]
        for change in shown:
            copy = f" (a copy is at {wanted.shown(change.backup)})" if change.backup else ""
            show(f"{_doing(change, done)} {wanted.shown(change.path)}{copy}")
        rest = len(changes) - len(shown)
        if rest and not verbose:
            files = f"{rest} file{'s' * (rest > 1)}"
            show(f"{files} {'are' if rest > 1 else 'is'} as {'they' if rest > 1 else 'it'} should be")
        elif not changes:
            show("there is nothing to do")
    if wanted.plan is not None:
        from mailgen.commands.household_notes import tell

        tell(wanted.plan, changes, arguments)


def _doing(change: Change, done: bool) -> str:
    """Return what was or would be done; of a file with the user's own lines only our part goes."""
    part = " mailgen's part from" if change.kind == "remove" and change.after is not None else ""
    return DONE[change.kind][not done] + part


def _as_data(wanted: Wanted, change: Change) -> dict[str, object]:
    part = change.file or change.entry
    return {
        "path": wanted.shown(change.path),
        "change": change.kind,
        "mode": None if change.mode is None else f"{change.mode:04o}",
        "reason": change.reason,
        "target": part.target if part else None,
        "accounts": list(part.accounts) if part else [],
        "backup": None if change.backup is None else wanted.shown(change.backup),
    }


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
            f"{secret.path} would hold a secret, which does not belong on standard output",
            "--format tar",
            "write the files with -o DIR, or use another credential than literal",
        )
    from mailgen.archive import tar
    from mailgen.commands.household_notes import tell

    tell(wanted.plan, None, arguments)
    tar(wanted.plan.files, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return 0
