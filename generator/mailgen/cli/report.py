"""What is said of changes on the disk."""

from __future__ import annotations

from mailgen.cli.terminal import show, show_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mailgen.cli.household_options import Wanted
    from mailgen.writer.changes import FileChange


#: Kind of change -> what was done, and what would be.
DONE = {
    "create": ("created", "would create"),
    "update": ("updated", "would update"),
    "adopt": ("took over", "would take over"),
    "remove": ("removed", "would remove"),
    "unchanged": ("unchanged", "unchanged"),
}


def report_changes(wanted: Wanted, changes: Sequence[FileChange], arguments: argparse.Namespace) -> None:
    """Print what was done to stdout, and what the user should know of it to stderr."""
    done = not getattr(arguments, "dry_run", False)
    if getattr(arguments, "json", False):
        show_data([as_data(wanted, change) for change in changes])
    else:
        verbose = getattr(arguments, "verbose", False)
        shown = [change for change in changes if change.kind != "unchanged" or change.on_disk or verbose]
        for change in shown:
            gone = change.kind == "remove" and change.after is None
            former = change.entry.backup if change.entry and gone else None
            copy = f" (a copy is at {wanted.shown(change.backup)})" if change.backup else ""
            if former and not change.backup:
                copy = f" (what was there before is at {wanted.shown(former)})"
            show(f"{_doing(change, done)} {wanted.shown(change.path)}{copy}")
        rest = len(changes) - len(shown)
        if rest and not verbose:
            files = f"{rest} file{'s' * (rest > 1)}"
            show(f"{files} {'are' if rest > 1 else 'is'} as {'they' if rest > 1 else 'it'} should be")
        elif not changes:
            show("there is nothing to do")
    if wanted.plan is not None:
        from mailgen.cli.household_notes import tell_household

        tell_household(wanted.plan, changes, arguments)
    removed = [change for change in changes if change.kind == "remove"]
    if removed and not getattr(arguments, "quiet", False):
        from mailgen.cli.household_notes import tell_removed

        tell_removed(removed, wanted.shown, arguments)


def _doing(change: FileChange, done: bool) -> str:
    """Return what was or would be done; of a file with the user's own lines only our part goes."""
    if change.kind == "update" and change.before == change.after and not change.regrouped:
        return ("made private", "would make private")[not done]
    part = " mailgen's part from" if change.kind == "remove" and change.after is not None else ""
    return DONE[change.kind][not done] + part


def as_data(wanted: Wanted, change: FileChange) -> dict[str, object]:
    """Return a change as JSON has it."""
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
