"""A test that waits for a child that never ends is failed, and the run goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.support import ROOT, ran

if TYPE_CHECKING:
    from pathlib import Path

WAITS = """
import os, pty, subprocess
import pytest

@pytest.mark.timeout(1)
@pytest.mark.parametrize("argv", [["sleep", "50"], ["sh", "-c", "trap '' TERM; sleep 50; true"]])
def test_waits(argv):
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        process.communicate()

@pytest.mark.timeout(1)
def test_reads_a_terminal():
    ours, theirs = pty.openpty()
    with subprocess.Popen(["sleep", "50"], stdout=theirs, stderr=theirs):
        os.close(theirs)
        os.read(ours, 1)

def test_is_next():
    pass
"""


def test_a_run_ends_though_a_child_does_not(tmp_path: Path) -> None:
    (tmp_path / "test_waits.py").write_text(WAITS)
    words = [sys.executable, "-m", "pytest", "-p", "tests.ends", "-p", "no:cacheprovider", "-n", "0", "-q"]
    done = ran([*words, "--timeout-method", "signal", str(tmp_path)], {"PYTHONPATH": str(ROOT)}, tmp_path)
    assert "3 failed, 1 passed" in done.stdout, done.stdout + done.stderr
