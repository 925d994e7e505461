"""What a test has started ends with it: when its time is over, its children are killed before it is failed.

Else a `with subprocess.Popen(...)` that is left by the failure waits for a child that may never end, and
with it the whole run. Children that were there before the test (the servers of the lab) stay.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType


def descendants(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that these have, now."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        with suppress(OSError):
            for task in Path(f"/proc/{waiting.pop()}/task").iterdir():
                children = set(map(int, (task / "children").read_text().split())) - found
                found |= children
                waiting += children
    return found


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Generator[None, object, object]:
    """Put the killing before what pytest-timeout does at the signal."""
    before = descendants(os.getpid())
    done = yield
    fail = signal.getsignal(signal.SIGALRM)
    if not callable(fail):
        return done  # it watches by a thread, which ends this process

    def end(number: int, frame: FrameType | None) -> None:
        for child in descendants(os.getpid()) - before:
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
        fail(number, frame)

    signal.signal(signal.SIGALRM, end)
    return done
