"""A run in which nothing has changed since the last `apply`: its plan is at hand.

Everything that a plan is made of is compared: the text of the accounts file, the catalogue, data that were
fetched, mailgen, what this run says, and what the programs of this machine say. Provider files of the user's
own, and secrets that are handed over, make a plan anew each time.
"""

from __future__ import annotations

import os
import stat
import sys

from mailgen import __version__, paths
from mailgen.accounts.last_plan import forget_plan, keep_plan, last_plan
from mailgen.accounts.location import LARGEST, chosen_path
from mailgen.accounts.plan import Plan
from mailgen.cli import kept_answers
from mailgen.cli.installed import Programs, programs_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.cli.household_options import Wanted


def made_of(arguments: argparse.Namespace) -> str | None:
    """Return a line that changes with whatever a plan is made of, but the programs; None if none can tell."""
    secrets = arguments.secret_from_file or arguments.secret_fd
    if secrets or arguments.providers is not None or os.path.isdir(paths.own_providers()):
        return None
    path = chosen_path(arguments.accounts)
    try:
        text = _content(path)
        catalogue = paths.fingerprint() or _stamp(paths.catalogue_file())
        fetched = _stamp(paths.fetched_data()) if os.path.lexists(paths.fetched_data()) else ""
    except OSError:
        return None
    if text is None:
        return None
    from mailgen.writer.state import digest

    said = arguments.set, arguments.output, arguments.client_version
    return repr((digest(text), catalogue, fetched, __version__, sys.version, sys.platform, said))


def plan_of_last_run(made_of: str) -> tuple[Programs | None, Plan] | None:
    """Return the plan that is kept and `made_of` this, and the programs by whose versions it is judged.

    None if there is none, or programs speak otherwise by now. How the accounts were made is not kept: of a
    run that changes nothing, nobody is told.
    """
    kept = last_plan(made_of)
    if kept is None:
        return None
    beside, files = kept
    if beside is None:
        return None, Plan(files, ())
    programs = programs_here(beside["records"])
    return (programs, Plan(files, ())) if _said(programs) == beside["said"] else None


def keep_for_next_run(wanted: Wanted, made_of: str | None) -> None:
    """Keep the plan of a run that has come to its end, with what it was `made_of`, and what programs said."""
    if wanted.programs is not None:
        kept_answers.add_answers(wanted.programs.fresh)
    if wanted.kept or wanted.plan is None:
        return
    if made_of is None:
        forget_plan()
        return
    beside: dict[str, Any] | None = None
    if wanted.programs is not None:
        words = {
            name: {"title": record["title"], "version": record["version"]}
            for name, record in wanted.programs.records.items()
        }
        beside = {"records": words, "said": _said(wanted.programs)}
    keep_plan(made_of, beside, wanted.plan.files)


def _said(programs: Programs) -> dict[str, list[str]]:
    return {name: [one.version, one.tls] for name, one in programs.found.items()}


def _content(path: str) -> bytes | None:
    """Return what is in an accounts file; None for what is none. OSError is left to the caller."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        content = file.read(LARGEST + 1)
    return content if len(content) <= LARGEST else None


def _stamp(path: str) -> str:
    """Return what tells one file from another that takes its place."""
    status = os.stat(path)
    times = status.st_size, status.st_mtime_ns, status.st_ctime_ns
    return repr((path, status.st_dev, status.st_ino, *times))
