"""Settings in sections, `[section]` and `key=value` a line: files of GLib and of GTK programs. See `keys`.

A member is one setting, named `[section] key`. A section that holds one of ours is ours, but for the settings
that the program has written there by itself: they stay as long as one of ours does, whatever their order, and
go with the last. So it is with the whole file where `under` is `ini file`; with `ini sections` others may be
the user's. Keys behind a dot (`ini sections.version`) are only written together with their section: what the
program makes of them is its own affair.
"""

from __future__ import annotations

import re

from .keys_text import Form, Members, Unmergeable

_HEADER = re.compile(r"[ \t]*\[(.*)\][ \t]*\Z")
_SETTING = re.compile(r"[ \t]*([^\s#;\[=][^=]*?)[ \t]*=")
#: What `under` may begin with: how much of a file goes with the last setting of ours in it.
WHOLE, SECTIONS = "file", "sections"


def _parsed(text: str, under: tuple[str, ...]) -> Members:
    """Find all settings; what is neither a section nor a setting is left as it is. Raises Unmergeable."""
    if under[0] not in (WHOLE, SECTIONS):
        raise Unmergeable("only a file or its sections can be meant of settings in sections", 1)
    spans = tuple(
        (f"[{section}] {found[1]}", start, end)
        for section, start, end in _lines(text)
        if (found := _SETTING.match(text[start:end])) and found[1] not in under[1:]
    )
    return Members(text, spans, under)


def _lines(text: str) -> list[tuple[str, int, int]]:
    """Return each line with the section that it stands in, its header too."""
    found, section, at = [], "", 0
    for line in text.split("\n"):
        header = _HEADER.match(line.rstrip("\r"))
        section = header[1] if header else section
        end = min(at + len(line) + 1, len(text))
        found.append((section, at, end))
        at = end
    return found


def _section(name: str) -> str:
    """Return the section of a setting; a key holds no bracket, and a section may."""
    return name[1:].rpartition("] ")[0]


def _put(there: Members, wanted: Members, ours: tuple[str, ...]) -> tuple[bytes, int]:
    """Write settings in their places; new ones go behind the others of their section, or of the file."""
    if not there.text.strip():
        return wanted.text.encode(), 0
    said = {name: wanted.text[start:end].rstrip("\r\n") for name, start, end in wanted.spans}
    sections = dict.fromkeys(_section(name) for name in said)
    gone = {_section(name) for name in ours}.difference(sections)
    names = {start: name for name, start, _end in there.spans}
    kept: list[tuple[str, str]] = []
    written: set[str] = set()
    for section, start, end in _lines(there.text):
        line, name = there.text[start:end], names.get(start, "")
        if section in gone or name in written or (name in ours and name not in said):
            continue
        if name in said:
            written.add(name)
            line = line if line.rstrip("\r\n") == said[name] else said[name] + "\n"
        kept.append((section, line))
    new = []
    for section in sections:
        more = [line for name, line in said.items() if _section(name) == section and name not in written]
        last = max((at for at, (own, line) in enumerate(kept) if own == section and line.strip()), default=-1)
        if last < 0:
            lines = (wanted.text[start:end] for own, start, end in _lines(wanted.text) if own == section)
            new.append("".join(lines).strip("\n") + "\n")
        elif more:
            kept[last] = (section, kept[last][1].rstrip("\r\n") + "\n")
            kept[last + 1 : last + 1] = [(section, f"{line}\n") for line in more]
    text = "".join(line for _own, line in kept)
    joint = "" if not new or not text else "\n" if text.endswith("\n") else "\n\n"
    return (text + joint + "\n".join(new)).encode(), len(joint)


def _cut(there: Members, ours: tuple[str, ...], added: int) -> bytes:
    """Take out the sections that hold settings of ours, or all of a file that does."""
    held = {_section(name) for name, _start, _end in there.spans if name in ours}
    if held and there.under[0] == WHOLE:
        return b""
    lines = _lines(there.text)
    rest = "".join(there.text[start:end] for section, start, end in lines if section not in held)
    if held and lines[-1][0] in held:
        breaks = len(rest) - len(rest.rstrip("\n"))
        rest = rest[: len(rest) - min(breaks, added)]
    return rest.encode()


def _part(found: Members, ours: tuple[str, ...]) -> str:
    """Return what is said of our settings, in an order of its own: the program writes them in another."""
    lines = sorted((name, found.text[start:end].strip()) for name, start, end in found.spans if name in ours)
    return "\n".join(f"{name}\t{line}" for name, line in lines)


def _is_empty(text: str) -> bool:
    """Say whether nothing is left in a file but remarks."""
    return all(line.strip()[:1] in ("", "#") for line in text.split("\n"))


INI = Form(_parsed, _put, _cut, _is_empty, _part)
