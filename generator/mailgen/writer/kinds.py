"""What lies at a place, by its kind: a file, as `disk` reads it, a folder, or a symbolic link."""

from __future__ import annotations

import os
import stat

from ..core.errors import MailgenError
from ..core.text import Text
from . import disk, walking

#: The kinds of RenderedFile.
KINDS = ("file", "folder", "symlink")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def found_at(place: walking.Place, kind: str) -> disk.FoundFile | None:
    """Return what is at a place; None if nothing is.

    Of a folder there are no bytes, those of a symbolic link say where it leads. Raises MailgenError for
    anything of another kind, for what is not the user's own, and for a file as `disk.read_file`.
    """
    if kind == "file":
        return disk.read_file(place)
    there = None if place.missing else walking.look(place.folder, place.name)
    if there is None:
        return None
    fits, what = (
        (stat.S_ISDIR(there.st_mode), "folder")
        if kind == "folder"
        else (stat.S_ISLNK(there.st_mode), "symbolic link")
    )
    if not fits:
        raise MailgenError(
            Text("something else than a {what} has this name", what=what),
            place.shown,
            "move it out of the way",
        )
    if there.st_uid != os.geteuid():
        raise MailgenError("it belongs to another user", place.shown, "run mailgen as the user whose it is")
    goal = "" if kind == "folder" else os.readlink(place.name, dir_fd=place.folder)
    return disk.FoundFile(os.fsencode(goal), stat.S_IMODE(there.st_mode), there.st_gid)


def is_empty(place: walking.Place) -> bool:
    """Say whether nothing lies in the folder at a place."""
    handle = os.open(place.name, _FOLDER, dir_fd=place.folder)
    try:
        return not os.listdir(handle)
    finally:
        os.close(handle)


def make_folder(place: walking.Place, mode: int) -> None:
    """Make a folder at a place; one that is there by now will do.

    One that was made on the way to what lies in it, ours and for us alone, gets its mode now.
    """
    made = True
    try:
        os.mkdir(place.name, 0o700, dir_fd=place.folder)
    except FileExistsError:
        found_at(place, "folder")
        made = False
    handle = os.open(place.name, _FOLDER, dir_fd=place.folder)
    try:
        there = os.fstat(handle)
        if made or (there.st_uid == os.geteuid() and stat.S_IMODE(there.st_mode) == 0o700):
            os.fchmod(handle, mode)
    finally:
        os.close(handle)


def make_link(place: walking.Place, name: str, goal: bytes) -> None:
    """Make a symbolic link of this name beside a place; FileExistsError if the name is taken."""
    os.symlink(os.fsdecode(goal), name, dir_fd=place.folder)
