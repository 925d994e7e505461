"""Who may change a folder or a file: nobody but the user and root, or it is refused.

A group counts as the user's own only if nobody else is in it, and a POSIX ACL is read as well: with
one, the bits of the mode that stand for the group are only the most that any of its entries may do
(acl(5)). What the name service does not list (some directories of large sites are not enumerated),
and ACLs of NFSv4 and macOS, cannot be seen here.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from functools import lru_cache

from ..core.errors import MailgenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Tuple

    #: An entry of an ACL: its tag, its permissions, and the number of a user or a group.
    Granted = Tuple[int, int, int]

_ACL = "system.posix_acl_access"
#: Tags of entries (Linux, posix_acl_xattr.h); the header is a version, and each entry tag, bits and number.
_USER, _OF_THE_GROUP, _GROUP, _MASK = 0x02, 0x04, 0x08, 0x10
_HEADER, _GRANT = struct.Struct("<I"), struct.Struct("<HHI")
_WRITE = 2


def judge_folder(handle: int, shown: str, *, last: bool) -> None:
    """Refuse an open folder that others can change; of those on the way, a sticky one will do, like /tmp."""
    status = os.fstat(handle)
    if status.st_uid not in (0, os.geteuid()):
        raise MailgenError(
            "a folder on the way there belongs to another user",
            shown,
            "run mailgen as the user whose files these are",
        )
    sticky = bool(status.st_mode & stat.S_ISVTX) and not last
    if not sticky and _others_write(handle, status):
        raise MailgenError(
            "other users may write to a folder on the way there",
            shown,
            "name a folder of your own"
            if status.st_mode & stat.S_ISVTX
            else "take their permission away: chmod go-w FOLDER",
        )


def judge_file(status: os.stat_result, shown: str) -> None:
    """Refuse anything but a plain file of the user's own with one name only."""
    if not stat.S_ISREG(status.st_mode):
        raise not_a_file(shown)
    if status.st_uid != os.geteuid():
        raise MailgenError(
            "the file belongs to another user", shown, "run mailgen as the user whose file it is"
        )
    if status.st_nlink > 1:
        raise MailgenError(
            "the file has a second name somewhere (a hard link), which would keep the old contents",
            shown,
            "make it a file of its own: copy it, and move the copy over it",
        )


def not_a_file(shown: str) -> MailgenError:
    """Return the refusal of whatever has a file's name and is none."""
    return MailgenError("something else than a file has this name", shown, "move it out of the way")


def _others_write(handle: int, status: os.stat_result) -> bool:
    if status.st_mode & stat.S_IWOTH:
        return True
    if not status.st_mode & stat.S_IWGRP:
        return False  # with an ACL this is its mask, and nobody else may write either
    user = os.geteuid()
    acl = tuple(_acl(handle))
    if not acl:
        return not own_group(user, status.st_gid)
    most = next((bits for tag, bits, _number in acl if tag == _MASK), _WRITE)
    writers = [(tag, number) for tag, bits, number in acl if bits & most & _WRITE]
    return any(
        (tag == _USER and number not in (0, user))
        or (tag == _GROUP and not own_group(user, number))
        or (tag == _OF_THE_GROUP and not own_group(user, status.st_gid))
        for tag, number in writers
    )


def _acl(handle: int) -> Iterator[Granted]:
    """Yield the entries of an open folder's ACL; none where there is none, or the system has none."""
    if not hasattr(os, "getxattr"):  # not Linux
        return
    try:
        content = os.getxattr(handle, _ACL)
    except OSError as error:
        if error.errno not in (errno.ENODATA, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        return
    for place in range(_HEADER.size, len(content), _GRANT.size):
        yield _GRANT.unpack_from(content, place)


@lru_cache(maxsize=None)
def own_group(user: int, group: int) -> bool:
    """Say whether a group is a user's own: of his name (many systems make one for each), and only he in it.

    The answer is kept until `forget`: a name service may take its time to list all users.
    """
    import grp
    import pwd

    try:
        one, its = pwd.getpwuid(user), grp.getgrgid(group)
    except KeyError:
        return False
    if one.pw_gid != group or its.gr_name != one.pw_name or set(its.gr_mem) - {one.pw_name}:
        return False
    return all(other.pw_uid == user for other in pwd.getpwall() if other.pw_gid == group)


def forget() -> None:
    """Ask anew who is in a group, from now on."""
    own_group.cache_clear()
