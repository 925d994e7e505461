"""The file of its own that a program reads on this machine: the one to write, and no other.

A program looks in several places, in its own order, and reads the first file it finds. To write another is
to write what nobody reads, or to hide what the user has.
"""

from __future__ import annotations

import os
import stat
import sys

from ..core.errors import MailgenError
from ..core.places import read_places
from ..core.text import Text
from ..core.values import replace
from . import blocks, disk, keys, walking
from .outcomes import without_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..core.files import RenderedFile
    from ..core.places import ReadPlace
    from .changes import Entry


def settled(
    files: Sequence[RenderedFile],
    root: str,
    entries: Mapping[str, Entry],
    environment: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> tuple[tuple[RenderedFile, ...], tuple[str, ...]]:
    """Return files with the paths that their programs read below the home `root`, and the paths they leave.

    `entries` are what was written there before, `environment` the variables of the one who runs the programs,
    None where nobody knows them. Where the user has a file of his own, it is the first of these that the
    program finds; else the one that was written before; else the manifest's. Raises MailgenError where two
    programs read one file of his, and where a program reads none below the home.
    """
    looking = {_below(file, file.path): file for file in files if file.reads}
    ahead = {path: list(_places(file, root, environment, platform)) for path, file in looking.items()}
    homes = {path: _place(file, path, ahead[path], root, entries) for path, file in looking.items()}
    by_place: dict[str, list[str]] = {}
    for path, place in homes.items():
        by_place.setdefault(place, []).append(path)
    for place, paths in by_place.items():
        if len(paths) > 1:
            raise _shared(place, {looking[path].target: ahead[path] for path in paths})
    for path, file in looking.items():
        others = {place for other, place in homes.items() if other != path}
        others |= {one for one, entry in entries.items() if entry.target != file.target and _there(root, one)}
        homes[path] = _seen_first(homes[path], ahead[path], others)
    moved = tuple(
        file if homes.get(path := _below(file, file.path), path) == path else replace(file, path=homes[path])
        for file in files
    )
    left = {
        one
        for path, file in looking.items()
        for one in (path, *ahead[path])
        if one != homes[path] and one in entries and entries[one].target == file.target
    }
    return moved, tuple(sorted(left - {file.path for file in moved}))


def read_instead(
    path: str,
    places: Sequence[ReadPlace],
    root: str,
    environment: Mapping[str, str],
    platform: str = sys.platform,
) -> str | None:
    """Return the file that a program reads in the place of the one at `path`, which lies where it looks.

    `places` are where it looks, below the home `root` and elsewhere. Returns None where it reads this one,
    and for a file that lies anywhere else: nobody says that the program should find it there.
    """
    given = os.path.abspath(path)
    looked = [_path(root, place) for place in read_places(places, environment, platform)]
    usual = [_path(root, place) for place in read_places(places, {}, platform)]
    if not any(_same(given, place) for place in (*looked, *usual)):
        return None
    first = next((place for place in looked if _there(root, place)), looked[0] if looked else given)
    return None if _same(given, first) else first


def _same(path: str, other: str) -> bool:
    """Say whether two paths are of one file; where none is there yet, whether they are alike."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return path == other


def _below(file: RenderedFile, path: str) -> str:
    """Return a path with ~/ for the home; that of the whole system is the root of what is written."""
    return f"~{path}" if file.scope == "system" and path.startswith("/") else path


def _places(
    file: RenderedFile, root: str, environment: Mapping[str, str] | None, platform: str
) -> Iterator[str]:
    """Yield where a program looks below the home, with ~/ for it, and elsewhere as it is."""
    top = os.path.join(os.path.abspath(root), "")
    for path in read_places(file.reads, environment or {}, platform):
        inside = path.startswith(top) and file.scope != "system"
        yield "~/" + path[len(top) :] if inside else _below(file, path)


def _place(file: RenderedFile, path: str, places: list[str], root: str, entries: Mapping[str, Entry]) -> str:
    """Return where a file belongs, `path` being the manifest's place; MailgenError if not below the home."""
    theirs = [one for one in places if _there(root, one) and not _is_ours(root, one, entries)]
    former = [one for one in places if one in entries and entries[one].target == file.target]
    usual = [path] if path in places else places
    place = [*theirs, *former, *usual, path][0]
    if not place.startswith("~/"):
        raise MailgenError(
            Text("{program} reads this file, which does not lie below the home", program=file.target),
            place,
            Text("change the variable that names it, or leave {program} out", program=file.target),
        )
    return place


def _seen_first(place: str, places: list[str], others: set[str]) -> str:
    """Return a place that is looked at before those that other programs have, for theirs would be read."""
    before = next((number for number, one in enumerate(places) if one in others), len(places))
    if place in places and places.index(place) > before > 0:
        return places[0]
    return place


def _shared(place: str, programs: Mapping[str, list[str]]) -> MailgenError:
    """Return the refusal to write for several programs into one file; each with its places."""
    names = list(programs)
    read = {name: {one for other in names if other != name for one in programs[other]} for name in names}
    alone = min(names, key=lambda name: programs[name][0] in read[name])
    return MailgenError(
        Text(
            "{programs} read this file both, and each takes lines of the other for wrong",
            programs=" and ".join(names),
        ),
        place,
        Text(
            "make a file for {program} alone, {own}, or leave one of them out",
            program=alone,
            own=programs[alone][0],
        ),
    )


def _there(root: str, place: str) -> bool:
    """Say whether a program finds a file; a link may lead to it."""
    try:
        return stat.S_ISREG(os.stat(_path(root, place)).st_mode)
    except OSError:
        return False


def _path(root: str, place: str) -> str:
    return os.path.join(root, place[2:]) if place.startswith("~/") else place


def _is_ours(root: str, place: str, entries: Mapping[str, Entry]) -> bool:
    """Say whether all of a file is what mailgen has written, as far as can be seen; no link is followed."""
    entry = entries.get(place)
    if entry is None:
        return False
    if entry.merge == "replace":
        return True
    try:
        with walking.opened_root(root) as top:
            if top is None:
                return False
            with walking.located(top, walking.relative(place, root), place, follow=False) as found:
                file = disk.read_file(found)
        return file is not None and not without_part(file.content, entry).strip()
    except (OSError, MailgenError, blocks.BrokenMarks, keys.Unmergeable):
        return False
