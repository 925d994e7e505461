"""Ids of accounts, as they are given on the command line."""

from __future__ import annotations

from mailgen.core.errors import UsageError
from mailgen.core.text import Listed, Text
from mailgen.resolve.address import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def require(id: str, there: dict[str, Any], path: str) -> None:
    """Raise UsageError, with the nearest id, if an account is not there."""
    import difflib

    if id in there:
        return
    near = difflib.get_close_matches(id, there, 1)
    if near:
        mend: str = Text("did you mean '{near}'?", near=near[0])
    else:
        mend = (
            Text("the accounts are {names}", names=Listed(", ", there))
            if there
            else "there are no accounts in this file"
        )
    raise UsageError(Text("there is no account {id}", id=shown(id)), path, mend)
