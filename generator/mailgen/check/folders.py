"""The special folders that a server has, beside those that the configuration will name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailgen.core.text import Listed, Option, Text
from mailgen.core.values import EMPTY, dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailgen.check.imap import ServerFolder


@dataclass(frozen=True, slots=True)
class FolderReport:
    """Folders by role as the server tells them, and where the configuration says another name.

    `differ` has for a role the name here and the name that was expected; `mends` says so, and what to write.
    """

    found: Mapping[str, str] = EMPTY
    differ: Mapping[str, tuple[str | None, str]] = EMPTY
    mends: tuple[str, ...] = ()


def compared(folders: Iterable[ServerFolder], expected: Mapping[str, str]) -> FolderReport:
    """Compare the folders of a server with the names that are expected, by role.

    A role that several folders have is told as a doubt. Of folders without a role only those that are
    expected are looked for.
    """
    known = tuple(folders)
    names = {one.name for one in known}
    by_role: dict[str, list[str]] = {}
    for one in known:
        if one.role:
            by_role.setdefault(one.role, []).append(one.name)
    found = {role: listed[0] for role, listed in by_role.items()}
    differ: dict[str, tuple[str | None, str]] = {}
    mends: list[str] = []
    for role, listed in by_role.items():
        if len(listed) > 1:
            told = Text(
                "{number} folders have the role {role}: {names}",
                number=len(listed),
                role=role,
                names=Listed(", ", listed),
            )
            mends.append(told)
    for role, name in expected.items():
        here = found.get(role)
        if here == name or (here is None and name in names) or name in by_role.get(role, ()):
            continue
        differ[role] = (here, name)
        if here is None:
            told = Text("there is no folder {name} for {role} here", name=name, role=role)
        else:
            told = Text(
                "here {role} is {here}, not {name}: use {option}",
                role=role,
                here=here,
                name=name,
                option=Option(f"folders.{role}", here),
            )
        mends.append(told)
    return FolderReport(found, differ, tuple(mends))
