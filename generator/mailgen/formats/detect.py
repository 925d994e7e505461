"""Which program a file is for: by its name, what editors are told of it, its folder, or what stands in it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailgen.formats.base import Format

#: Lines in which people tell their editor what a file is; vim looks at the first and the last five.
_MODELINE = re.compile(
    r"(?:^|\s)(?:vim?|ex):.*?\b(?:filetype|ft|syntax|syn)=(\w+)|-\*-\s*(?:.*?\bmode:\s*)?(\w+)\s*(?:;.*)?-\*-"
)
_MOST_LINES = 2000
#: One line in so many must begin like those of a format, for a file to be told by what stands in it; in a
#: format whose statements go over several lines, one of those that are not indented.
_FEW = 4
_FEWEST = 8
#: One line in so many must be wrong to its program for a file that only looks like its own to be another's.
_FEWEST_WRONG = 5
#: Endings of what is written in another language, whatever examples stand in it.
_FOREIGN = re.compile(
    r"\.(?:md|rst|org|html?|xml|nix|py|pl|rb|lua|[a-z]?sh|fish|vim|el|json|ya?ml|toml|[ch])$"
)


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
    """Return the target in whose format the most lines begin, or None if hardly any line does.

    Nor is a script for a shell anybody's, though it has words such as `set` and `source`.
    """
    counts = [_spoken(text, format) for format in _each(formats.values())]
    known = [(count, target) for count, target in counts if target in formats]
    return max(known, key=lambda one: one[0], default=(0, None))[1]


def _spoken(text: str, format: Format) -> tuple[int, str]:
    """Return how many lines begin like those of a format, and whose file it then is; (0, "") for too few."""
    lines = _lines(text)
    count, target = format.whose(lines)
    beginnings = [line for line in lines if line.strip() and line.lstrip()[0] != "#"]
    if format.goes_on:
        beginnings = [line for line in beginnings if line[0] not in " \t"]
    if text.startswith("#!") or count * (_FEWEST if format.goes_on else _FEW) < len(beginnings):
        return 0, ""
    return count, target


def whose(path: str, text: str, formats: Mapping[str, Format]) -> str | None:
    """Return the target whose file this is, or None if nobody knows it.

    A program's own name for it comes first. In a folder of a program lies a file of that program if there
    is nothing in it but what this program reads: people keep scripts and notes there as well.
    """
    if named := by_name(path, formats):
        return named
    if _FOREIGN.search(path.lower()):
        return None
    told = _told(text, formats)
    path = path.replace("\\", "/")
    for format in _each(formats.values()):
        for target, pattern in format.folders.items():
            if target not in formats or not pattern.search(path):
                continue
            agrees = formats.get(told) is format if told else _spoken(text, format)[0]
            if agrees or _says_nothing(text):
                return target
    if told:
        return told
    found = by_content(text, formats)
    return found if found and _understood(text, found, formats[found]) else None


def _understood(text: str, target: str, format: Format) -> bool:
    """Say whether a file is of those that a format's reader reads: its program would take most of the lines.

    Words such as `set`, `account` and `host` begin lines of many programs' files. A format that nobody reads
    is told by lines that are its own.
    """
    if not format.is_read:
        return True
    reading = format.read(text, target)
    unread = sum(max(one.mark.last_line, one.mark.line) - one.mark.line + 1 for one in reading.unread)
    refused = sum(one.rule == "program-refuses" for one in format.problems(reading))
    beginnings = [line for line in _lines(text) if line.strip() and line.lstrip()[0] != "#"]
    return bool(reading.statements) and (unread + refused) * _FEWEST_WRONG < len(beginnings)


def _told(text: str, formats: Mapping[str, Format]) -> str:
    """Return the target whose files an editor is told this is one of, or ""."""
    lines = text.split("\n")
    for line in lines[:5] + lines[5:][-5:]:
        found = _MODELINE.search(line[:500])
        name = (found[1] or found[2]).lower() if found else ""
        for format in _each(formats.values()):
            if (target := format.filetypes.get(name)) and target in formats:
                return target
    return ""


def _lines(text: str) -> list[str]:
    return [line[:200] for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]]


def _says_nothing(text: str) -> bool:
    return not text.startswith("#!") and all(line.lstrip()[:1] in ("", "#") for line in _lines(text))


def _each(formats: Iterable[Format]) -> list[Format]:
    """Return each format once: several targets may share one."""
    return list({id(format): format for format in formats}.values())
