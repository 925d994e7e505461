"""What the program itself says of a file that is linted: it is asked on a copy, which runs nothing."""

from __future__ import annotations

import os

from mailgen.core.errors import UsageError
from mailgen.core.text import Option, Text
from mailgen.formats import load
from mailgen.formats.problems import Problem
from mailgen.formats.statements import Mark
from mailgen.writer.checks import PATH, asked
from mailgen.writer.inputs import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from mailgen.formats.statements import Reading
    from mailgen.model.records import Record


def refuse_standard_input(paths: Sequence[str]) -> None:
    """Raise UsageError for standard input, which can be read once only."""
    if "-" in paths:
        raise UsageError(
            Text("standard input cannot be read twice"), Option("with_program"), Text("name the file")
        )


def program_problems(path: str, reading: Reading, manifest: Record) -> Iterator[Problem]:
    """Yield what the program whose manifest this is has against the file at `path`, as errors.

    If it is not here, has no way to check a file, or may not read the copy, that is a note.
    """
    check: dict[str, Any] = manifest.get("check") or {}
    title = manifest["title"]
    if not check or (check.get("runs_commands") and "replace" not in check):
        yield _not_asked(Text("{title} has no way to check a file", title=title))
        return
    if reading.template:
        yield _not_asked(Text("the file is a template, and no file of {title} yet", title=title))
        return
    names = [""]
    if "{account}" in check["argv"]:
        names = [account.label for account in reading.accounts if account.label] or names
    content = read_bytes(path)
    told = set()
    for name in names:
        place = os.environ.get("PATH") or PATH
        answer = asked(check, content, load(manifest["grammar"]).redaction, account=name, path=place)
        if answer is None:
            yield _not_asked(Text("{program} is not here, or may not read it", program=check["argv"][0]))
            return
        for one in answer.complaints:
            # Without a line it is about the account that was asked for, which not every file has.
            if one.line or name or "{account}" not in check["argv"]:
                told.add((one.line, one.words))
        if not answer.taken and not answer.complaints:
            told.add((0, ""))
    for line, words in sorted(told):
        what = (
            Text("{title} refuses this: {words}", title=title, words=words)
            if words
            else Text("{title} refuses the file and does not say why", title=title)
        )
        yield Problem("program-refuses", Mark(max(line, 1)), what, Text("look at this line"))


def _not_asked(why: Text) -> Problem:
    what = Text("the program was not asked: {why}", why=why)
    return Problem("program-refuses", Mark(1), what, Text("nothing has to be done"), level="note")
