"""Samples of commands that were run in turn, and the ratios between them."""

from __future__ import annotations

import marshal
import os
import random
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_METER = str(Path(__file__).with_name("meter.py"))
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Samples:
    """What the runs of one command took: wall and CPU time in ns, peak memory in KiB."""

    wall: list[int]
    cpu: list[int]
    peak: list[int]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median of ratios, with the interval that holds the true one with 95 %."""

    value: float
    low: float
    high: float


def environment(home: Path) -> dict[str, str]:
    """Return the same plain environment for all commands, so that nobody's settings are measured."""
    return {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}


def side_by_side(commands: dict[str, list[str]], rounds: int, home: Path) -> dict[str, Samples]:
    """Run the commands in turn, `rounds` times each, on one processor.

    Raises SystemExit with a sentence if one of them ends with an error.
    """
    cpu = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    order = marshal.dumps((rounds, cpu, environment(home), list(commands.values())))
    meter = subprocess.run(
        [sys.executable, "-I", "-S", _METER], input=order, stdout=subprocess.PIPE, check=True, cwd=home
    )
    done = marshal.loads(meter.stdout)
    samples = {}
    for index, name in enumerate(commands):
        walls, cpus, peaks, statuses = zip(*(row[index] for row in done), strict=True)
        if any(statuses):
            raise SystemExit(f"'{name}' ended with an error in {sum(map(bool, statuses))} of {rounds} runs")
        samples[name] = Samples(list(walls), list(cpus), list(peaks))
    return samples


def ratio(ours: list[int], floor: list[int]) -> Ratio:
    """Return the median of the ratios of each pair of runs, and its bootstrap interval (percentiles)."""
    pairs = [our / base for our, base in zip(ours, floor, strict=True)]
    chance = random.Random(2)
    medians = sorted(statistics.median(chance.choices(pairs, k=len(pairs))) for _ in range(_RESAMPLES))
    low, high = medians[int(_RESAMPLES * 0.025)], medians[int(_RESAMPLES * 0.975)]
    return Ratio(statistics.median(pairs), low, high)


def output(command: list[str], home: Path) -> str:
    """Run a command once and return what it printed; raises SystemExit with its words if it fails."""
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(home), cwd=home, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} ended with status {done.returncode}:\n{done.stderr}")
    return done.stdout
