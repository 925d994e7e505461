"""The `mailgen` command as it is installed ends as `python -m mailgen` does, though it leaves at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

SCRIPT = ROOT / "generator" / "bin" / "mailgen"
DOORS = {"script": [str(SCRIPT)], "module": ["-m", "mailgen"]}


def asked(door: str, *words: str, out: int = subprocess.PIPE) -> tuple[int, bytes, bytes]:
    """Return status, standard output and standard error of one way to run mailgen."""
    done = subprocess.run(
        [sys.executable, *DOORS[door], *words],
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["msmtp", "user@sohu.com"], 0),
        (["--version"], 0),
        (["msmtp", "user@gmial.com"], 1),
        (["msmpt", "user@sohu.com"], 2),
        (["msmtp"], 2),
        (["providers"], 0),
        (["show", "sohu.com", "--json"], 0),
    ],
    ids=str,
)
def test_both_doors_are_one(words: list[str], status: int) -> None:
    script, module = asked("script", *words), asked("module", *words)
    assert script == module
    assert script[0] == status


@pytest.mark.parametrize("door", DOORS)
def test_output_that_is_lost_is_told(door: str) -> None:
    with Path("/dev/full").open("wb") as full:
        status, _, said = asked(door, "msmtp", "user@sohu.com", "-q", out=full.fileno())
    assert status == 1
    assert b"the output cannot be written" in said


@pytest.mark.parametrize("door", DOORS)
def test_a_reader_that_has_gone_is_no_trouble(door: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert asked(door, "msmtp", "user@sohu.com", "-q", out=writing) == (1, None, b"")
    finally:
        os.close(writing)


@pytest.mark.parametrize("module", ["atexit", "threading"])
def test_what_is_to_be_done_at_the_end_is_done(module: str) -> None:
    """Whoever has a say at the end of a process has imported one of these."""
    code = f"""
import sys, {module}
import atexit
atexit.register(print, "the end")
if {module!r} == "threading":
    del sys.modules["atexit"]
sys.argv[1:] = ["--version"]
from mailgen.cli.main import run_as_program
run_as_program()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["the end"])


def test_it_can_be_run() -> None:
    assert os.access(SCRIPT, os.X_OK)
    assert SCRIPT.read_text(encoding="utf-8").startswith("#!python\n"), "what installers put their Python for"
