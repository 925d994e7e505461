"""A stream of households takes no more memory than a few of them, as the benchmark measures it."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support import ROOT

MIB = 1024


def peak(way: str, count: int) -> int:
    """Return the peak memory in KiB of so many households, one way of the benchmark."""
    program = str(ROOT / "benchmarks" / "bulk.py")
    argv = [sys.executable, program, way, str(count)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=120)
    _, most = json.loads(done.stdout)
    return int(most)


def test_a_stream_is_made_in_constant_memory() -> None:
    few, many, kept = peak("plan", 500), peak("plan", 10_000), peak("kept", 10_000)
    assert many - few < 2 * MIB
    assert kept - few > 3 * MIB, "the measure does not see memory that is kept"
