"""Files to disk: private from the first byte, whole or not at all, and never over somebody's own."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager

from ..core.errors import MailgenError, UsageError
from ..core.values import replace
from . import disk, kinds, walking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..core.files import RenderedFile


def below_root(files: Sequence[RenderedFile]) -> tuple[RenderedFile, ...]:
    """Return files whose home is a folder: those of the whole system lie as if it were the root.

    The group of such a file is one of the machine that the tree is made for, so it is left out.
    """
    return tuple(
        replace(file, path=f"~{file.path}", group=None) if file.scope == "system" else file for file in files
    )


def lies_in(root: str, path: str) -> bool:
    """Say whether something lies below the folder `root` where `write_tree` puts a file for `path`."""
    return os.path.lexists(os.path.join(root, path.lstrip("~/")))


def write_tree(
    root: str, files: Sequence[RenderedFile], *, follow_links: bool = False
) -> list[tuple[str, bool]]:
    """Write `files` below the folder `root`, their home (`~/`) becoming `root` itself.

    Returns path and whether it was written, per file; a file that already holds the same bytes is
    left alone, and so is a folder that is there. Raises MailgenError, before anything is written, if a file
    is there with other bytes or a link that leads elsewhere, and for links (unless `follow_links`) and
    folders that others can change, as `disk` does; and for a full disk, a missing permission or another
    failure of the system. Folders that are missing are made with mode 0700.
    """
    if not root:
        raise UsageError("no folder is named", "-o", "name one, or leave -o out to print the file")
    plan = [(file, walking.relative(file.path, root)) for file in below_root(files)]
    done = []
    with ExitStack() as stack:
        with _failures(root):
            top = stack.enter_context(walking.made_root(root))
        seen = [_seen(top, root, parts, file, follow_links) for file, parts in plan]
        for (file, parts), there in zip(plan, seen, strict=True):
            path = os.path.join(root, *parts)
            with _failures(path), _at(top, parts, path, file.kind, follow_links, make=not there) as place:
                written = _narrowed(place, file) if there else _put(place, file)
            done.append((path, written))
    return done


def _seen(top: int, root: str, parts: Sequence[str], file: RenderedFile, follow: bool) -> bool:
    """Say whether a file is there and holds what it shall; raise MailgenError if it holds anything else."""
    path = os.path.join(root, *parts)
    with _failures(path), _at(top, parts, path, file.kind, follow) as place:
        found = kinds.found_at(place, file.kind)
    if found and found.content != file.content:
        raise _in_the_way(path)
    return found is not None


def _narrowed(place: walking.Place, file: RenderedFile) -> bool:
    return file.kind == "file" and disk.narrowed(place, file.mode)


def _put(place: walking.Place, file: RenderedFile) -> bool:
    if file.kind == "folder":
        kinds.make_folder(place, file.mode)
    elif file.kind == "symlink":
        kinds.make_link(place, place.name, file.content)
    else:
        disk.written_in(place.folder, place.name, file.content, file.mode, disk.put_beside)
    return True


@contextmanager
def _at(
    top: int, parts: Sequence[str], path: str, kind: str, follow: bool, make: bool = False
) -> Iterator[walking.Place]:
    link = kind == "symlink"
    way = walking.located(top, parts, path, follow=follow, make=make, link=link)
    with walking.private_umask(), way as place:
        yield place


@contextmanager
def _failures(path: str) -> Iterator[None]:
    """Say in mailgen's manner what the system refuses."""
    try:
        yield
    except FileExistsError:
        raise _in_the_way(path) from None
    except OSError as error:
        raise disk.refusal(error, path, "nothing is half-written") from None


def _in_the_way(path: str) -> MailgenError:
    return MailgenError(
        "a file with other contents is already there, and mailgen overwrites nothing",
        path,
        "choose an empty folder with -o, or move the file away first",
    )
