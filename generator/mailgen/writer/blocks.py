r"""A part of ours in somebody's file: found by its marks, put in, replaced, and cut out without a trace.

All of it works on bytes, for the file is the user's: whatever its line ends or character set, the
bytes outside our block stay as they are. The block goes to the end of the file:

    # >>> mailgen msmtp >>>
    ...
    # <<< mailgen msmtp <<<

A last line without an end needs a line break before the first mark, and a last line that ends in a
backslash an empty line: mutt and neomutt join the next line to it, even when it is a comment, and
skip an empty one (read back from mutt 2.2.12 and neomutt 20220429 with -Q; fetchmail 6.4.37 and
msmtp 1.8.23 join nothing). The first mark says how many line breaks were added,
`>>> and 1 line break above`, so that cutting the block out gives back the file as it was.

A comment that has an end is named by both, with a blank between: with `<!-- -->` a mark is
`<!-- >>> mailgen NAME >>> -->`.
"""

from __future__ import annotations

import re

from ..core.text import Text
from ..core.values import dataclass


class BrokenMarks(ValueError):
    """The marks in a file do not make one block: it says why, and `line` (from 1) is where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class HoldsMark(ValueError):
    """A text for a block holds a mark itself, so that its end could not be told."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a block lies: its bytes are `start:end`, and `added` line breaks before it are ours."""

    start: int
    end: int
    added: int


def find(content: bytes, name: str, comment: str) -> Span | None:
    """Return where the block `name` lies in `content`, marks included, or None if there is none.

    Blanks around a mark do not matter, as editors add and remove them. Raises BrokenMarks for a
    mark without its partner, two blocks of the name, or a block within the block.
    """
    begin = end = None
    for found in _marks(name, comment).finditer(content):
        line = content.count(b"\n", 0, found.start()) + 1
        if found["open"]:
            if begin:
                what = "two parts with the name '{name}'" if end else "a part begins within the part '{name}'"
                raise BrokenMarks(Text(what, name=name), line)
            begin = found
        elif not begin or end:
            raise BrokenMarks(Text("a part '{name}' ends that has not begun", name=name), line)
        else:
            end = found
    if not begin:
        return None
    if not end:
        line = content.count(b"\n", 0, begin.start()) + 1
        raise BrokenMarks(Text("the part '{name}' begins and does not end", name=name), line)
    added = int(begin["added"] or 0)
    before = content[: begin.start()]
    return Span(begin.start(), end.end(), min(added, len(before) - len(before.rstrip(b"\n"))))


def put(content: bytes, text: str, name: str, comment: str) -> bytes:
    r"""Return `content` with `text` as its block `name`: in place of the old one, else at the end.

    `text` is whole lines. Raises BrokenMarks if the marks in `content` are not in order, and
    HoldsMark if `text` itself has one.

    >>> put(b"set beep", "set beep = no\n", "mutt", "#").decode().splitlines()
    ['set beep', '# >>> mailgen mutt >>> and 1 line break above', 'set beep = no', '# <<< mailgen mutt <<<']
    """
    span = find(content, name, comment)
    if span is None:
        joint = _joint(content)
        return content + joint + block(text, name, comment, len(joint))
    added = span.added
    return content[: span.start] + block(text, name, comment, added) + content[span.end :]


def cut(content: bytes, name: str, comment: str) -> bytes:
    """Return `content` without its block `name`, and without the line breaks that came with it.

    Where lines have been added below the block, the line breaks stay, lest two lines become one.
    Returns `content` itself if there is no such block. Raises BrokenMarks.
    """
    span = find(content, name, comment)
    if span is None:
        return content
    rest = content[span.end :]
    return content[: span.start - (0 if rest else span.added)] + rest


def part(content: bytes, name: str, comment: str) -> bytes | None:
    """Return the bytes of the block `name`, marks included, or None. Raises BrokenMarks."""
    span = find(content, name, comment)
    return None if span is None else content[span.start : span.end]


def foreign_lines(content: bytes, name: str, comment: str) -> list[tuple[int, bytes]]:
    """Return the lines outside the block `name`, without their ends, each with its number from 1."""
    span = find(content, name, comment) or Span(len(content), len(content), 0)
    found = list(enumerate(content[: span.start].split(b"\n"), 1))
    after = content.count(b"\n", 0, span.end) + 1
    found += enumerate(content[span.end :].split(b"\n"), after)
    return [(number, line.rstrip(b"\r")) for number, line in found if line]


def block(text: str, name: str, comment: str, added: int = 0) -> bytes:
    """Return a block with its marks. Raises HoldsMark, and ValueError if `text` is not whole lines."""
    body = text.encode()
    if body and not body.endswith(b"\n"):
        raise ValueError("a block is whole lines")
    if re.search(rb"(?:>>>|<<<) mailgen ", body):
        raise HoldsMark("the text of a block holds a mark of mailgen")
    if body.endswith(b"\\\n"):  # or the last mark would be taken for more of that line
        body += b"\n"
    note = f" and {added} line break{'s' * (added > 1)} above" if added else ""
    opens, _blank, closes = comment.partition(" ")
    end = f" {closes}" if closes else ""
    first = f"{opens} >>> mailgen {name} >>>{note}{end}\n"
    last = f"{opens} <<< mailgen {name} <<<{end}\n"
    return first.encode() + body + last.encode()


def _joint(content: bytes) -> bytes:
    """Return the line breaks that keep a block apart from what is above it."""
    if not content:
        return b""
    breaks = b"" if content.endswith(b"\n") else b"\n"
    return breaks + b"\n" * bool(re.search(rb"\\\r?\n?\Z", content))


def _marks(name: str, comment: str) -> re.Pattern[bytes]:
    """Match the line of either mark with its end; the name is a whole word."""
    opening, _blank, closing = comment.partition(" ")
    word, start, end = (re.escape(part.encode()) for part in (name, opening, closing))
    opens = rb"(?P<open>>>> mailgen %s >>>(?: and (?P<added>[12]) line breaks? above)?)" % word
    return re.compile(
        rb"^[ \t]*%s[ \t]*(?:%s|<<< mailgen %s <<<)[ \t]*%s[ \t\r]*(?:\n|\Z)" % (start, opens, word, end),
        re.M,
    )
