"""One account of one file, on its way to the accounts file."""

from __future__ import annotations

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.statements import FoundAccount


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """One account of one file."""

    path: str
    account: FoundAccount
    version: str | None
