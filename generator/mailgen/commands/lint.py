"""`mailgen lint`: what is unsafe in existing configuration files, and where it differs from the dataset."""

from __future__ import annotations


from mailgen.commands.opening import opened
from mailgen.errors import UsageError
from mailgen.existing import which
from mailgen.existing.lint import lint, loose_mode
from mailgen.existing.words import Mark, Unread
from mailgen.intake import read_text
from mailgen.parser import add_language
from mailgen.shelf import CatalogueShelf
from mailgen.terminal import language, show, show_data
from mailgen.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.existing.rules import Problem
    from mailgen.existing.words import Reading


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add_files(parser)
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="how to print what was found"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="leave notes out")
    add_language(parser)
    parser.epilog = "Exit status: 0 nothing but notes, 1 something is to be mended, 2 wrong words."


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
        choices=sorted(which.PARSERS),
        help="whose file it is, if its name does not tell",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what is to be mended in the files; returns 1 if there is anything but notes."""
    shelf = CatalogueShelf(opened())
    lang = language(arguments.lang)
    found = []
    for path in arguments.files:
        reading, mode = reading_of(path, arguments.target)
        problems = list(lint(reading, shelf, shelf.target(reading.target), lang))
        if mode is not None and (loose := loose_mode(reading, mode)):
            problems.insert(0, loose)
        if arguments.quiet:
            problems = [problem for problem in problems if problem.severity != "note"]
        found.append((path, problems))
    if arguments.format == "sarif":
        from mailgen.existing.sarif import sarif

        show_data(sarif(found))
    elif arguments.format == "json":
        show_data([_data(path, one) for path, all in found for one in all])
    else:
        for path, problems in found:
            for problem in problems:
                _show(path, problem)
    return int(any(one.severity != "note" for _, problems in found for one in problems))


def reading_of(path: str, target: str | None) -> tuple[Reading, int | None]:
    """Read one file; `target` says whose it is, else its name or what stands in it.

    Returns it with its mode. Raises UsageError if it is not clear whose it is.
    """
    text, mode = read_text(path)
    target = target or which.by_name(path) or which.by_content(text)
    if target is None:
        names = ", ".join(sorted(which.PARSERS))
        raise UsageError("it is not clear whose file this is", path, f"say it with --as, one of {names}")
    reading = which.read(text, target)
    if (at := text.find("\N{REPLACEMENT CHARACTER}")) >= 0:
        mark = Mark(text.count("\n", 0, at) + 1)
        odd = Unread(mark, "this line holds bytes that are no UTF-8")
        reading = replace(reading, unread=(*reading.unread, odd))
    return reading, mode


def _show(path: str, problem: Problem) -> None:
    show(f"{path}:{problem.mark.line}: {problem.severity}: {problem.what} [{problem.rule}]", "  ")
    show(f"  mend: {problem.mend}", " " * 8)
    for change in problem.changes:
        if change.text:
            show(f"  + {change.alone}")


def _data(path: str, problem: Problem) -> dict[str, Any]:
    return {
        "file": path,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "rule": problem.rule,
        "severity": problem.severity,
        "what": problem.what,
        "mend": problem.mend,
        "lines": [change.alone for change in problem.changes if change.text] or None,
    }
