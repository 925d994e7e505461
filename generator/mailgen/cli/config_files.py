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

    from mailgen.catalog.index import CatalogueShelf
    from mailgen.formats.statements import Reading


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the files to read, and the option that says what they are."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a configuration file of a client; - is standard input",
    )
    parser.add_argument(
        "--as",
        dest="target",
        metavar="TARGET",
        help="the client whose file it is, if its name does not tell",
    )


def reading_of(path: str, target: str | None, shelf: CatalogueShelf) -> tuple[Reading, int | None]:
    """Read one file; `target` says whose it is, else its name or what stands in it.

    Returns it with its mode. Raises UsageError if it is not clear whose it is, or if nobody reads such files.
    """
    formats = shelf.formats
    named = _form(target, shelf) if target else None
    text, mode = read_text(path)
    target = named or detect.by_name(path, formats) or detect.by_content(text, formats)
    if target is None:
        names = ", ".join(formats)
        raise UsageError("it is not clear whose file this is", path, f"say it with --as, one of {names}")
    reading = formats[target].read(text, target)
    if (at := text.find("\N{REPLACEMENT CHARACTER}")) >= 0:
        mark = Mark(text.count("\n", 0, at) + 1)
        odd = Unread(mark, "this line holds bytes that are no UTF-8")
        reading = replace(reading, unread=(*reading.unread, odd))
    return reading, mode


def _form(target: str, shelf: CatalogueShelf) -> str:
    """Return the target in whose form the files of a target are; raises UsageError if they are not read."""
    record = shelf.catalogue.manifest(target)
    form: str = record.get("like", target)
    if form not in shelf.formats:
        what = f"mailgen writes files of {record['title']}, and does not read them"
        raise UsageError(what, "--as", f"it reads those of {', '.join(shelf.formats)}")
    return form
