"""Something the user should know."""

from __future__ import annotations

from mailgen.core.values import EMPTY, dataclass

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without importing typing at every start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    Severity = Literal["note", "warning", "refusal"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the user should know: how grave, a stable `code`, what, where, and how to mend it.

    `passed_over` is the protocol that was not taken because of it, if there is one; `translations`
    of `what`, where the dataset has them.
    """

    severity: Severity
    code: str
    what: str
    where: str
    mend: str
    passed_over: str | None = None
    translations: Mapping[str, str] = EMPTY
