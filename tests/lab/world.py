"""A world of its own as one object: opened with its first process, and gone with all its files."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, Self

from tests.lab import namespace

READY_WITHIN = 30.0
_FOLDERS = ("log", "run", "state", "tls", "homes", "etc")


class World:
    """Use as a context manager. All its files are below `base`, and go with it.

    Kinds of worlds say what they are called, how they are furnished, and which module is the first
    process there.
    """

    name: str
    inside: str

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix=f"mailgen-{self.name}-", dir="/tmp"))
        self._homes = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def furnish(self) -> None:
        """Write all that the servers need; the folders are there."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.base.chmod(0o755)  # servers that drop root must find their files below it
            for folder in _FOLDERS:
                (self.base / folder).mkdir()
            self.furnish()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        pipe, log = subprocess.PIPE, self.base / "log"
        with (log / "inside.txt").open("wb") as stderr:
            self._process = subprocess.Popen(
                namespace.enter(self.base, self.inside),
                env=namespace.environment(),
                stdin=pipe,
                stdout=pipe,
                stderr=stderr,
                start_new_session=True,
            )
        assert self._process.stdout
        if not _says_ready(self._process.stdout):
            texts = (path.read_text(errors="replace") for path in log.iterdir())
            raise RuntimeError(f"the {self.name} did not open:\n" + "".join(texts))

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process:
            assert process.stdin
            assert process.stdout
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # unshare --kill-child takes the world with it
                process.wait(timeout=5)
            process.stdout.close()
        shutil.rmtree(self.base, ignore_errors=True)

    def new_home(self) -> Path:
        """Return a fresh home directory, which both worlds see."""
        path = self.base / "homes" / str(next(self._homes))
        path.mkdir()
        return path


def _says_ready(stdout: IO[bytes]) -> bool:
    """Say whether the first process of a world says so in time."""
    heard: list[bytes] = []
    listener = threading.Thread(target=lambda: heard.append(stdout.readline()), daemon=True)
    listener.start()
    listener.join(READY_WITHIN)
    return heard == [b"ready\n"]
