"""What is said of changes on the disk."""

from __future__ import annotations

from mailgen.cli.terminal import language, show, show_data
from mailgen.cli.wording import worded
from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from mailgen.cli.household_options import Wanted
    from mailgen.writer.changes import FileChange


#: Kind of change -> what was done, and what would be.
DONE = {
    "create": ("created {path}", "would create {path}"),
    "update": ("updated {path}", "would update {path}"),
    "adopt": ("took over {path}", "would take over {path}"),
    "remove": ("removed {path}", "would remove {path}"),
    "unchanged": ("unchanged {path}", "unchanged {path}"),
    "private": ("made private {path}", "would make private {path}"),
    "part": ("removed mailgen's part from {path}", "would remove mailgen's part from {path}"),
}


def report_changes(wanted: Wanted, changes: Sequence[FileChange], arguments: argparse.Namespace) -> None:
    """Print what was done to stdout, and what the user should know of it to stderr."""
    done = not getattr(arguments, "dry_run", False)
    if getattr(arguments, "json", False):
        show_data([as_data(wanted, change) for change in changes])
    else:
        _print(wanted, changes, arguments, done)
    if wanted.plan is not None and not wanted.kept:
        from mailgen.cli.household_notes import tell_household

        tell_household(wanted.plan, changes, arguments)
    removed = [change for change in changes if change.kind == "remove"]
    if removed and not getattr(arguments, "quiet", False):
        from mailgen.cli.household_notes import tell_removed

        tell_removed(removed, wanted.shown, arguments)


def _print(wanted: Wanted, changes: Sequence[FileChange], arguments: argparse.Namespace, done: bool) -> None:
    lang = language(getattr(arguments, "lang", None))
    verbose = getattr(arguments, "verbose", False)
    shown = [change for change in changes if change.kind != "unchanged" or change.on_disk or verbose]
    for change in shown:
        show(said_of(change, wanted.shown, done, lang))
    rest = len(changes) - len(shown)
    if rest and not verbose:
        one = "1 file is as it should be"
        show(worded(one if rest == 1 else Text("{number} files are as they should be", number=rest), lang))
    elif not changes:
        show(worded("there is nothing to do", lang))


def said_of(change: FileChange, shown: Callable[[str], str], done: bool, lang: str) -> str:
    """Return what was or would be done; of a file with the user's own lines only our part goes."""
    kind: str = change.kind
    if kind == "update" and change.before == change.after and not change.regrouped:
        kind = "private"
    if kind == "remove" and change.after is not None:
        kind = "part"
    text = Text(DONE[kind][not done], path=shown(change.path))
    former = change.entry.backup if change.entry and kind == "remove" else None
    if change.backup:
        text = Text("{done} (a copy is at {copy})", done=text, copy=shown(change.backup))
    elif former:
        text = Text("{done} (what was there before is at {copy})", done=text, copy=shown(former))
    return worded(text, lang)


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
