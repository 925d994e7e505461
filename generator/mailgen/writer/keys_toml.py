"""Tables in TOML 1.0.0: [accounts.NAME] with all below it. See `keys`."""

from __future__ import annotations

import json
import re

from ..core.text import Text
from .keys_text import Form, Members, Unmergeable, line_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\[^\n])*"|\'[^\'\n]*\'|\#[^\n]*|[^\[\]{}"\'\#\n]+|.',
    re.DOTALL,
)
_KEY = re.compile(r"[ \t]*(\"(?:[^\"\\\n]|\\[^\n])*\"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*(\.?)")


def _parsed(text: str, under: tuple[str, ...]) -> Members:
    """Find the members of a table; raises Unmergeable for what is no TOML, or no table of tables."""
    spans: list[tuple[str, int, int]] = []
    depth = len(under)
    current: tuple[str, ...] = ()
    for start, end in _statements(text):
        said = text[start:end].strip()
        if not said or said.startswith("#"):
            continue
        begins = said.startswith("[")
        path = _path(text, start, said.lstrip("[") if begins else said)
        if begins:
            current = path
        whole = path if begins else (*current, *path)
        if whole[:depth] != under[: len(whole)]:
            continue
        if whole == under and (not begins or said.startswith("[[")):
            raise Unmergeable(
                Text("'{name}' is no table of tables there", name=".".join(under)), line_at(text, start)
            )
        if len(whole) > depth:
            in_section = not begins and current[:depth] == under and len(current) > depth
            if in_section and spans:  # a line of the table that has begun
                spans[-1] = (spans[-1][0], spans[-1][1], end)
            else:
                spans.append((whole[depth], start, end))
    return Members(text, tuple(spans), under)


def _put(there: Members, wanted: Members, ours: tuple[str, ...]) -> tuple[bytes, int]:
    """Put members in place of others, or at the end of the file."""
    body = wanted.text.strip("\n") + "\n"
    places = there.of(ours)
    for start, _end in places:
        if not there.text[start:].lstrip().startswith("["):
            raise Unmergeable(
                "a table of this name is written in another way there", line_at(there.text, start)
            )
    if not places:
        joint = "" if not there.text else "\n" if there.text.endswith("\n") else "\n\n"
        return (there.text + joint + body).encode(), len(joint)
    first = places[0][0]
    return (_without(there.text[:first], []) + body + _without(there.text, places)[first:]).encode(), 0


def _cut(there: Members, ours: tuple[str, ...], added: int) -> bytes:
    """Take members out."""
    places = there.of(ours)
    rest = _without(there.text, places)
    if places and not there.text[places[-1][1] :]:
        breaks = len(rest) - len(rest.rstrip("\n"))
        rest = rest[: len(rest) - min(breaks, added)]
    return rest.encode()


def _without(text: str, places: list[tuple[int, int]]) -> str:
    kept, last = "", 0
    for start, end in places:
        kept += text[last:start]
        last = end
    return kept + text[last:]


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends that is one for TOML: a value may go over several."""
    start = at = depth = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        said = token.group() if token else ""
        if not said or said in ('"', "'"):
            raise Unmergeable("a quote is not closed there", line_at(text, at))
        at += len(said)
        if said in "[{":
            depth += 1
        elif said in "]}":
            depth -= 1
        elif said == "\n" and depth <= 0:
            yield start, at
            start, depth = at, 0
    if depth > 0:
        raise Unmergeable("a bracket is not closed there", line_at(text, start))
    if start < at:
        yield start, at


def _path(text: str, place: int, said: str) -> tuple[str, ...]:
    """Return the parts of a dotted name at the beginning of a line."""
    parts: list[str] = []
    at, more = 0, "."
    while more:
        found = _KEY.match(said, at)
        if found is None:
            raise Unmergeable("this is no TOML", line_at(text, place))
        parts.append(_plain(found[1]))
        at, more = found.end(), found[2]
    return tuple(parts)


def _plain(part: str) -> str:
    if part[:1] == '"':
        try:
            return str(json.loads(part))
        except ValueError:
            return part[1:-1]
    return part.strip("'")


def _is_empty(text: str) -> bool:
    """Say whether there is nothing in a file."""
    return not text.strip()


TOML = Form(_parsed, _put, _cut, _is_empty)
