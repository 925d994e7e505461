"""Configuration files that are named on the command line."""

from __future__ import annotations

import os

from mailgen.catalog.index import whose_form
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.core.values import replace
from mailgen.formats import detect
from mailgen.formats.statements import Mark, Unread
from mailgen.redaction.holes import masked
from mailgen.writer.inputs import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from typing import Any

    from mailgen.catalog.index import CatalogueShelf
    from mailgen.formats.statements import Reading
    from mailgen.model.target import Target


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


def readings_of(
    paths: Sequence[str],
    target: str | None,
    shelf: CatalogueShelf,
    refused: list[MailgenError],
    templates: bool = False,
) -> Iterator[tuple[str, Reading, int | None]]:
    """Yield what was read from each file, by path, with its mode; what stops one file stops no other.

    Why a file was not read is added to `refused`, which is empty before: whoever calls says so, and ends with
    the status of the gravest. `target` and `templates` are as in `reading_of`.
    """
    if target:
        _form(target, shelf)
    for path in paths:
        try:
            reading, mode = reading_of(path, target, shelf, templates)
        except MailgenError as error:
            refused.append(error)
        else:
            yield path, reading, mode


def reading_of(
    path: str, target: str | None, shelf: CatalogueShelf, templates: bool = False
) -> tuple[Reading, int | None]:
    """Read one file; `target` says whose it is, else its name or what stands in it.

    With `templates`, what a template's program fills in is taken for words that only stand for something.
    Returns it with its mode. Raises UsageError if it is not clear whose it is, or if nobody reads such files.
    """
    formats, known = shelf.formats, shelf.known_formats
    named = _form(target, shelf) if target else None
    text, mode = read_text(path)
    place = path if path == "-" else os.path.abspath(path)
    if not named and not detect.by_name(place, known):
        _refuse_unread(path, shelf)
    plain = masked(text) if templates else text
    target = named or detect.whose(place, plain, known)
    if target is None:
        names = ", ".join(formats)
        raise UsageError(
            Text("it is not clear whose file this is"),
            path,
            Text(
                "leave it out, or say whose it is with {option}, one of {names}", option="--as", names=names
            ),
        )
    if target not in formats:
        raise _unread(shelf.catalogue.manifest(target)["title"], path, shelf)
    reading = replace(formats[target].read(plain, target), template=plain != text)
    if (at := text.find("\N{REPLACEMENT CHARACTER}")) >= 0:
        mark = Mark(text.count("\n", 0, at) + 1)
        odd = Unread(mark, Text("this line holds bytes that are no UTF-8"))
        reading = replace(reading, unread=(*reading.unread, odd))
    return reading, mode


def read_instead_of(path: str, target: Target) -> tuple[str, str] | None:
    """Say that the program reads another file than one that lies where it looks, and what to do.

    Returns None where it reads this one, or nobody knows: for standard input, and a file anywhere else.
    """
    from mailgen.resolve.places import places_of
    from mailgen.writer.settling import read_instead

    if path == "-" or not target.reads:
        return None
    other = read_instead(path, list(places_of(target)), os.path.expanduser("~"), os.environ)
    if other is None:
        return None
    return (
        Text("{program} reads {other} on this machine, and not this file", program=target.title, other=other),
        Text("look at that file instead, or keep one of the two"),
    )


def _form(target: str, shelf: CatalogueShelf) -> str:
    """Return the target in whose form the files of a target are; raises UsageError if they are not read."""
    record = shelf.catalogue.manifest(target)
    form = whose_form(target, record)
    if form not in shelf.formats:
        raise _unread(record["title"], "--as", shelf)
    return form


def _refuse_unread(path: str, shelf: CatalogueShelf) -> None:
    """Raise UsageError for a file that is named as a target whose files nobody reads names its own.

    A name that several programs use (config, config.toml) says nothing without the folder.
    """
    place = tuple(os.path.abspath(path).replace("\\", "/").split("/")[-2:])
    found = {
        target: record
        for target, record in shelf.catalogue.manifests()
        if place[-1] in {own[-1] for own in _places(record)}
    }
    alone = len({whose_form(target, record) for target, record in found.items()}) == 1
    for target, record in found.items():
        if whose_form(target, record) not in shelf.formats and (alone or place in _places(record)):
            raise _unread(record["title"], path, shelf)


def _places(record: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return how a program calls its own file, behind the folder in which it lies."""
    paths = [record["files"][0]["path"], *(place["path"] for place in record.get("reads", ()))]
    return {tuple(path.split("/")[-2:]) for path in paths}


def _unread(title: str, where: str, shelf: CatalogueShelf) -> UsageError:
    what = Text("mailgen writes files of {title}, and does not read them", title=title)
    return UsageError(what, where, Text("it reads those of {names}", names=Listed(", ", shelf.formats)))
