r"""Cutting a muttrc into commands and words, as mutt and neomutt do, with the place of each.

Nothing is expanded and nothing is run: a word tells what would be. Source: muttrc(5), and values
read back with mutt 2.2.12 and neomutt 20220429 -Q.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from mailgen.core.text import Text
from mailgen.formats.statements import Mark, Unreadables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Word(NamedTuple):
    """A word: its `text` with quotes and escapes resolved, where it stands in its line, and what it runs.

    `commands` are the commands in backticks that are run while the file is read; `expands` says that
    a variable would be put in, and `pieces` is the text cut there: text, name, text, name, text.
    """

    text: str
    start: int
    end: int
    commands: tuple[str, ...] = ()
    expands: bool = False
    pieces: tuple[str, ...] = ()


class Line:
    """One logical line: physical lines joined where they end in a backslash."""

    def __init__(self, text: str, starts: list[tuple[int, int]]) -> None:
        """Take the joined text, and for each physical line its offset there and its number."""
        self.text = text
        self.offsets = [offset for offset, _ in starts]
        self.numbers = [count for _, count in starts]

    def mark(self, start: int, end: int) -> Mark:
        first = bisect_right(self.offsets, start) - 1
        last = max(first, bisect_right(self.offsets, max(start, end - 1)) - 1)
        return Mark(
            self.numbers[first],
            start - self.offsets[first] + 1,
            end - self.offsets[last] + 1,
            self.numbers[last],
        )


def lines(text: str) -> Iterator[Line]:
    """Yield the logical lines of a file. A comment, too, goes on after a backslash."""
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for count, piece in enumerate(text.split("\n"), 1):
        piece = piece.removesuffix("\r")
        if not pieces and not piece.endswith("\\"):
            if piece and not piece.isspace() and piece[0] != "#":
                yield Line(piece, [(0, count)])
            continue
        starts.append((offset, count))
        goes_on = piece.endswith("\\") and not piece.endswith("\\\\")
        piece = piece[:-1] if goes_on else piece
        pieces.append(piece)
        offset += len(piece)
        if not goes_on:
            yield Line("".join(pieces), starts)
            pieces, starts, offset = [], [], 0
    if pieces:
        yield Line("".join(pieces), starts)


_PLAIN = re.compile(r"[^\s'\"`\\$#;=+\-]+", re.ASCII)
_WHOLE = re.compile(r"[\w/.:@,~]+(?=[\s;]|$)", re.ASCII)
_BLANK = (" ", "\t", "\v", "\f", "\r", "")
_SINGLE = re.compile(r"[^']*")
_DOUBLE = re.compile(r"[^\"`\\$]+")
_NAME = re.compile(r"\$(?:\{\w+\}|\w+)")
_BLANKS = re.compile(r"[ \t\v\f\r]*")
_OCTAL = re.compile(r"[0-7]{3}")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "e": "\x1b"}


class Scanner:
    """Reads words from a logical line, one after the other."""

    def __init__(self, line: Line, unread: Unreadables) -> None:
        self.line = line
        self.text = line.text
        self.unread = unread
        self.at = 0

    def blanks(self) -> None:
        if self.text[self.at : self.at + 1] not in _BLANK:
            return
        found = _BLANKS.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def ended(self) -> bool:
        """Say whether the command ends here: at the end of the line, a semicolon or a comment."""
        self.blanks()
        return self.at >= len(self.text) or self.text[self.at] in ";#"

    def commands(self) -> Iterator[None]:
        """Stand at the start of each command of the line in turn."""
        while True:
            self.blanks()
            while self.at < len(self.text) and self.text[self.at] == ";":
                self.at += 1
                self.blanks()
            if self.at >= len(self.text) or self.text[self.at] == "#":
                return
            before = self.at
            yield
            self.at = max(self.at, before)
            while not self.ended():
                self.word()

    def word(self, stops: str = "") -> Word:
        """Read one word; it ends at a blank, a semicolon, a comment or one of `stops`, outside quotes."""
        self.blanks()
        if found := _WHOLE.match(self.text, self.at):
            start, self.at = self.at, found.end()
            return Word(found.group(), start, self.at)
        self.start, self.parts = self.at, list[str]()
        self.run, self.expands, self.octal = list[str](), False, False
        self.variables = list[int]()
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t\v\f\r\n;#" or char in stops:
                break
            if char == "'":
                self._single()
            elif char == '"':
                self._double()
            else:
                self._one(char, _PLAIN)
        text = "".join(self.parts)
        if self.octal:
            # Numbers are bytes: several of them may be one character.
            data = (char.encode("latin-1") if char < "\xff" else char.encode() for char in text)
            text = b"".join(data).decode(errors="replace")
        pieces = () if self.octal else self._pieces()
        return Word(text, self.start, self.at, tuple(self.run), self.expands, pieces)

    def _pieces(self) -> tuple[str, ...]:
        """Return the word cut at its variables, which are every second piece; () if there are none."""
        if not self.variables:
            return ()
        pieces, before = list[str](), 0
        for at in self.variables:
            pieces += ["".join(self.parts[before:at]), self.parts[at].strip("${}")]
            before = at + 1
        return (*pieces, "".join(self.parts[before:]))

    def _single(self) -> None:
        found = _SINGLE.match(self.text, self.at + 1)
        end = found.end() if found else self.at + 1
        self.parts.append(self.text[self.at + 1 : end])
        self._close(end, "'")

    def _double(self) -> None:
        begin = self.at
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            self._one(self.text[self.at], _DOUBLE)
        end, self.at = self.at, begin
        self._close(end, '"')

    def _close(self, end: int, mark: str) -> None:
        if end >= len(self.text):
            self.unread.add(self.line.mark(self.at, end), Text("this {mark} is never closed", mark=mark))
        self.at = min(end + 1, len(self.text))

    def _one(self, char: str, plain: re.Pattern[str]) -> None:
        """Read an escape, a command, a variable, or plain text."""
        if char == "\\":
            self._escape()
        elif char == "`":
            self._backticks()
        elif char == "$" and (found := _NAME.match(self.text, self.at)):
            self.expands = True
            self.variables.append(len(self.parts))
            self.parts.append(found.group())
            self.at = found.end()
        else:
            found = plain.match(self.text, self.at)
            end = found.end() if found else self.at + 1
            self.parts.append(self.text[self.at : end])
            self.at = end

    def _escape(self) -> None:
        if found := _OCTAL.match(self.text, self.at + 1):
            self.parts.append(chr(int(found.group(), 8) & 0xFF))
            self.octal = self.octal or int(found.group(), 8) > 0x7F
            self.at = found.end()
            return
        after = self.text[self.at + 1 : self.at + 2]
        if after == "c" and self.at + 2 < len(self.text):
            self.parts.append(chr(ord(self.text[self.at + 2]) & 0x1F))
            self.at += 3
            return
        self.parts.append(_CONTROL.get(after, after))
        self.at += 2

    def _backticks(self) -> None:
        end = self.at + 1
        while (end := self.text.find("`", end)) > 0 and self.text[end - 1] == "\\":
            end += 1
        if end < 0:
            end = len(self.text)
            self.unread.add(self.line.mark(self.at, end), Text("this backtick is never closed"))
        self.run.append(self.text[self.at + 1 : end])
        self.at = min(end + 1, len(self.text))
