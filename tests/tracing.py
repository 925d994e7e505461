"""What a program and its children are given when they start, by strace: command lines and environments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

_STARTED = re.compile(r"execve(?:at)?\(")


class Trace:
    """A log of everything that is started; `before` runs a program under it.

    Nothing is missed, however short it lives: strace stops each process before it starts.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        strace = need("strace", "strace")
        self.before = [
            strace, "-f", "--seccomp-bpf", "-qq", "-v", "-s", "1000000",
            "-e", "trace=execve,execveat", "-e", "signal=none", "-o", str(log),
        ]  # fmt: skip

    @property
    def shown(self) -> str:
        """All command lines and environments so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def started(self) -> int:
        """How many programs were started; looked for in the PATH, some are tried several times."""
        return len(_STARTED.findall(self.shown))
