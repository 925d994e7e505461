# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work for several users, each in a process of his own that has nobody else's rights.

The kernel then judges every path with the rights of the user it belongs to, whatever links he lays.
A process does the first half of its work, says what came of it, and waits for the word to do the
second. If the module dies, the line to it is cut, and the process gives up.

A process with a user's rights is also his to stop or to kill (kill(2)), and a path of his may hang, by FUSE
or a network gone dead. So nobody waits for one without an end: each half has its time, and whatever
is not done by then is killed and told as this user's error.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import time
import traceback
from contextlib import suppress
from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Mapping, Sequence

    #: What a process knows and says: JSON.
    Word = dict[str, Any]

_GO = "go"
#: So many processes for each processor: while one waits for the disk or for a program, others go on.
_AT_ONCE = 3
#: So long we wait for the end of a process that has been killed; the system may hold it for ever.
_SECONDS_TO_DIE = 5.0


class Aside:
    """Values that are set aside as one run of bytes, JSON, until somebody wants one or lets go of all.

    A new process has a copy made of each page of memory that it writes to, and to free many small things of
    its parent is to write to all of them: of a thousand users each process would copy what is of all others.
    """

    def __init__(self, values: Iterable[Any]) -> None:
        pieces = [json.dumps(value).encode() for value in values]
        self._ends = [0]
        for piece in pieces:
            self._ends.append(self._ends[-1] + len(piece))
        self._all = b"".join(pieces)

    def __getitem__(self, number: int) -> Any:
        return json.loads(self._all[self._ends[number] : self._ends[number + 1]].decode())

    def drop(self) -> None:
        """Let go of all."""
        self._all = b""


class Line:
    """One end of a line between two processes: words go over it as lines of JSON."""

    def __init__(self, end: socket.socket) -> None:
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


class Worker:
    """A process that works for one user; `said` is what came of it so far."""

    def __init__(
        self,
        user: Any,
        work: Callable[[Line], None],
        others: Sequence[Worker],
        forget: Callable[[], object],
    ) -> None:
        """Start it. `user` is an entry of the pwd module, `others` the processes started before.

        `forget` is called in the process while it is still ours, to let go of what belongs to others.
        """
        self._line, theirs = socket.socketpair()
        self.said: Word = {}
        self.fileno = self._line.fileno()
        self.until = 0.0
        self._heard = bytearray()
        self._ended = False
        self._pid = os.fork()
        if not self._pid:
            _keep_only(theirs.fileno(), [self.fileno, *(other.fileno for other in others)])
            _work(user, work, Line(theirs), forget)
        theirs.close()

    def hears_all(self) -> bool:
        """Take what has come over the line; say whether this half is over. Called when something has come."""
        try:
            piece = self._line.recv(1 << 16)
        except OSError:
            piece = b""
        self._heard += piece
        if b"\n" in piece:
            self.said.update(json.loads(self._heard.split(b"\n")[0].decode()))
        elif not piece:
            self.said.update(_GONE)
        return b"\n" in piece or not piece

    def go_on(self) -> None:
        """Let it do the second half."""
        del self._heard[:]
        with suppress(OSError):  # if it is not there any more, it will not be heard either
            self._line.sendall(json.dumps(_GO).encode() + b"\n")

    def is_late(self, seconds: float, halves: int) -> None:
        """Kill it: its time is up in the first or the second of its `halves`."""
        self.kill()
        self.said.update(_late(seconds, halves))

    def kill(self) -> None:
        """Kill it and the programs it has asked. What is left of its files, the next run clears up."""
        if self.has_ended():
            return
        for kill, whom in ((os.killpg, self._pid), (os.kill, self._pid)):  # at first it has no group yet
            with suppress(OSError):
                kill(whom, signal.SIGKILL)

    def give_up(self) -> None:
        """Let it give up, unless it is done."""
        self._line.close()

    def has_ended(self) -> bool:
        """Say whether it is no more."""
        if not self._ended:
            try:
                self._ended = os.waitpid(self._pid, os.WNOHANG)[0] != 0
            except ChildProcessError:  # somebody else has asked
                self._ended = True
        return self._ended


def _keep_only(ours: int, others: Sequence[int]) -> None:
    """Close in a new process what belongs to others: a line is cut only when nobody holds its other end."""
    os.closerange(min(others), ours)
    os.closerange(max(ours, min(others) - 1) + 1, max(others) + 1)


