"""Programs run with files as mailgen writes them, until an imitation of a server has judged them.

How each is run stands beside how its files are read (tests/templates/NAME.py); here nobody is named.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailgen.catalog.opening import open_catalogue
from tests.cases import whose_files
from tests.formats.getmail.program import programs
from tests.programs import need
from tests.programs.versions import version_said
from tests.templates import Trial, trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailgen.api import Result
    from tests.imitations.server import Imitation

CATALOGUE = open_catalogue()
PROTOCOLS = ("imap", "pop3", "smtp")
#: Seconds until a program must have met the server.
PATIENCE = 40
#: Some programs are here twice: the second one is this.
NEWER = "newer"


@dataclass(frozen=True)
class Program:
    """One program of this machine: its `version`, and the lines that make it receive and send."""

    version: str
    receives: str
    sends: str
    terminal: bool

    def met(
        self,
        files: Result,
        home: Path,
        server: Imitation,
        ok: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run it with some files until the server has let it in, and return what it said.

        If it is not `ok`, until the server has turned it away and it has had the time for another try.
        """
        written(files, home)
        (home / "mail").write_text("From: ada@163.com\nTo: ada@163.com\nSubject: x\n\nx\n")
        line = self.sends if server.protocol == "smtp" else self.receives
        argv = shlex.split(line.format(home=home))
        if self.terminal:
            argv = ["script", "-qec", shlex.join(argv), "/dev/null"]
        few = {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm", "PATH": os.environ["PATH"]}
        few |= {"GIT_CONFIG_NOSYSTEM": "1", "EMAIL": "ada@163.com"}
        with (home / "said").open("w+b") as said, subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=home, start_new_session=True,
            env={**few, **(env or {})},
        ) as process:  # fmt: skip
            ends = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < ends:
                if server.let_in or (server.turned_away and not ok):
                    break
                time.sleep(0.05)
            if not ok:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(2)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            said.seek(0)
            return said.read().decode(errors="replace")


def program(target: str, which: str = "") -> Program:
    """Return the program of a target; the test is skipped, or fails in CI, where it is not installed."""
    how = trial(target)
    assert isinstance(how, Trial)
    need(how.program, how.package)
    probe = CATALOGUE.manifest(target)["version"]["probe"]
    receives = how.receives
    if which == NEWER:
        receives = programs()[1]
        probe = [receives, *probe[1:]]
    return Program(version_said(*probe), receives, how.sends, how.terminal)


def talking() -> dict[str, tuple[str, ...]]:
    """Return the targets whose programs talk to servers of mail, with the protocols."""
    found = {}
    for name in CATALOGUE.target_names():
        target = CATALOGUE.target(name)
        if not target.published and (spoken := tuple(one for one in PROTOCOLS if one in target.protocols)):
            found[name] = spoken
    return found


def runnable() -> list[tuple[str, str, str]]:
    """Return what can be tried: target, protocol, and which of two programs of its name."""
    cases = []
    for name, spoken in talking().items():
        how = trial(name)
        if isinstance(how, str) or whose_files(name) != name:
            continue
        lines = {"imap": how.receives, "pop3": how.receives, "smtp": how.sends}
        which = ("", NEWER) if name == "getmail6" else ("",)
        cases += [(name, protocol, one) for protocol in spoken if lines[protocol] for one in which]
    return cases


def written(files: Result, home: Path) -> None:
    """Put files where they belong below a home."""
    for file in files.files:
        path = home / file.path.removeprefix("~/")
        if file.kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)
        path.chmod(0o600)
