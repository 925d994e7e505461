"""Floor 2: files to a home directory, or a tree, or an archive; and back.

What the doors call, in the order in which they call it:

    with locked(state_folder) as state:
        changes = survey(home, files, state, adopt=False)
        print(unified(changes))
        commit(home, changes, state)

To look only, `read_state(state_folder)` needs no lock and writes nothing. Who looks at many homes, of which
most are as they shall be, asks `settled_state` and `is_done` first.
"""

from __future__ import annotations

from .changes import Entry, FileChange
from .comparison import remove_all, survey
from .done import is_done
from .state import State, locked, read_state, settled_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .diff import unified
    from .transaction import commit, staged

__all__ = [
    "Entry", "FileChange", "State",
    "commit", "is_done", "locked", "read_state", "remove_all", "settled_state", "staged", "survey", "unified",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what writes, and what shows differences, when it is asked for: most runs have none."""
    if name == "unified":
        from .diff import unified

        return unified
    if name in ("commit", "staged"):
        from . import transaction

        return getattr(transaction, name)
    raise AttributeError(name)