_GONE = {
    "errors": [
        {
            "what": "the process that writes for this user has ended before its time",
            "where": "this user",
            "mend": "see whether memory is short, or he kills it, and run the same again",
        }
    ]
}


def _late(seconds: float, halves: int) -> Word:
    """Return what is said of a process that was killed."""
    done = "some of his files may be done" if halves == 2 else "none of his files has changed"
    return {
        "errors": [
            {
                "what": f"the work for this user was not done after {seconds:g} seconds, and was ended",
                "where": "this user",
                "mend": "see whether he stops its process, or a folder of his hangs; "
                f"for a slow host give more as user_timeout; {done}, and the next run clears up",
            }
        ]
    }


def in_two_halves(
    jobs: list[Any],
    work: Callable[[Any, Line], None],
    good: Callable[[list[Word]], Sequence[bool]],
    seconds: float,
    forget: Callable[[int], object] = lambda number: None,
    known: Mapping[int, Word] = MappingProxyType({}),
) -> list[Word]:
    """Do (user, job) pairs, each as its user; the second half of those for which `good` says so.

    Of those that are `known` to be done, by their number, it is said as if they had been.

    `good` is given what all have said of the first half. Returns for each what was said in the first
    half, with what was said in the second in its place where that is something. A few are at work at
    any time, the others wait. Each half of each may take so many `seconds`, and giving up as well.
    `forget` is called in each new process with the number of its job, to let go of what belongs to others.
    """
    count = len(jobs)
    _allow_files(len(jobs) - len(known))
    workers: dict[int, Worker] = {}

    def start(number: int) -> Worker:
        user, job = jobs[number]
        others = list(workers.values())
        workers[number] = Worker(user, lambda line: work(job, line), others, lambda: forget(number))
        return workers[number]

    def go_on(number: int) -> Worker:
        workers[number].go_on()
        return workers[number]

    try:
        _in_turn(start, [number for number in range(count) if number not in known], seconds, 1)
        said = [known[number] if number in known else workers[number].said for number in range(count)]
        goes = good(said)
        _in_turn(go_on, [number for number in workers if goes[number]], seconds, 2)
    finally:
        _end(list(workers.values()), seconds)
    for number in known:
        said[number] = {**said[number], "done": goes[number]}
    return said


def _in_turn(begin: Callable[[int], Worker], numbers: Iterable[int], seconds: float, halves: int) -> None:
    """Have a half done by all, begun by their numbers, with a few at work; kill who is late."""
    ahead = _AT_ONCE * (os.cpu_count() or 1)
    waiting = list(numbers)[::-1]
    at_work: dict[int, Worker] = {}
    lines = select.poll()
    while waiting or at_work:
        while waiting and len(at_work) < ahead:
            worker = begin(waiting.pop())
            worker.until = time.monotonic() + seconds
            at_work[worker.fileno] = worker
            lines.register(worker.fileno, select.POLLIN)
        first = min(worker.until for worker in at_work.values())
        ready = lines.poll(max(0.0, first - time.monotonic()) * 1000 + 1)
        over = [line for line, _what in ready if at_work[line].hears_all()]
        now = time.monotonic()
        for line, worker in at_work.items():
            if line not in over and worker.until <= now:
                worker.is_late(seconds, halves)
                over.append(line)
        for line in over:
            lines.unregister(line)
            del at_work[line]


def _end(workers: Sequence[Worker], seconds: float) -> None:
    """Let all give up that are not done, and see to it that they end."""
    for worker in workers:
        worker.give_up()
    left = _left(workers, seconds)
    for worker in left:
        worker.kill()
    _left(left, _SECONDS_TO_DIE)


def _left(workers: Sequence[Worker], seconds: float) -> list[Worker]:
    """Wait for the end of some processes; return those that have not come to it in time."""
    until = time.monotonic() + seconds
    while True:
        workers = [worker for worker in workers if not worker.has_ended()]
        if not workers or time.monotonic() >= until:
            return list(workers)
        time.sleep(0.005)


def _allow_files(count: int) -> None:
    """Each process needs an open file here; many systems allow few unless asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * count + 64
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _work(user: Any, work: Callable[[Line], None], line: Line, forget: Callable[[], object]) -> None:
    """Be the new process; never returns."""
    try:
        forget()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.setsid()  # it leads a group, to be killed as a whole; the user cannot touch it before it is his
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
