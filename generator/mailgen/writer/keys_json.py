"""Members of an object in JSON (RFC 8259). See `keys`."""

from __future__ import annotations

import json
import re

from .keys_text import Form, Members, Unmergeable, line_at

_SPACE = re.compile(r"[ \t\r\n]*")
_READ = json.JSONDecoder()


def _parsed(text: str, under: tuple[str, ...]) -> Members:
    """Find the members of an object; a file without it, an empty one too, has none. Raises Unmergeable."""
    if not text.strip():
        return Members(text, (), under)
    try:
        json.loads(text)
    except ValueError as error:
        raise Unmergeable("this is no JSON", getattr(error, "lineno", 1)) from None
    start = _blank(text, 0)
    for name in under:
        found = {key: (begin, value) for key, begin, value, _end in _members(text, start)}
        if name not in found:
            return Members(text, (), under)
        start = found[name][1]
    spans = tuple((key, begin, end) for key, begin, _value, end in _members(text, start))
    return Members(text, spans, under, (start, _READ.raw_decode(text, start)[1]))


def _put(there: Members, wanted: Members, ours: tuple[str, ...]) -> tuple[bytes, int]:
    """Put members in place of those of the same names, or behind the last one."""
    if not there.text.strip():
        return wanted.text.encode(), 0
    bodies = {name: wanted.text[start:end] for name, start, end in wanted.spans}
    if {name for name, _start, _end in there.spans if name in ours} == bodies.keys():
        text = there.text
        for name, start, end in reversed(there.spans):
            text = text[:start] + bodies[name] + text[end:] if name in bodies else text
        return text.encode(), 0
    there = _parsed(_cut(there, ours, 0).decode(), there.under)
    if there.table is not None:
        depth = "  " * (len(there.under) + 1)
        ends = [end for _name, _start, end in there.spans]
        return _behind(there.text, ends, there.table[0], f",\n{depth}".join(bodies.values()), depth), 0
    start = _blank(there.text, 0)
    [(_name, begin, _value, end)] = _members(wanted.text, _blank(wanted.text, 0))
    ends = [end for _name, _start, _value, end in _members(there.text, start)]
    return _behind(there.text, ends, start, wanted.text[begin:end], "  "), 0


def _cut(there: Members, ours: tuple[str, ...], added: int) -> bytes:
    """Take members out, each with one comma; an object that is left empty stays, as {}."""
    text = there.text
    spans = list(there.spans)
    for number in reversed(range(len(spans))):
        name, start, end = spans[number]
        if name not in ours:
            continue
        if number:
            start = spans[number - 1][2]  # with the comma before it
        elif number + 1 < len(spans):
            end = spans[1][1]
        elif there.table:
            start, end = there.table[0] + 1, text.index("}", end)
        shift = end - start
        text = text[:start] + text[end:]
        spans[number + 1 :] = [
            (other, begin - shift, stop - shift) for other, begin, stop in spans[number + 1 :]
        ]
        del spans[number]
    return text.encode()


def _behind(text: str, ends: list[int], start: int, body: str, depth: str) -> bytes:
    """Put members behind the last one of the object that starts there."""
    if ends:
        return (text[: ends[-1]] + f",\n{depth}{body}" + text[ends[-1] :]).encode()
    close = text.index("}", start)
    return (text[: start + 1] + f"\n{depth}{body}\n{depth[2:]}" + text[close:]).encode()


def _members(text: str, start: int) -> list[tuple[str, int, int, int]]:
    """Return name, start, start of the value and end of each member of the object that starts there."""
    if text[start : start + 1] != "{":
        raise Unmergeable("this is no object", line_at(text, start))
    found = []
    at = _blank(text, start + 1)
    while text[at] != "}":
        name, end = _READ.raw_decode(text, at)
        value = _blank(text, _blank(text, end) + 1)
        _value, stop = _READ.raw_decode(text, value)
        found.append((name, at, value, stop))
        at = _blank(text, stop)
        if text[at] == ",":
            at = _blank(text, at + 1)
    return found


def _blank(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _is_empty(text: str) -> bool:
    """Say whether there is nothing in a file but objects without members."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return False
    while isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return bool(value == {})


JSON = Form(_parsed, _put, _cut, _is_empty)
