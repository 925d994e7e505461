r"""How Thunderbird 153 reads user.js. Source: the grammar described in Mozilla's libpref parser, and what
a started Thunderbird read back and complained about (`tests/formats/prefs/program.py`).

It looks like JavaScript and is not: a list of `user_pref("name", value);` with strings, 32-bit integers,
`true` and `false`. A string knows the escapes \" \' \\ \n \r \xHH \uHHHH and no others. On an error
the parser puts one line on stderr and reads on behind the next `;`, so a missing `;` costs two prefs.

Not modelled: Thunderbird also drops, in silence, a pref whose type differs from its built-in default.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.readers import Doubtful, Rejected

Value = str | int | bool

SPECIFIERS = (b"user_pref", b"pref", b"sticky_pref")
WORDS = (*SPECIFIERS, b"true", b"false", b"sticky", b"locked")
SKIP = re.compile(rb"(?:[\t\v\f \n\r]+|#[^\n\r]*|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
TOKEN = re.compile(
    rb"(?P<word>[A-Za-z_]+)|(?P<int>[0-9]+)|(?P<mark>[()+,;-])|(?P<comment>/\*.*)|(?P<slash>/[^\n\r]?)|(?P<other>.)",
    re.DOTALL,
)
HEX = re.compile(rb"[0-9A-Fa-f]*")
SIMPLE = {b'"': b'"', b"'": b"'", b"\\": b"\\", b"n": b"\n", b"r": b"\r"}


class Token(NamedTuple):
    kind: str  # word, int, mark, string, error, end
    value: bytes
    line: int


class PrefError(Exception):
    def __init__(self, token: Token, reason: str) -> None:
        self.token = token
        self.reason = token.value.decode() if token.kind == "error" else reason


@dataclass(slots=True)
class Parsed:
    """What Thunderbird keeps of a user.js (strings as bytes), the lines it complains about, our doubts."""

    prefs: dict[bytes, bytes | int | bool] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)
    doubts: list[tuple[int, str]] = field(default_factory=list)


def read(text: str) -> dict[str, Value]:
    r"""The prefs of a user.js that Thunderbird accepts without a complaint.

    Raises Rejected for everything Thunderbird complains about, and Doubtful for a NUL (it ends the
    file), for `pref()` and `sticky_pref()` (they set a default, not the user's value), for a name set
    twice (the last one wins) and for a string that is not UTF-8 once its \xHH are bytes.

    >>> read(r'user_pref("a.b", "Pat \"P\" \u5f20"); user_pref("n", -5);')
    {'a.b': 'Pat "P" 张', 'n': -5}
    """
    if "\0" in text:
        raise Doubtful(text[: text.index("\0")].count("\n") + 1, "a NUL ends the file")
    parsed = parse(text.encode())
    for line, reason in parsed.errors:
        raise Rejected(line, reason)
    for line, reason in parsed.doubts:
        raise Doubtful(line, reason)
    try:
        return {
            name.decode(): value.decode() if isinstance(value, bytes) else value
            for name, value in parsed.prefs.items()
        }
    except UnicodeDecodeError as error:
        raise Doubtful(1, "a string that is not UTF-8") from error


def parse(data: bytes) -> Parsed:
    """What Thunderbird makes of a user.js, errors and what they cost included. Never raises.

    >>> parse(b'user_pref("a", 1)\\nuser_pref("b", 2);user_pref("c", 3);')
    Parsed(prefs={b'c': 3}, errors=[(2, "expected ';' after ')'")], doubts=[])
    """
    parsed = Parsed()
    tokens = _tokens(data.partition(b"\0")[0])
    while (token := next(tokens)).kind != "end":
        try:
            name, value = _pref(token, tokens)
            if token.value != b"user_pref":
                parsed.doubts.append((token.line, "this sets a default, not the user's value"))
                continue
            if name in parsed.prefs:
                parsed.doubts.append((token.line, "a name set twice"))
            parsed.prefs[name] = value
        except PrefError as error:
            parsed.errors.append((error.token.line, error.reason))
            token = error.token
            while token.kind != "end" and token[:2] != ("mark", b";"):
                token = next(tokens)
    return parsed


def _pref(specifier: Token, tokens: Iterator[Token]) -> tuple[bytes, bytes | int | bool]:
    """The rest of one pref, behind its specifier: name and value."""

    def expect(kind: str, mark: bytes, reason: str) -> bytes:
        token = next(tokens)
        if token.kind != kind or mark not in (b"", token.value):
            raise PrefError(token, reason)
        return token.value

    if specifier.kind != "word" or specifier.value not in SPECIFIERS:
        raise PrefError(specifier, "expected 'user_pref' at start of pref definition")
    expect("mark", b"(", "expected '(' after pref specifier")
    name = expect("string", b"", "expected pref name after '('")
    expect("mark", b",", "expected ',' after pref name")
    match token := next(tokens):
        case Token("word", b"true" | b"false"):
            value: bytes | int | bool = token.value == b"true"
        case Token("string", value):
            pass
        case Token("int", digits):
            value = _integer(digits, token)
        case Token("mark", b"-" | b"+" as sign):
            digits = expect("int", b"", f"expected integer literal after '{sign.decode()}'")
            value = _integer(sign + digits, token)
        case _:
            raise PrefError(token, "expected pref value after ','")
    expect("mark", b")", "expected ')' after pref value")
    expect("mark", b";", "expected ';' after ')'")
    return name, value


def _integer(digits: bytes, token: Token) -> int:
    if not -(2**31) <= int(digits) < 2**31:
        raise PrefError(Token("error", b"integer literal overflowed", token.line), "")
    return int(digits)


def _tokens(data: bytes) -> Iterator[Token]:
    at = 0
    while True:
        at = SKIP.match(data, at).end()
        if at == len(data):
            yield Token("end", b"", _line(data, at))
            continue
        if data[at : at + 1] in (b"'", b'"'):
            token, at = _string(data, at)
            yield token
            continue
        found = TOKEN.match(data, at)
        at, kind, value = found.end(), found.lastgroup, found[0]
        reason = {
            "comment": b"unterminated /* comment",
            "slash": b"expected '/' or '*' after '/'",
            "other": b"unexpected character",
        }.get(kind)
        if kind == "word" and value not in WORDS:
            reason = b"unknown keyword"
        elif kind == "int" and re.match(rb"[A-Za-z_]", data[at : at + 1]):
            reason = b"unexpected character in integer literal"
        elif kind == "int" and int(value) >= 2**32:
            reason = b"integer literal overflowed"
        yield Token("error", reason, _line(data, at)) if reason else Token(kind, value, _line(data, at))


def _line(data: bytes, at: int) -> int:
    return 1 + len(re.findall(rb"\r\n|\n|\r", data[:at]))


def _string(data: bytes, at: int) -> tuple[Token, int]:
    """The string that begins at `at`, and where it ends. Only its first error is reported."""
    quote, at, value, error = data[at : at + 1], at + 1, b"", None
    while (char := data[at : at + 1]) != quote:
        if not char:
            return error or Token("error", b"unterminated string literal", _line(data, at)), at
        piece, reason = char, ""
        if char == b"\\":
            piece, at, reason = _escape(data, at + 1)
        else:
            at += 1
        if reason and not error:
            error = Token("error", reason.encode(), _line(data, at))
        value += piece
    return error or Token("string", value, _line(data, at + 1)), at + 1


def _escape(data: bytes, at: int) -> tuple[bytes, int, str]:
    """What the escape behind the backslash stands for, where to read on, and what is wrong with it."""
    letter, at = data[at : at + 1], at + 1
    if letter in SIMPLE:
        return SIMPLE[letter], at, ""
    if letter not in (b"x", b"u"):
        return b"", at - 1, "unexpected escape sequence character after '\\'"
    digits = HEX.match(data, at, at + (2 if letter == b"x" else 4))[0]
    at += len(digits)
    name = f"\\{letter.decode()}"
    if len(digits) != (2 if letter == b"x" else 4):
        return b"", at, f"malformed {name} escape sequence"
    unit = int(digits, 16)
    if unit == 0:
        return b"", at, f"{name}{digits.decode()} is not allowed"
    if letter == b"x":
        return bytes([unit]), at, ""
    if 0xD800 <= unit < 0xDC00:
        return _surrogates(data, at, unit)
    if 0xDC00 <= unit < 0xE000:
        return b"", at, "expected high surrogate before low surrogate"
    return chr(unit).encode(), at, ""


def _surrogates(data: bytes, at: int, high: int) -> tuple[bytes, int, str]:
    missing = "expected low surrogate after high surrogate"
    if data[at : at + 1] != b"\\":
        return b"", at, missing
    if data[at + 1 : at + 2] != b"u":
        return b"", at + 1, missing
    digits = HEX.match(data, at + 2, at + 6)[0]
    at += 2 + len(digits)
    if len(digits) != 4:
        return b"", at, missing
    low = int(digits, 16)
    if not 0xDC00 <= low < 0xE000:
        return b"", at, "invalid low surrogate after high surrogate"
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00).encode(), at, ""
