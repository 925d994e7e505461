"""How messages look: language, colour, and the width of the terminal."""

from __future__ import annotations

import os
import sys

from mailgen.core.errors import InFileError
from mailgen.core.printing import is_hidden, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from mailgen.core.errors import MailgenError
    from mailgen.core.text import Option

BOLD, _RED, _YELLOW, DIM, _OFF = "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[2m", "\x1b[0m"


#: The language that this run was asked for by name (--lang), by `main`; None leaves it to the locale.
asked_for: str | None = None


def language(wanted: str | None = None) -> str:
    """Return zh or en: `wanted`, else what the run was asked for, else as LC_ALL, LC_MESSAGES or LANG say."""
    if wanted or asked_for:
        return wanted or asked_for or ""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((name for name in names if name), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def in_language(text: Mapping[str, str], lang: str) -> str:
    """Return a text in `lang`, else in English."""
    return text.get(lang) or text.get("en", "")


def columns(stream: TextIO | None) -> int | None:
    """Return the width of the terminal that `stream` is, or None if it is none; 80 if it does not tell."""
    if stream is None or not stream.isatty():
        return None
    try:
        told = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        told = 0
    return told if told >= 20 else 80


def report(error: MailgenError, lang: str | None = None) -> None:
    """Print a refusal to stderr: what, where, and how to mend it."""
    from mailgen.cli import wording

    spelled = wording.as_in_files if isinstance(error, InFileError) else wording.as_options
    say(error.what, where=error.where, mend=error.mend, colour=_RED, spelled=spelled, lang=lang)


def say(
    what: str,
    kind: str = "",
    where: str = "",
    mend: str = "",
    colour: str = BOLD,
    spelled: Callable[[Option], str | None] | None = None,
    lang: str | None = None,
) -> None:
    """Print one message to stderr, wrapped to the terminal's width if it is one.

    Texts are said in `lang`, else as the locale says; `spelled` says how options are written (by default
    as on the command line).
    """
    from mailgen.cli import wording

    lang = language(lang)
    if what.isascii() and wording.worded(what, lang, spelled).isascii():
        lang = "en"  # nobody has translated it: a message has one language, its labels too
    kind, what, where, mend = (wording.worded(text, lang, spelled) for text in (kind, what, where, mend))
    paint, off = (colour, _OFF) if coloured(sys.stderr) else ("", "")
    text = printable(f"{kind}{wording.COLON[lang]}{what}" if kind else what)
    lines = [f"{paint}mailgen:{off} {wrapped(text, columns(sys.stderr), 9, '  ')}"]
    for name, part in zip(wording.LABELS[lang], (where, mend), strict=True):
        if part:
            lines.append(f"  {name}{wrapped(printable(part), columns(sys.stderr), 9, ' ' * 9)}")
    _put("\n".join(lines))


def warn(
    kind: str,
    what: str,
    where: str,
    mend: str,
    spelled: Callable[[Option], str | None] | None = None,
    lang: str | None = None,
) -> None:
    """Print a warning or a note to stderr."""
    say(what, kind, where, mend, _YELLOW if kind == "warning" else BOLD, spelled, lang)


def one_line(what: str, mend: str) -> None:
    """Print a refusal to stderr as one line, wherever it ends up: other programs show what stands there."""
    from mailgen.cli import wording

    said = (wording.worded(text, language()) for text in (what, mend))
    _put(printable(f"mailgen: {'; '.join(said)}"))


def advise(text: str, copy: str | None = None) -> None:
    """Print a piece of advice to stderr, and a line to copy that is never wrapped."""
    from mailgen.cli import wording

    text = wording.worded(text, language())
    _put("  " + wrapped(printable(text), columns(sys.stderr), 2, "  "))
    if copy:
        copy_line(copy)


def listed(head: str, text: str, more: str) -> None:
    """Print a line of a list to stderr; on a terminal `more` has one of its own if all does not fit."""
    from mailgen.cli import wording

    lang = language()
    text, more = wording.worded(text, lang), wording.worded(more, lang)
    width, start = columns(sys.stderr), f"  {head:10}  "
    one = f"{start}{printable(text)}{wording.COLON[lang]}{printable(more)}"
    if width is None or cells(one) <= width:
        _put(one)
        return
    indent = " " * len(start)
    _put(f"{start}{printable(text)}\n{indent}{wrapped(printable(more), width, len(indent), indent)}")


def copy_line(line: str) -> None:
    """Print a line to copy to stderr, as it is."""
    _put("    " + printable(line))


def show(line: str, indent: str | None = None, colour: str = "") -> None:
    """Print one line of text to stdout, with nothing in it that deceives or that a terminal acts upon.

    With `indent` it is wrapped to the width of a terminal, further lines starting with that. Everything that
    verbs print of data goes through here; files that they hand over are printed as they are.
    """
    take_line_away()
    text = "\t".join(map(printable, line.split("\t")))
    if indent is not None:
        text = wrapped(text, columns(sys.stdout), 0, indent)
    print(f"{colour}{text}{_OFF}" if colour else text)


def show_data(data: object, indent: int | None = 2) -> None:
    """Print data as JSON to stdout; what nobody sees is written as an escape that JSON has for it."""
    take_line_away()
    print(_as_json(data, indent))


def report_data(error: MailgenError) -> None:
    """Print a refusal to stderr as JSON: in each language, with the code and the status it ends in."""
    from mailgen.cli import wording
    from mailgen.languages import refusal_data

    spelled = wording.as_in_files if isinstance(error, InFileError) else wording.as_options
    _put(_as_json(refusal_data(error, spelled), 2))


def _as_json(data: object, indent: int | None) -> str:
    import json

    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return "".join(json.dumps(char)[1:-1] if is_hidden(char) and char != "\n" else char for char in text)


def coloured(stream: TextIO | None, when: str = "auto") -> bool:
    """Say whether colours are welcome: `when` is always, never or auto, as --color says.

    Left to itself: on a terminal that is not a dumb one, or where CLICOLOR_FORCE is set and not 0; NO_COLOR
    says no to both (no-color.org, bixense.com/clicolors).
    """
    if when != "auto" or os.environ.get("NO_COLOR"):
        return when == "always"
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return stream is not None
    return os.environ.get("TERM") != "dumb" and columns(stream) is not None


def paged(lines: int, stream: TextIO | None) -> Callable[[str], None] | None:
    """Return what shows a text of so many lines on a pager; None if they fit, or if nobody could turn pages.

    The pager is $PAGER, else less; an empty one, or cat, is none. Git and man do the same.
    """
    if columns(stream) is None or columns(sys.stdin) is None or lines < _rows(stream):
        return None
    import shlex
    from shutil import which

    try:
        words = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:
        return None
    if not words or words == ["cat"] or which(words[0]) is None:
        return None

    def show_paged(text: str) -> None:
        import signal
        import subprocess

        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's, as long as it runs
        try:
            env = {"LESS": "FRX", **os.environ}
            subprocess.run(words, input=text.encode(errors="backslashreplace"), env=env, check=False)
        finally:
            signal.signal(signal.SIGINT, before)

    return show_paged


def _rows(stream: TextIO | None) -> int:
    try:
        told = os.get_terminal_size(stream.fileno()).lines if stream else 0
    except OSError:
        told = 0
    return told or 24


#: Whether a line stands on the terminal that the next one is to be drawn over.
_drawn = False


def draw_line(line: str) -> None:
    """Draw a line on stderr, over the one that was drawn before; whatever is printed next takes its place."""
    global _drawn
    try:
        if sys.stderr is not None:
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
            _drawn = True
    except OSError:
        sys.stderr = None


def take_line_away() -> None:
    """Take away the line that was drawn, if there is one."""
    global _drawn
    if _drawn:
        draw_line("")
        _drawn = False


def _put(text: str) -> None:
    """Print to stderr. A note that cannot be written must not cost the user the file itself."""
    take_line_away()
    try:
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = None


def wrapped(text: str, width: int | None, used: int, indent: str) -> str:
    """Break a text at blanks, or between Chinese characters, to fit `width` columns; None breaks nothing.

    `used` columns are taken on the first line, whose own blanks at the start stay; further lines
    start with `indent`.

    >>> print(wrapped("  one two three", 10, 0, "    "))
      one two
        three
    """
    if width is None or used + cells(text) <= width:
        return text
    start = text[: len(text) - len(text.lstrip())]
    lines, line, room = [], "", width - used - len(start)
    for word in _words(text):
        if line and cells(line) + cells(word.rstrip()) > room:
            lines.append(line.rstrip())
            line, room = "", width - len(indent)
        line += word if line else word.lstrip()
    return start + f"\n{indent}".join([*lines, line.rstrip()])


def _words(text: str) -> list[str]:
    """Split a text into the pieces that may stand on a line of their own, each with the marks around it."""
    import re

    wide, opening, closing = r"[\u2e80-\uffef]", r"[（“《【]", r"[,。、:;!?”)》，：；！？）】]"
    pieces = re.findall(rf"{opening}*(?:{wide}|[^\s\u2e80-\uffef“”]+)?{closing}*\s*|\s+", text)
    return [piece for piece in pieces if piece]


def padded(text: str, width: int) -> str:
    """Return a text with blanks behind it, so that it takes at least `width` columns."""
    return text + " " * max(0, width - cells(text))


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for each wide character."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
