"""What mailgen will not write for, and why: programs that people ask for, and what to take instead."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mailgen import paths
from mailgen.core.text import Text, Translated
from mailgen.core.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = Path(__file__).with_name("not_built.yaml")


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A program or format without a target: its names, the reason, and the targets that do its work."""

    names: tuple[str, ...]
    why: Translated
    instead: tuple[str, ...]


def not_built() -> Sequence[NotBuilt]:
    """Return all that have a reason, as the file has them."""
    import yaml

    rows = yaml.safe_load(paths.text_of_ours(str(FILE)))
    return [NotBuilt(tuple(row["names"]), Translated(row["why"]), tuple(row["instead"])) for row in rows]


def why_not(name: str) -> NotBuilt | None:
    """Return what is known of a name, in whatever case and with any marks in it; None if that is nothing.

    >>> why_not("outlook-prf").names[0]
    'Outlook PRF'
    """
    wanted = _bare(name)
    return next((one for one in not_built() if wanted in map(_bare, one.names)), None)


def who_says_why(name: str) -> Text | None:
    """Return who tells why there is no target of this name, as an error's mend; None if nothing is known."""
    one = why_not(name)
    if one is None:
        return None
    return Text(
        "'mailgen targets --why-not {name}' says why it is not built, and what to take instead",
        name=shlex.quote(one.names[0]),
    )


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
