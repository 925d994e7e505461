"""A person at a terminal: waits for words, types, and presses Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from tests.support import MAILGEN, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """mailgen on a terminal that is wide enough to break no line, in a session of its own.

    `shown` is what it said so far; `before` are a program that runs it, and its words.
    """

    def __init__(
        self, *words: str, env: Mapping[str, str], columns: int = 400, before: Sequence[str] = ()
    ) -> None:
        self.shown = ""
        self._seen = 0
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self._process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *before, *MAILGEN, *words],
            stdin=theirs, stdout=theirs, stderr=theirs, env=dict(env),
        )  # fmt: skip
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait(TIMEOUT)
        os.close(self._ours)

    def asked(self, words: str) -> Self:
        """Wait until it says these words, after those that were waited for before."""
        ends = time.monotonic() + TIMEOUT
        while words not in self.shown[self._seen :]:
            assert self._read(ends), f"{words!r} did not come:\n{self.shown}"
        self._seen = self.shown.index(words, self._seen) + len(words)
        return self

    @property
    def rest(self) -> str:
        """What it said after the words that were waited for last."""
        if select.select([self._ours], [], [], 0)[0]:
            self._read(time.monotonic() + 1)
        return self.shown[self._seen :]

    def type(self, text: str, enter: bool = True) -> Self:
        """Type a line, or single keys."""
        time.sleep(0.05)  # what is typed before the terminal keeps silent would be shown
        os.write(self._ours, (text + "\n" * enter).encode())
        return self

    def wait(self, seconds: float) -> None:
        """Let it go on for a while."""
        time.sleep(seconds)

    def ended(self) -> int:
        """Wait for the end, and return the exit status."""
        ends = time.monotonic() + TIMEOUT
        while self._read(ends):
            pass
        return self._process.wait(TIMEOUT)

    def _read(self, ends: float) -> bool:
        if not select.select([self._ours], [], [], max(0.0, ends - time.monotonic()))[0]:
            return False
        piece = b""
        with suppress(OSError):  # so Linux says that the other end of a terminal is gone
            piece = os.read(self._ours, 65536)
        self.shown += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)
