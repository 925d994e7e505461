"""How messages look: language, colour, and the width of the terminal. Everything here goes to stderr."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from mailgen.errors import MailgenError

_BOLD, _RED, _YELLOW, _OFF = "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[0m"


def language(wanted: str | None = None) -> str:
    """Return zh or en: `wanted`, else as the locale says (LC_ALL, LC_MESSAGES, LANG)."""
    if wanted:
        return wanted
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((name for name in names if name), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def in_language(text: Mapping[str, str], lang: str) -> str:
    """Return a text in `lang`, else in English."""
    return text.get(lang) or text.get("en", "")


def coloured(stream: TextIO) -> bool:
    """Say whether colours are welcome: on a terminal, unless NO_COLOR is set or it is a dumb one."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def report(error: MailgenError) -> None:
    """Print a refusal: what, where, and how to mend it."""
    say(error.what, where=error.where, mend=error.mend, colour=_RED)


def say(what: str, kind: str = "", where: str = "", mend: str = "", colour: str = _BOLD) -> None:
    """Print one message to stderr, wrapped to the terminal's width if it is one."""
    if sys.stderr is None:
        return
    paint, off = (colour, _OFF) if coloured(sys.stderr) else ("", "")
    lines = [f"{paint}mailgen:{off} {_wrapped(f'{kind}: {what}' if kind else what, '  ', 9)}"]
    if where:
        lines.append(f"  where: {_wrapped(where, '         ', 9)}")
    if mend:
        lines.append(f"  mend:  {_wrapped(mend, '         ', 9)}")
    print("\n".join(lines), file=sys.stderr)


def warn(kind: str, what: str, where: str, mend: str) -> None:
    """Print a warning or a note."""
    say(what, kind, where, mend, _YELLOW if kind == "warning" else _BOLD)


def advise(text: str, copy: str | None = None) -> None:
    """Print a piece of advice, and a line to copy that is never wrapped."""
    if sys.stderr is None:
        return
    print(f"  {_wrapped(text, '  ', 2)}", file=sys.stderr)
    if copy:
        copy_line(copy)


def copy_line(line: str) -> None:
    """Print a line to copy, as it is."""
    if sys.stderr is not None:
        print(f"    {line}", file=sys.stderr)


def _wrapped(text: str, indent: str, used: int) -> str:
    """Break a text that is longer than the terminal at blanks, or anywhere between Chinese characters."""
    if not sys.stderr.isatty():
        return text
    width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
    if used + cells(text) <= width:
        return text
    lines, line, room = [], "", width - used
    for word in _words(text):
        if line and cells(line) + cells(word.rstrip()) > room:
            lines.append(line.rstrip())
            line, room = "", width - len(indent)
        line += word if line else word.lstrip()
    return f"\n{indent}".join([*lines, line.rstrip()])


def _words(text: str) -> list[str]:
    import re

    return re.findall(r"[\u2e80-\uffef][,。、:;!?”)》]*|[^\s\u2e80-\uffef]+\s*|\s+", text)


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for each wide character."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
