"""How many instructions a command takes: nearly the same on every run, however busy the machine is."""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from measure import environment

if TYPE_CHECKING:
    from pathlib import Path


def counter() -> str | None:
    """Return the program that can count here: perf (fast), else valgrind, else None."""
    if shutil.which("perf") and _perf(["true"], {"PATH": "/usr/bin:/bin"}) is not None:
        return "perf"
    return "valgrind" if shutil.which("valgrind") else None


def count(program: str, commands: dict[str, list[str]], home: Path) -> dict[str, int | None]:
    """Count the instructions of each command with `program`; None for one that could not be counted.

    The commands run at the same time: this makes each slower, but not its count larger.
    """
    one = {"perf": _perf, "valgrind": _callgrind}[program]
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip(
                commands,
                pool.map(lambda words: one(words, environment(home)), commands.values()),
                strict=True,
            )
        )


def _perf(command: list[str], variables: dict[str, str]) -> int | None:
    """Return the median of five runs: outside the kernel, with all that the command starts."""
    done = _run(["perf", "stat", "-r", "5", "-x", ",", "-e", "instructions:u", "--", *command], variables)
    found = re.search(r"^(\d+),[^,]*,instructions:u", done, re.MULTILINE)
    return int(found[1]) if found else None


def _callgrind(command: list[str], variables: dict[str, str]) -> int | None:
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    found = re.search(r"Collected : (\d+)", _run(words, variables))
    return int(found[1]) if found else None


def _run(words: list[str], variables: dict[str, str]) -> str:
    program = shutil.which(words[0]) or words[0]
    done = subprocess.run(
        [program, *words[1:]],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    return "" if done.returncode else done.stderr
