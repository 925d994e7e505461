# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work for several users, each in a process of his own that has nobody else's rights.

The kernel then judges every path with the rights of the user it belongs to, whatever links he lays.
A process does the first half of its work, says what came of it, and waits for the word to do the
second. If the module dies, the line to it is cut, and the process gives up.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import traceback
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Sequence

    #: What a process knows and says: JSON.
    Word = dict[str, Any]

_GO = "go"
#: So many processes for each processor: while one waits for the disk or for a program, others go on.
_AT_ONCE = 3


class Line:
    """One end of a line between two processes: words go over it as lines of JSON."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._file = end.makefile("rwb")

    def say(self, word: Any) -> None:
        """Send a word. Raises OSError if nobody is there any more."""
        self._file.write(json.dumps(word).encode() + b"\n")
        self._file.flush()

    def hear(self) -> Any:
        """Return the next word; None if there will be none."""
        try:
            line = self._file.readline()
        except OSError:
            return None
        return json.loads(line.decode()) if line.endswith(b"\n") else None

    def told_to_go(self) -> bool:
        """Wait for the others; say whether the second half is to be done."""
        return bool(self.hear() == _GO)

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):  # what could not be said any more
            self._file.close()
        self._end.close()


class Worker:
    """A process that works for one user; `said` is what came of it so far."""

    def __init__(self, user: Any, work: Callable[[Line], None], others: Sequence[Worker]) -> None:
        """Start it. `user` is an entry of the pwd module, `others` the processes started before."""
        ours, theirs = socket.socketpair()
        self.said: Word = {}
        self.fileno = ours.fileno()
        self._pid = os.fork()
        if not self._pid:
            _keep_only(theirs.fileno(), [self.fileno, *(other.fileno for other in others)])
            _work(user, work, Line(theirs))
        theirs.close()
        self._line = Line(ours)

    def hear(self) -> None:
        """Wait for what comes of the half that it is in."""
        word: Word | None = self._line.hear()
        self.said.update(_GONE if word is None else word)

    def go_on(self) -> None:
        """Let it do the second half."""
        with suppress(OSError):  # if it is not there any more, it will not be heard either
            self._line.say(_GO)

    def end(self) -> None:
        """Let it give up, unless it is done; wait for its end."""
        self._line.close()
        os.waitpid(self._pid, 0)


def _keep_only(ours: int, others: Sequence[int]) -> None:
    """Close in a new process what belongs to others: a line is cut only when nobody holds its other end."""
    os.closerange(min(others), ours)
    os.closerange(max(ours, min(others) - 1) + 1, max(others) + 1)


_GONE = {
    "errors": [
        {
            "what": "the process that writes for this user has ended before its time",
            "where": "this user",
            "mend": "see whether memory is short, and run the same again",
        }
    ]
}


def in_two_halves(
    jobs: Sequence[Any], work: Callable[[Any, Line], None], good: Callable[[list[Word]], bool]
) -> list[Word]:
    """Do (user, job) pairs, each as its user: the second half only if `good` says so of all the first.

    Returns for each what was said in the first half, with what was said in the second in its place
    where that is something. A few are at work at any time, the others wait.
    """
    _allow_files(len(jobs))
    workers: list[Worker] = []

    def start(number: int) -> None:
        user, job = jobs[number]
        workers.append(Worker(user, lambda line: work(job, line), workers))

    try:
        _in_turn(len(jobs), start, lambda number: workers[number].hear())
        if good([worker.said for worker in workers]):
            _in_turn(len(jobs), lambda number: workers[number].go_on(), lambda number: workers[number].hear())
    finally:
        for worker in workers:
            worker.end()
    return [worker.said for worker in workers]


def _in_turn(count: int, begin: Callable[[int], None], finish: Callable[[int], None]) -> None:
    """Begin and finish things by their numbers, in order, with a few begun and not finished."""
    ahead = _AT_ONCE * (os.cpu_count() or 1)
    for number in range(count + ahead):
        if number < count:
            begin(number)
        if 0 <= number - ahead < count:
            finish(number - ahead)


def _allow_files(count: int) -> None:
    """Each process needs an open file here; many systems allow few unless asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * count + 64
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _work(user: Any, work: Callable[[Line], None], line: Line) -> None:
    """Be the new process; never returns."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.setsid()
        _become(user)
        work(line)
    except BaseException as error:
        _say_crash(line, error)
    finally:
        os._exit(0)


def _become(user: Any) -> None:
    """Take a user's rights and his alone; there is no way back."""
    os.chdir("/")
    os.umask(0o077)
    if os.getuid() != user.pw_uid or os.getgid() != user.pw_gid:
        os.initgroups(user.pw_name, user.pw_gid)
        os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
        os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ.update(HOME=user.pw_dir, USER=user.pw_name, LOGNAME=user.pw_name)


def _say_crash(line: Line, error: BaseException) -> None:
    """Say where we failed, and not with which words: they might hold a secret."""
    steps = traceback.extract_tb(error.__traceback__)
    last = steps[-1]
    what = f"{type(error).__name__} in {os.path.basename(last.filename)}, line {last.lineno}"
    mend = "this is a fault of mailgen's: report it"
    with suppress(OSError):
        line.say({"errors": [{"what": what, "where": "this user", "mend": mend}]})
