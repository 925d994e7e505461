"""Whether changes leave anything to do: what the record is to say after them, and what it says now.

Apart from `transaction`, for who only looks does without what writes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .changes import Entry, FileChange
    from .state import State


def is_done(root: str, changes: Sequence[FileChange], state: State) -> bool:
    """Say whether a commit of these changes would write nothing, the record included."""
    return not any(change.on_disk for change in changes) and not state.differs(
        root, *record_after(root, changes, state)
    )


def record_after(
    root: str, changes: Sequence[FileChange], state: State
) -> tuple[dict[str, Entry], tuple[str, ...]]:
    """Return what the record is to say of a root after these changes: its files and folders."""
    entries = state.entries(root)
    known = state.folders(root)
    for change in changes:
        if change.entry and change.entry.created and change.thing == "folder" and not change.file:
            known = (*known, change.path)  # it goes as soon as it is empty, if not in this run
        entries.pop(change.path, None)
        if change.becomes:
            entries[change.path] = change.becomes
    return entries, known
