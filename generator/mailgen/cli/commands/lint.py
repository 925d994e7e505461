"""`mailgen lint`: what is unsafe in existing configuration files, and where it differs from the dataset."""

from __future__ import annotations

from mailgen.catalog.index import CatalogueShelf
from mailgen.cli.config_files import add_files, read_instead_of, readings_of
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_language
from mailgen.cli.progress import add_progress, watch
from mailgen.cli.terminal import language, report, show, show_data
from mailgen.cli.with_program import program_problems, refuse_standard_input
from mailgen.cli.wording import COLON, LABELS, worded
from mailgen.formats.problems import Problem
from mailgen.formats.statements import Mark
from mailgen.languages import sentence
from mailgen.lint.linter import lint, loose_mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.core.errors import MailgenError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add_files(parser)
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="how to print what was found"
    )
    parser.add_argument(
        "--with-program",
        action="store_true",
        help="ask the program itself too, where it is installed: on a copy in which nothing runs a command",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="leave notes out")
    add_progress(parser)
    add_language(parser)
    parser.epilog = (
        "Exit status: 0 nothing but notes, 1 something is to be mended or was not read, "
        "2 wrong words or a file of which nobody knows whose it is. What stops one file stops no other."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what is to be mended in the files; returns the exit status of the epilog."""
    shelf = CatalogueShelf(opened(quiet=arguments.quiet))
    lang = language(arguments.lang)
    found = []
    refused: list[MailgenError] = []
    if arguments.with_program:
        refuse_standard_input(arguments.files)
    step = watch(arguments.progress, "read")(len(arguments.files))
    for path, reading, mode in readings_of(arguments.files, arguments.target, shelf, refused, templates=True):
        format, target = shelf.formats[reading.target], shelf.target(reading.target)
        problems = list(lint(reading, format, shelf, target))
        if mode is not None and (loose := loose_mode(reading, mode)):
            problems.insert(0, loose)
        if other := read_instead_of(path, target):
            problems.insert(0, Problem("not-read", Mark(1), *other))
        if arguments.with_program:
            manifest = shelf.catalogue.manifest(reading.target)
            problems += program_problems(path, reading, manifest)
        if arguments.quiet:
            problems = [problem for problem in problems if problem.severity != "note"]
        found.append((path, problems))
        step()
    if arguments.format == "sarif":
        from mailgen.lint.sarif import sarif

        show_data(sarif(found))
    elif arguments.format == "json":
        show_data([_data(path, one) for path, all in found for one in all])
    else:
        for path, problems in found:
            for problem in problems:
                _show(path, problem, lang)
    for error in refused:
        report(error, lang)
    bad = any(one.severity != "note" for _, problems in found for one in problems)
    return max([int(bad), *(error.status for error in refused)])


def _show(path: str, problem: Problem, lang: str) -> None:
    level, what, mend = (worded(text, lang) for text in (problem.severity, problem.what, problem.mend))
    show(f"{path}:{problem.mark.line}: {level}{COLON[lang]}{what} [{problem.rule}]", "  ")
    show(f"  {LABELS[lang][1].rstrip()} {mend}", " " * 8)
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
        "said": {"what": sentence(problem.what), "mend": sentence(problem.mend)},
        "lines": [change.alone for change in problem.changes if change.text] or None,
    }
