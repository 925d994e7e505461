"""Floor 2: files to a home directory, or a tree, or an archive; and back.

What the doors call, in the order in which they call it:

    with locked(state_folder) as state:
        changes = survey(home, files, state, adopt=False)
        print(unified(changes))
        commit(home, changes, state)

To look only, `read_state(state_folder)` needs no lock and writes nothing.
"""

from __future__ import annotations

from .changes import Entry, FileChange
from .comparison import remove_all, survey
from .diff import unified
from .state import State, locked, read_state
from .transaction import commit, staged

__all__ = [
    "Entry", "FileChange", "State",
    "commit", "locked", "read_state", "remove_all", "staged", "survey", "unified",
]  # fmt: skip
