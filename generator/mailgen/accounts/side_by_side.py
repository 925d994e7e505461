"""A stream of households that several processes plan: the same files, in the same order, as of one.

This process plans too. What another cannot do (it was killed, or a household cannot be made) is done here, so
that nothing is said otherwise than by one process alone.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from contextlib import ExitStack, suppress
from multiprocessing.connection import Pipe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from mailgen.core.files import RenderedFile

    #: Makes the files of a household, which comes with its number; raises for one that cannot be made.
    Plan = Callable[[int, Mapping[str, Any]], list[RenderedFile]]
    Chunk = list[tuple[int, Mapping[str, Any]]]

#: So many households are handed over at once: many enough that to hand over is no work, few enough to keep.
_CHUNK = 100


def may_fork() -> bool:
    """Say whether other processes may be made of this one; a thread of it could hold what they need."""
    threads = sys.modules.get("threading")
    return hasattr(os, "fork") and (threads is None or threads.active_count() == 1)


def side_by_side(
    households: Iterable[Mapping[str, Any]], plan: Plan, jobs: int
) -> Iterator[list[RenderedFile]]:
    """Yield the files of each household in order, planned by so many processes.

    Some hundred households are read ahead. What `plan` or the stream raises comes where it would come anyway.
    """
    stream = enumerate(households)
    stopped: list[BaseException] = []

    def taken() -> Chunk:
        chunk: Chunk = []
        try:
            for one in () if stopped else stream:
                chunk.append(one)
                if len(chunk) == _CHUNK:
                    break
        except Exception as error:
            stopped.append(error)
        return chunk

    with ExitStack() as stack:
        helpers: list[_Helper] = []
        stack.callback(_end, helpers)
        helpers += [_Helper(plan) for _ in range(jobs - 1)]
        ours, theirs = taken(), [(helper, helper.given(*packed(taken()))) for helper in helpers]
        while ours or any(chunk for _helper, chunk in theirs):
            for number, data in ours:
                yield plan(number, data)
            ours, after = taken(), []
            for helper, chunk in theirs:
                ready = packed(taken())  # so that it does not wait for what it is to do next
                came = helper.answer() if chunk else b""
                after.append((helper, helper.given(*ready)))
                done = pickle.loads(came) if came else []  # noqa: S301 (our own)
                yield from done
                for number, data in chunk[len(done) :]:
                    yield plan(number, data)
            theirs = after
    for error in stopped:
        raise error


def packed(chunk: Chunk) -> tuple[Chunk, bytes]:
    """Return households, and the same as bytes; none if there are none, or they cannot be handed over."""
    with suppress(TypeError, AttributeError, pickle.PicklingError):
        if chunk:
            return chunk, pickle.dumps(chunk)
    return chunk, b""


class _Helper:
    """A process that plans what it is given, and gives back what came of it up to the first that fails."""

    def __init__(self, plan: Plan) -> None:
        self._line, theirs = Pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                self._line.close()
                _help(plan, theirs)
            finally:
                os._exit(0)
        theirs.close()

    def given(self, chunk: Chunk, content: bytes) -> Chunk:
        """Hand some households over, and return them; what cannot be handed over is not done, that is all."""
        with suppress(OSError):
            if content:
                self._line.send_bytes(content)
                return chunk
        self.close()
        return chunk

    def answer(self) -> bytes:
        """Wait for what came of the last ones: lists of files, packed; nothing if it is no more."""
        try:
            return self._line.recv_bytes()
        except (EOFError, OSError):
            return b""

    def close(self) -> None:
        """Give it nothing more; it ends."""
        self._line.close()


def _help(plan: Plan, line: Any) -> None:
    """Be the other process; what is there at first lives as long as it does, and needs no looking through."""
    gc.freeze()
    while True:
        made = []
        with suppress(Exception):
            for number, data in pickle.loads(line.recv_bytes()):  # noqa: S301 (our own)
                made.append(plan(number, data))
        line.send_bytes(pickle.dumps(made))


def _end(helpers: Iterable[_Helper]) -> None:
    """See to it that none is left: none has anything to lose."""
    from signal import SIGKILL

    for helper in helpers:
        helper.close()
        with suppress(OSError):
            os.kill(helper.pid, SIGKILL)
            os.waitpid(helper.pid, 0)
