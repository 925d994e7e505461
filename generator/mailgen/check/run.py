"""The stages of an account: each endpoint in a thread of its own, told in the order of the endpoints."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from mailgen.check import USUAL_PATIENCE, Step
from mailgen.check.endpoint import Examination
from mailgen.check.gate import Gate

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from mailgen.check import Patience, Subject
    from mailgen.check.gate import Hosts
    from mailgen.model.server import Server


def examined(
    subject: Subject,
    context: ssl.SSLContext,
    hosts: Hosts,
    login: bool = True,
    patience: Patience = USUAL_PATIENCE,
) -> Iterator[tuple[Server, Examination, Step]]:
    """Yield each step of each server of an account, as it is done, one server after the other.

    With `login` false nobody logs in. `hosts` is shared by the accounts of a run. What is a bug of ours
    is raised here.
    """
    gate = Gate(len(subject.servers), hosts)
    told: list[queue.SimpleQueue[Step | BaseException | None]] = []
    runs = []
    end = time.monotonic() + patience.whole
    for number, server in enumerate(subject.servers):
        lane: queue.SimpleQueue[Step | BaseException | None] = queue.SimpleQueue()
        run = Examination(subject, server, number, gate, context, patience, login, lane.put, end)
        threading.Thread(target=_work, args=(run, lane), daemon=True).start()
        told.append(lane)
        runs.append(run)
    for server, run, lane in zip(subject.servers, runs, told, strict=True):
        while (step := _next(lane, end)) is not None:
            if isinstance(step, BaseException):
                raise step
            yield server, run, step


def _next(lane: queue.SimpleQueue[Step | BaseException | None], end: float) -> Step | BaseException | None:
    """Return what comes next of a server; that a thread outlives all limits is a failure."""
    try:
        return lane.get(timeout=max(0.5, end + 15 - time.monotonic()))
    except queue.Empty:
        lane.put(None)
        return Step("capabilities", False, 0, causes=("timeout",))


def _work(run: Examination, lane: queue.SimpleQueue[Step | BaseException | None]) -> None:
    try:
        run.go()
    except BaseException as error:
        lane.put(error)
    finally:
        lane.put(None)
