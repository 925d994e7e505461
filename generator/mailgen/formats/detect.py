"""Which program a file is for: by its name, else by what stands in it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailgen.formats.base import Format


def by_name(path: str, formats: Mapping[str, Format]) -> str | None:
    """Return the target whose files are called so, or None; `formats` has how each target's are read.

    >>> from mailgen.formats import read_as
    >>> formats = {"msmtp": read_as("msmtp")}
    >>> by_name("/home/ada/.config/msmtp/config", formats), by_name("notes.txt", formats)
    ('msmtp', None)
    """
    path = path.replace("\\", "/")
    found = (
        target
        for format in _each(formats.values())
        for target, pattern in format.names.items()
        if target in formats and pattern.search(path)
    )
    return next(found, None)


def by_content(text: str, formats: Mapping[str, Format]) -> str | None:
    """Return the target in whose format the most lines begin, or None if none does."""
    lines = [line[:200] for line in text.split("\n", 2000)[:2000]]
    counts = [format.whose(lines) for format in _each(formats.values())]
    known = [(count, target) for count, target in counts if target in formats]
    return max(known, key=lambda one: one[0], default=(0, None))[1]


def _each(formats: Iterable[Format]) -> list[Format]:
    """Return each format once: several targets may share one."""
    return list({id(format): format for format in formats}.values())
