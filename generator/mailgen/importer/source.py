"""One account of one file, on its way to the accounts file."""

from __future__ import annotations

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.statements import FoundAccount


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """One account of one file.

    `version` is that of the client, where it may have to be said; `settled` that the words of the file are
    those of this version, so that it is said in any case.
    """

    path: str
    account: FoundAccount
    version: str | None
    settled: bool = False
