"""Configuration files that are named on the command line."""

from __future__ import annotations

from mailgen.core.errors import UsageError
from mailgen.core.values import replace
from mailgen.formats import detect
from mailgen.formats.statements import Mark, Unread
from mailgen.writer.inputs import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.formats.statements import Reading


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the files to read, and the option that says what they are."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="msmtprc, fetchmailrc, muttrc, neomuttrc, user.js or prefs.js; - is standard input",
    )
    parser.add_argument(
        "--as",
        dest="target",
        choices=sorted(detect.PARSERS),
        help="whose file it is, if its name does not tell",
    )


def reading_of(path: str, target: str | None) -> tuple[Reading, int | None]:
    """Read one file; `target` says whose it is, else its name or what stands in it.

    Returns it with its mode. Raises UsageError if it is not clear whose it is.
    """
    text, mode = read_text(path)
    target = target or detect.by_name(path) or detect.by_content(text)
    if target is None:
        names = ", ".join(sorted(detect.PARSERS))
        raise UsageError("it is not clear whose file this is", path, f"say it with --as, one of {names}")
    reading = detect.read(text, target)
    if (at := text.find("\N{REPLACEMENT CHARACTER}")) >= 0:
        mark = Mark(text.count("\n", 0, at) + 1)
        odd = Unread(mark, "this line holds bytes that are no UTF-8")
        reading = replace(reading, unread=(*reading.unread, odd))
    return reading, mode
