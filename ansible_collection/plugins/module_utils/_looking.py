# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at the files of many users, to spare those a process of their own for whom there is nothing to do.

One process goes from user to user. For each it takes his rights as its effective ones, so that the kernel
judges every path with them, whatever links he lays, and lays them down again behind him. Its real user
stays root: so he can neither stop nor trace it (kill(2), ptrace(2)), and no file system of his own is shown
to it (fuse(4)). It writes nothing and runs nothing. Whoever is not quite as he shall be, is late, or is in
any way odd gets a process that is his own for ever (see _users.py), as if nobody had looked.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Sequence

#: So many may be found in a row that are not as they shall be: then most are not, and looking is in vain.
_IN_VAIN = 8
#: So many seconds we wait for one user; whoever takes longer is left to a process of his own.
_PATIENCE = 5.0


class Looker:
    """A process that looks at the files of some users; `found` is what it says, by the number of the job."""

    def __init__(self, jobs: Sequence[Any], numbers: Sequence[int], look: Callable[[Any], Any]) -> None:
        """Start it; `look` returns what is to be said of a job that is done already, None for all others."""
        self.found: dict[int, Any] = {}
        self.until = time.monotonic() + _PATIENCE
        self._line, theirs = socket.socketpair()
        self.fileno = self._line.fileno()
        self._heard = b""
        self._pid = os.fork()
        if not self._pid:
            try:
                _look_at_all(jobs, numbers, look, theirs)
            finally:
                os._exit(0)
        theirs.close()

    def is_over(self) -> bool:
        """Take what has come over the line; say whether it was the last. Called when something has come."""
        try:
            piece = self._line.recv(1 << 16)
        except OSError:
            piece = b""
        *lines, self._heard = (self._heard + piece).split(b"\n")
        for line in lines:
            number, word = json.loads(line.decode())
            if word is not None:
                self.found[number] = word
        self.until = time.monotonic() + _PATIENCE
        return not piece

    def end(self) -> None:
        """See to it that it ends; the system may hold it for a while."""
        self._line.close()
        with suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(self._pid, os.WNOHANG)


def looked_at(jobs: Sequence[Any], look: Callable[[Any], Any]) -> dict[int, Any]:
    """Return what is to be said of those (user, job) pairs that are done already, by their number.

    Only root may look, and only at users beside himself.
    """
    numbers = [number for number, (user, _job) in enumerate(jobs) if user.pw_uid != 0 and user.pw_gid != 0]
    if os.geteuid() or os.getuid() or not numbers:
        return {}
    count = min(os.cpu_count() or 1, len(numbers))
    lookers = [Looker(jobs, numbers[start::count], look) for start in range(count)]
    at_work = {one.fileno: one for one in lookers}
    lines = select.poll()
    for line in at_work:
        lines.register(line, select.POLLIN)
    while at_work:
        first = min(one.until for one in at_work.values())
        ready = lines.poll(max(0.0, first - time.monotonic()) * 1000 + 1)
        over = [line for line, _what in ready if at_work[line].is_over()]
        over += [line for line, one in at_work.items() if line not in over and one.until <= time.monotonic()]
        for line in over:
            lines.unregister(line)
            del at_work[line]
    for one in lookers:
        one.end()
    return {number: word for one in lookers for number, word in one.found.items()}


def _look_at_all(
    jobs: Sequence[Any], numbers: Sequence[int], look: Callable[[Any], Any], line: socket.socket
) -> None:
    """Be the new process: say of each job its number, and what is found or None."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.chdir("/")
    os.umask(0o077)
    with _rights_of(jobs[numbers[0]][0]):
        _refuse_power()
    in_vain = 0
    for number in numbers:
        user, job = jobs[number]
        word = None
        with suppress(Exception), _rights_of(user):
            word = look(job)
        if os.geteuid():  # what is not laid down ends with us
            return
        line.sendall(json.dumps([number, word]).encode() + b"\n")
        in_vain = 0 if word is not None else in_vain + 1
        if in_vain >= _IN_VAIN:
            return


@contextmanager
def _rights_of(user: Any) -> Iterator[None]:
    """Have a user's rights and no others, as far as files go; root's are back at the end."""
    os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid))
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups([])


def _refuse_power() -> None:
    """Raise PermissionError if root's power over files is still here (capabilities(7)); Linux alone tells."""
    with suppress(FileNotFoundError), open("/proc/self/status", "rb") as file:
        if not any(line.split() == [b"CapEff:", b"0" * 16] for line in file):
            raise PermissionError
