"""Somebody exchanges files, folders and links while mailgen writes: nothing of another's is touched."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from mailgen.core.errors import MailgenError
from tests.programs import unavailable
from tests.writer.hands import Home, block, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: So many attempts at least, and so many of either outcome; how often each comes, the scheduler decides.
ATTEMPTS, ENOUGH = 10_000, 20
EXCHANGE, HERE = 2, -100


def exchange(one: bytes, other: bytes) -> int:
    """Let two names change places in one step (Linux); 0 if it has worked."""
    call = ctypes.CDLL(None, use_errno=True).renameat2
    return int(call(HERE, one, HERE, other, EXCHANGE))


def attack(target: Path, lay: Callable[[Path], None]) -> None:
    """Exchange `target` and a trap beside it, for ever; lay the trap anew when it has been replaced.

    A storm of exchanges and a short rest take turns, so that now and then a whole attempt falls
    between two exchanges, and many fall into a storm.
    """
    call, trap = ctypes.CDLL(None).renameat2, target.with_name("trap")
    one, other = bytes(target), bytes(trap)
    lay(trap)
    kind = os.lstat(trap)
    while True:
        time.sleep(0.001)
        for _ in range(201):  # an odd number, so that either is in place between two rounds
            call(HERE, one, HERE, other, EXCHANGE)
        there = []
        for path in (target, trap):
            try:
                there.append(os.lstat(path))
            except FileNotFoundError:
                there.append(None)
        if not any(one and one.st_ino == kind.st_ino for one in there):
            if os.path.lexists(trap):
                os.unlink(trap)
            lay(trap)
            kind = os.lstat(trap)


@contextmanager
def attacked(target: Path, lay: Callable[[Path], None]) -> Iterator[None]:
    """Have a child process attack, and make sure that it did so to the end."""
    child = os.fork()
    if child == 0:
        try:
            attack(target, lay)
        finally:
            os._exit(1)
    try:
        yield
        assert os.waitpid(child, os.WNOHANG) == (0, 0), "the attacker has given up"
    finally:
        os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


@pytest.mark.parametrize("trap", ["link to a file", "link to a folder", "hard link", "fifo", "link above"])
def test_no_exchange_leads_to_a_foreign_file(memory: Path, trap: str) -> None:
    home = Home(memory)
    foreign = memory / "foreign"
    (foreign / "g").mkdir(parents=True, mode=0o700)
    for victim in (foreign / "x", foreign / "g" / "x"):
        victim.write_bytes(b"foreign")
        victim.chmod(0o600)
    target, lay = {
        "link to a file": (home.path / "d" / "g" / "x", lambda path: path.symlink_to(foreign / "x")),
        "link to a folder": (home.path / "d" / "g", lambda path: path.symlink_to(foreign / "g")),
        "link above": (home.path / "d", lambda path: path.symlink_to(foreign)),
        "hard link": (home.path / "d" / "g" / "x", lambda path: os.link(foreign / "x", path)),
        "fifo": (home.path / "d" / "g" / "x", lambda path: os.mkfifo(path, 0o600)),
    }[trap]
    kind = block if trap == "link to a file" else whole
    home.apply(kind("0\n", "~/d/g/x"))
    for name in ("one", "other"):
        (memory / name).write_bytes(b"")
    if exchange(bytes(memory / "one"), bytes(memory / "other")):
        unavailable("the file system here cannot exchange two names")
    places = [foreign, foreign / "g", foreign / "x", foreign / "g" / "x"]
    before = [os.stat(place) for place in places]
    written = refused = 0
    with attacked(target, lay):
        while written + refused < ATTEMPTS or min(written, refused) <= ENOUGH:
            try:
                home.apply(kind(f"{written + refused}\n", "~/d/g/x"), adopt=True)
                written += 1
            except MailgenError:
                refused += 1
            assert written + refused < 20 * ATTEMPTS, f"both must have their turns: {written}, {refused}"
    after = [os.stat(place) for place in places]
    assert [(one.st_ino, one.st_size, one.st_mtime_ns, one.st_mode) for one in before] == [
        (one.st_ino, one.st_size, one.st_mtime_ns, one.st_mode) for one in after
    ], "neither a foreign file nor the listing of a foreign folder has changed"
    assert (foreign / "x").read_bytes() == (foreign / "g" / "x").read_bytes() == b"foreign"
    assert home.loose() == []
    if os.path.islink(target):
        exchange(bytes(target), bytes(target.with_name("trap")))
    if not os.path.isdir(target):
        target.unlink(missing_ok=True)
    home.apply(kind("peace\n", "~/d/g/x"), adopt=True)
    assert home.litter() == []
