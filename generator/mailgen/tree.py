"""Files to disk: private from the first byte, whole or not at all, and never over somebody's own."""

from __future__ import annotations

import errno
import os
import secrets

from mailgen import disk
from mailgen.errors import MailgenError, UsageError
from mailgen.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.model import RenderedFile


def below_root(files: Sequence[RenderedFile]) -> tuple[RenderedFile, ...]:
    """Return files whose home is a folder: those of the whole system lie as if it were the root.

    The group of such a file is one of the machine that the tree is made for, so it is left out.
    """
    return tuple(
        replace(file, path=f"~{file.path}", group=None) if file.scope == "system" else file for file in files
    )


def write_tree(root: str, files: Sequence[RenderedFile]) -> list[tuple[str, bool]]:
    """Write `files` below the folder `root`, their home (`~/`) becoming `root` itself.

    Returns path and whether it was written, per file; a file that already holds the same bytes is
    left alone. Raises MailgenError, before anything is written, if a file is there with other
    bytes; and for a full disk, a missing permission or another failure of the system. Folders that
    are missing are made with mode 0700.
    """
    if not root:
        raise UsageError("no folder is named", "-o", "name one, or leave -o out to print the file")
    if os.path.lexists(root) and not os.path.isdir(root):
        raise MailgenError("this is not a folder", root, "name a folder with -o; the file is made in it")
    plan = []
    for file in below_root(files):
        path = os.path.join(root, *_below(file.path).split("/"))
        content = file.text.encode()
        plan.append((path, content, file.mode, _unchanged(path, content)))
    done = []
    for path, content, mode, unchanged in plan:
        try:
            if unchanged:
                unchanged = not _tightened(path, mode)
            else:
                disk.make_folders(os.path.dirname(path))
                _create(path, content, mode)
        except FileExistsError:
            raise _in_the_way(path) from None
        except OSError as error:
            raise _failed(path, error) from None
        done.append((path, not unchanged))
    return done


def _below(path: str) -> str:
    relative = path.removeprefix("~/")
    if relative.startswith("/") or ".." in relative.split("/"):
        raise MailgenError(
            f"{path} does not lie in a home directory", "-o", "print it to standard output instead"
        )
    return relative


def _unchanged(path: str, content: bytes) -> bool:
    """Say whether `path` already holds `content`; raise MailgenError if it holds anything else."""
    try:
        if os.path.islink(path) or not os.path.isfile(path):
            if os.path.lexists(path):
                raise _in_the_way(path)
            return False
        with open(path, "rb") as there:
            if there.read(len(content) + 1) == content:
                return True
    except OSError as error:
        raise _failed(path, error) from None
    raise _in_the_way(path)


def _tightened(path: str, mode: int) -> bool:
    """Take away the permissions that a file of ours has beyond `mode`; say whether there were any."""
    found = os.stat(path, follow_symlinks=False).st_mode & 0o777
    if found & ~mode:
        os.chmod(path, found & mode)
    return bool(found & ~mode)


def _create(path: str, content: bytes, mode: int) -> None:
    """Make a new file in one step: a private temporary file in the same folder, linked when whole."""
    name = os.path.basename(path)
    disk.written(path, f".{name}.{secrets.token_hex(8)}", content, mode, disk.put_beside)


def _in_the_way(path: str) -> MailgenError:
    return MailgenError(
        "a file with other contents is already there, and mailgen overwrites nothing",
        path,
        "choose an empty folder with -o, or move the file away first",
    )


def _failed(path: str, error: OSError) -> MailgenError:
    mends = {
        errno.ENOSPC: "make room and try again",
        errno.EDQUOT: "make room and try again",
        errno.EACCES: "choose a folder that you may write to",
        errno.EROFS: "choose a folder that can be written to",
    }
    mend = mends.get(error.errno or 0, "choose another folder with -o")
    return MailgenError(
        f"the file cannot be written: {error.strerror}", path, f"{mend}; nothing is half-written"
    )
