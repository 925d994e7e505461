"""What is written in several places is taken back where one of them fails."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import partial

from mailgen.core.errors import MailgenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mailgen.cli.unlisted import Served


@contextmanager
def taken_back() -> Iterator[list[Callable[[], object]]]:
    """Hand out a list of what takes back what was done; if something is raised, the last goes first."""
    back: list[Callable[[], object]] = []
    try:
        yield back
    except BaseException:
        for undo in reversed(back):
            with suppress(MailgenError, OSError):
                undo()
        raise


def write_provider(who: Served, back: list[Callable[[], object]]) -> None:
    """Write the provider file of what was discovered, and note in `back` how it is taken back."""
    from mailgen.writer.inputs import create_text

    back += [partial(os.rmdir, folder) for folder in missing_folders(who.path)]
    create_text(who.path, who.text, folders=True)
    back.append(partial(os.unlink, who.path))


def missing_folders(path: str) -> list[str]:
    """Return the folders on the way to a file that are not there, the outermost first."""
    missing = []
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing[::-1]
