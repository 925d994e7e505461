r"""The words of a muttrc; `muttrc.py` makes commands of them.

Source: the manual of mutt, "Syntax of Initialization Files", and what mutt 2.2.12 and neomutt 20220429
read back with `-Q`. Both read alike except where said.

Single quotes protect everything. Double quotes protect blanks, `#` and `;`, but not the backslash, not
`$NAME`, and not `` `COMMAND` ``, which runs while the file is read. A backslash makes \n \t \r \e \f,
\cX (control), \NNN (octal), and of any other character that character: there is no \xHH.

What is not plain text stands in a Word as an object, Run or Expansion, so that a test can say exactly
which commands would run, and with which text.

neomutt alone reads the command of a `set` value once more before the shell gets it: it drops
backslashes and puts in the values of its own variables (`$from`, `$editor`, `$my_x`; not those of the
environment, and not `${from}`), inside the shell's single quotes too. Here that is Doubtful.
"""

import re
from dataclasses import dataclass

from tests.readers import Doubtful

BLANKS = b" \t\n\v\f\r"
LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"e": b"\x1b", b"f": b"\f"}
ESCAPE = re.compile(rb"\\(?:[cC](.)|([0-9]{3})|(.))", re.DOTALL)
EXPANSION = re.compile(rb"\$(?:([A-Za-z][A-Za-z0-9_]*)|\{([^}]*)\})")
COMMAND = re.compile(rb"`((?:[^\\`]|\\.)*)`", re.DOTALL)
READ_ONCE_MORE = re.compile(rb"\\|\$[A-Za-z]|\$\{(?![^}]*\})")


@dataclass(frozen=True, slots=True)
class Run:
    """A command that runs when this is read: the text that /bin/sh gets.

    Between double quotes the first line of its output becomes part of the word, as it is. Outside
    of quotes it is read as if it stood in the file, and can split into words and commands.
    """

    shell: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Expansion:
    """A `$name` or `${name}`: the value of a variable of the environment, or of the program.

    An unknown one is empty in mutt, and stays `$name` in neomutt.
    """

    name: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its pieces in order, neighbouring text joined."""

    line: int
    parts: tuple[str | Run | Expansion, ...]

    @property
    def literal(self) -> bool:
        """Is this nothing but text?"""
        return all(isinstance(part, str) for part in self.parts)

    @property
    def text(self) -> str:
        """The text of the word. Raises Doubtful if anything in it is run or expanded."""
        if not self.literal:
            raise Doubtful(self.line, f"not plain text: {self.parts}")
        return "".join(str(part) for part in self.parts)

    @property
    def runs(self) -> list[Run]:
        """The commands that run for this word."""
        return [part for part in self.parts if isinstance(part, Run)]


class Line:
    """A logical line and how far it is read."""

    def __init__(self, data: bytes, number: int) -> None:
        self.data = data
        self.number = number
        self.at = 0

    @property
    def rest(self) -> bytes:
        return self.data[self.at :]

    def skip_blanks(self) -> None:
        self.at = len(self.data) - len(self.rest.lstrip(BLANKS))

    def more(self) -> bool:
        """Is there another word for this command?"""
        return bool(self.rest) and self.rest[:1] not in (b";", b"#")

    def accept(self, prefix: bytes) -> bool:
        """Step over this prefix if it is there."""
        found = self.rest.startswith(prefix)
        self.at += len(prefix) if found else 0
        return found

    def doubtful(self, reason: str) -> Doubtful:
        return Doubtful(self.number, reason)

    def word(self, stop: bytes = BLANKS + b"#;", *, quotes: bool = True, read_again: bool = False) -> Word:
        r"""The next word, up to one of the characters of `stop` outside of quotes.

        `quotes`: do quotes quote here? `read_again`: is this a place where neomutt reads a command once
        more? Raises Doubtful for what both programs accept in silence: a quote, backtick or `${` that
        is not closed, a backslash at the end, an escape for a NUL or for half a UTF-8 character.

        >>> Line(b"'a $b'\\'c\"d `e f`\" x", 1).word().parts
        ("a $b'cd ", Run(shell='e f', quoted=True))
        """
        self.skip_blanks()
        pieces: list[bytes | Run | Expansion] = [b""]
        quote = b""
        while (char := self.rest[:1]) and (quote or char not in stop):
            if char == quote:
                quote = b""
            elif quotes and not quote and char in (b"'", b'"'):
                quote = char
            elif quote != b"'" and char in (b"\\", b"$", b"`"):
                pieces.append(self._special(char, quote == b'"', read_again))
                continue
            else:
                pieces.append(char)
            self.at += 1
        if quote:
            raise self.doubtful("a quote that is not closed")
        self.skip_blanks()
        return self._join(pieces)

    def _special(self, char: bytes, quoted: bool, read_again: bool) -> bytes | Run | Expansion:
        pattern = {b"\\": ESCAPE, b"$": EXPANSION, b"`": COMMAND}[char]
        found = pattern.match(self.data, self.at)
        if found is None:
            if char != b"$" or self.rest[1:2] == b"{":
                raise self.doubtful(f"{char.decode()} without its end")
            self.at += 1
            return char
        self.at = found.end()
        if char == b"\\":
            return self._escaped(found)
        if char == b"$":
            return Expansion((found[1] or found[2] or b"").decode(), quoted)
        if read_again and READ_ONCE_MORE.search(found[1]):
            raise self.doubtful("neomutt reads this command once more, with backslashes and $names")
        return Run(found[1].decode(), quoted)

    def _escaped(self, found: re.Match[bytes]) -> bytes:
        control, octal, letter = found.groups()
        if letter is not None:
            return LETTERS.get(letter, letter)
        if control is not None:
            code = control.upper()[0] - ord("@") & 0x7F
        else:
            code = (
                sum((digit - ord("0")) << shift for digit, shift in zip(octal, (6, 3, 0), strict=True)) & 0xFF
            )
        if not code:
            raise self.doubtful("an escaped NUL cuts the word")
        return bytes([code])

    def _join(self, pieces: list[bytes | Run | Expansion]) -> Word:
        parts: list[str | Run | Expansion] = []
        text = b""
        try:
            for piece in pieces:
                if isinstance(piece, bytes):
                    text += piece
                    continue
                parts += [text.decode()] if text else []
                parts.append(piece)
                text = b""
            parts += [text.decode()] if text else []
        except UnicodeDecodeError as error:
            raise self.doubtful("escapes that do not make UTF-8") from error
        return Word(self.number, tuple(parts))


def lines(text: str) -> list[Line]:
    r"""The logical lines: a backslash at the end of a line joins the next one to it.

    It does so even behind another backslash, in quotes, and at the end of a comment, which swallows
    the next line; the last is Doubtful here, as is a NUL, and a file that ends in a backslash.
    """
    found = []
    joined = ""
    if text.removesuffix("\n").removesuffix("\r").endswith("\\"):
        raise Doubtful(text.count("\n") + 1, "a last line that ends in a backslash is lost")
    for number, line in enumerate(text.split("\n"), start=1):
        if "\0" in line:
            raise Doubtful(number, "a NUL cuts the line and joins the next one to it")
        joined += line.removesuffix("\r")
        if joined.endswith("\\"):
            joined = joined[:-1]
            if joined.lstrip(BLANKS.decode()).startswith("#"):
                raise Doubtful(number, "a comment that swallows the next line")
            continue
        found.append(Line(joined.encode(), number))
        joined = ""
    return found
