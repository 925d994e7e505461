r"""Cutting a fetchmailrc into words, as fetchmail does, with the place of each.

Source: fetchmail(1), and values read back with fetchmail 6.4.37 --configdump.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from typing import NamedTuple

from mailgen.core.text import Text
from mailgen.formats.statements import MOST, TOO_MANY, Mark, Unreadables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Options that take several words.
LISTS = frozenset("is to folder aka localdomains fetchdomains antispam".split())


class FetchWord(NamedTuple):
    text: str
    quoted: bool
    start: int
    end: int


class FetchWords:
    """A fetchmailrc cut into tokens, each with its place."""

    def __init__(self, text: str, unread: Unreadables) -> None:
        self.text = text
        self.unread = unread
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.open_quotes: set[str] = set()
        self.tokens = list(islice(self._tokens(), 3 * MOST))
        if len(self.tokens) == 3 * MOST:
            last = self.tokens[-1]
            unread.add(self.mark(last.start, last.end), TOO_MANY)
        self.at = 0

    def mark(self, start: int, end: int) -> Mark:
        first, last = bisect_right(self.starts, start), bisect_right(self.starts, max(start, end - 1))
        column = start - self.starts[first - 1] + 1
        return Mark(first, column, end - self.starts[last - 1] + 1, last)

    def _tokens(self) -> Iterator[FetchWord]:
        text, at = self.text, 0
        for _ in range(len(text)):
            found = _BLANK.match(text, at)
            at = found.end() if found else at
            if at >= len(text):
                return
            if text[at] in "\"'":
                token = self._quoted(at)
            else:
                found = _BARE.match(text, at)
                end = found.end() if found else at + 1
                token = FetchWord(unescaped(text[at:end]), False, at, end)
            yield token
            at = token.end

    def _quoted(self, at: int) -> FetchWord:
        mark = self.text[at]
        found = None if mark in self.open_quotes else _QUOTED[mark].match(self.text, at)
        if found is None:
            self.open_quotes.add(mark)
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            self.unread.add(self.mark(at, end), Text("this quote is never closed"))
            return FetchWord(self.text[at:end], True, at, end)
        raw = found.group()
        if behind := _BEHIND.match(self.text, found.end()):
            # A word that only begins with a quoted part keeps its quotes.
            whole = self.text[at : behind.end()]
            self.unread.add(
                self.mark(at, behind.end()), Text("fetchmail keeps the quotes as part of this value")
            )
            return FetchWord(unescaped(whole), True, at, behind.end())
        if "\\" + mark in raw:
            why = Text(
                "{escape} is no quote to fetchmail, which keeps the outer quotes as part of the value",
                escape=f"\\{mark}",
            )
            self.unread.add(self.mark(at, found.end()), why)
            return FetchWord(unescaped(raw), True, at, found.end())
        return FetchWord(unescaped(raw[1:-1]), True, at, found.end())

    def peek(self) -> FetchWord | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> FetchWord | None:
        token = self.peek()
        self.at += 1
        return token


_BLANK = re.compile(r"(?:[\s,;:=]|#[^\n]*)*")
_BARE = re.compile(r"""[^\s,;:="'#][^\s,;:="']*""")
_BEHIND = re.compile(r"[^\s,;:=]+")
_QUOTED = {
    '"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL),
    "'": re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL),
}


def unescaped(text: str) -> str:
    r"""Resolve the escapes of a word: \xHH, decimal \ddd, \n and the like; other backslashes vanish.

    >>> unescaped(r"a\x22b\65c")
    'a"bAc'
    """
    if "\\" not in text:
        return text
    data = re.sub(r"\\([xX][0-9A-Fa-f]{1,2}|[0-9]{1,3}|.)", _escape, text, flags=re.DOTALL)
    try:
        return data.encode("latin-1").decode()
    except UnicodeError:
        return data


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xX" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code.isdigit() and code.isascii():
        octal = code[0] == "0" and not set(code) & {"8", "9"}
        return chr(int(code, 8 if octal else 10) % 256)
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "\n": ""}.get(code, code)
