"""How fast mailgen starts, whether a large catalogue makes it slower, and how it serves many users.

python benchmarks/run.py [--quick] [--json FILE]

Everything is a ratio of two commands that were run in turn, in one go, on one processor, so that
it means the same on a fast machine and on a slow one. Times are printed for information only.
Exit status 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import textwrap
from dataclasses import asdict
from pathlib import Path

import bulk
import install
import instructions
import synthetic
from measure import Samples, output, ratio, side_by_side
from table import Row, lines

WORDS = ["msmtp", "user@sohu.com"]
START_UP_BOUND, START_UP_AIM = 7.0, 2.0
LOOK_UP_BOUND = 1.1
BULK_MIB_BOUND, BULK_EXPONENT_BOUND = 8.0, 1.1
#: Runs `mailgen` on another catalogue, whose path is the first argument.
POINTED = """
import sys
from mailgen import resources
path = sys.argv.pop(1)
resources.catalogue = lambda: path
resources.installed = lambda: True
from mailgen.cli import main
sys.exit(main())
"""


def main() -> int:
    """Measure, print, and say whether every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="fewer runs, 10^5 providers and 10^4 users, not 10^6"
    )
    parser.add_argument("--json", metavar="FILE", help="write all samples to FILE")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the temporary folder goes
    with tempfile.TemporaryDirectory(prefix="mailgen-bench-") as name:
        folder = Path(name)
        programs = install.fresh(folder)
        report = Report()
        report.start_up(programs, folder, 31 if arguments.quick else 61, editable=not arguments.quick)
        report.look_up(programs, folder, *((31, 10**5) if arguments.quick else (101, 10**6)))
        report.bulk(10**4 if arguments.quick else 10**6)
    title = f"{' '.join(['mailgen', *WORDS])}, Python {platform.python_version()}"
    notes = (textwrap.fill(note, 79, subsequent_indent="  ") for note in report.notes)
    print(title, "", *lines(report.rows), "", "For information:", *notes, sep="\n")
    if arguments.json:
        try:
            Path(arguments.json).write_text(json.dumps(report.raw(), indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise SystemExit(f"{arguments.json} cannot be written: {error.strerror}") from None
    return 1 if any(row.broken for row in report.rows) else 0


class Report:
    """What was measured so far: rows of the table, notes below it, and the raw samples."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.samples: dict[str, Samples] = {}
        self.counts: dict[str, int | None] = {}
        self.facts: dict[str, object] = {}
        self.counter = instructions.counter()
        if self.counter is None:
            self.note("Instructions were not measured: neither perf nor valgrind can count here.")

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def start_up(self, programs: Path, home: Path, rounds: int, *, editable: bool) -> None:
        """Compare the whole command with an interpreter that does nothing."""
        python = str(programs / "python")
        floor, ours, checkout = "python -I -c pass", "mailgen msmtp", "mailgen msmtp, editable"
        commands = {floor: [python, "-I", "-c", "pass"], ours: [python, str(programs / "mailgen"), *WORDS]}
        _check(output(commands[ours], home))
        script = install.editable() if editable else None
        if "import re" in (programs / "mailgen").read_text(encoding="utf-8"):
            self.note("The console script, written by an old pip, itself imports re, which takes its share.")
        self._compare("start-up", commands, ours, floor, rounds, home, START_UP_BOUND, START_UP_AIM)
        if script:
            base = f"{floor}, editable"
            pair = {base: [sys.executable, "-I", "-c", "pass"], checkout: [str(script), *WORDS]}
            self._sample(pair, rounds, home)
            self._row("start-up, editable install", checkout, base, "wall")

    def look_up(self, programs: Path, home: Path, rounds: int, many: int) -> None:
        """Compare the same command with a small catalogue and with a very large one."""
        few = 10**3
        need = many * 1500  # the file, and the copy that SQLite makes of it
        if shutil.disk_usage(home).free < need:
            raise SystemExit(f"{home} has no room for {need / 1e9:.1f} GB; set TMPDIR to a larger folder")
        files = {count: home / f"{count}.sqlite" for count in (few, many)}
        built = {few: min(synthetic.built(few, files[few]) for _ in range(3))}
        built[many] = synthetic.built(many, files[many])
        names = {count: f"{_power(count)} providers" for count in files}
        python = str(programs / "python")
        commands = {
            names[count]: [python, "-I", "-c", POINTED, str(path), *WORDS] for count, path in files.items()
        }
        for command in commands.values():
            _check(output(command, home))
        label = f"look-up, {_power(many)} : {_power(few)}"
        self._compare(
            label, commands, names[many], names[few], rounds, home, LOOK_UP_BOUND, counted=LOOK_UP_BOUND
        )
        low, high = (statistics.median(self.samples[names[count]].peak) for count in (few, many))
        self.note(f"The larger catalogue takes {(high - low) / 1024:+.2f} MiB of memory.")
        exponent = math.log(built[many][0] / built[few][0], many / few)
        for count, (seconds, peak) in built.items():
            size = files[count].stat().st_size / 1e6
            self.note(
                f"Building {names[count]}: {seconds:.2f} s, {size:.1f} MB, peak memory {peak / 1024:.1f} MiB."
            )
        self.note(f"Building time grows with the exponent {exponent:.2f} (1 is linear).")
        self.facts |= {"build": {str(count): done for count, done in built.items()}, "exponent": exponent}

    def bulk(self, many: int) -> None:
        """Stream households, and compare with a plain script that renders the same template with Jinja2."""
        few, rounds = 10**3, 5
        ways = ("plan", "checked", "jinja2")
        taken = {way: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                taken[way].append(bulk.measured(way, few))
        plain = [seconds for seconds, _ in taken["jinja2"]]
        for way, name in (
            ("plan", "bulk, whole plan : Jinja2 alone"),
            ("checked", "the same, data known to be valid"),
        ):
            found = ratio([int(one[0] * 1e9) for one in taken[way]], [int(one * 1e9) for one in plain])
            self.rows.append(Row(name, found.value, (found.low, found.high)))
        seconds, peak = bulk.measured("checked", many)
        more = (peak - min(one[1] for one in taken["checked"])) / 1024
        self.rows.append(
            Row(f"bulk, MiB for {_power(many)} over 10^3 users", max(more, 0.0), bound=BULK_MIB_BOUND)
        )
        small, large = (min(bulk.measured("one", count)[0] for _ in range(3)) for count in (few, 10 * few))
        exponent = math.log10(large / small)
        self.rows.append(Row("one file, exponent 10^3 to 10^4", exponent, bound=BULK_EXPONENT_BOUND))
        self.note(f"{many} households of one user: {seconds:.1f} s, {many / seconds:.0f} in a second.")
        self.facts["bulk"] = {**taken, "many": [many, seconds, peak], "one": [small, large]}

    def _compare(
        self,
        label: str,
        commands: dict[str, list[str]],
        ours: str,
        base: str,
        rounds: int,
        home: Path,
        bound: float,
        aim: float | None = None,
        counted: float | None = None,
    ) -> None:
        """Measure two commands in every way; `bound` is for wall time, `counted` for instructions."""
        self._sample(commands, rounds, home)
        self._row(f"{label}, wall time", ours, base, "wall", bound, aim)
        self._row(f"{label}, CPU time", ours, base, "cpu")
        if self.counter:
            self.counts |= instructions.count(self.counter, commands, home)
            top, bottom = self.counts[ours], self.counts[base]
            known = top / bottom if top and bottom else None
            self.rows.append(Row(f"{label}, instructions", known, bound=counted))
            if top and bottom:
                millions = f"{ours} {top / 1e6:.1f} M, {base} {bottom / 1e6:.1f} M"
                self.note(f"Instructions ({self.counter}): {millions}.")
        self._row(f"{label}, peak memory", ours, base, "peak")

    def _sample(self, commands: dict[str, list[str]], rounds: int, home: Path) -> None:
        taken = side_by_side(commands, rounds, home)
        self.samples |= taken
        for name, samples in taken.items():
            wall, cpu = (statistics.median(times) / 1e6 for times in (samples.wall, samples.cpu))
            peak = statistics.median(samples.peak) / 1024
            self.note(f"{name}: {wall:.1f} ms wall, {cpu:.1f} ms CPU, {peak:.1f} MiB (medians of {rounds}).")

    def _row(
        self, name: str, ours: str, base: str, what: str, bound: float | None = None, aim: float | None = None
    ) -> None:
        found = ratio(getattr(self.samples[ours], what), getattr(self.samples[base], what))
        self.rows.append(Row(name, found.value, (found.low, found.high), bound, aim))

    def raw(self) -> dict[str, object]:
        """Return everything that was measured, as plain data."""
        return {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "rows": [asdict(row) for row in self.rows],
            "samples": {name: asdict(samples) for name, samples in self.samples.items()},
            "instructions": self.counts,
            **self.facts,
        }


def _power(count: int) -> str:
    return f"10^{round(math.log10(count))}"


def _check(printed: str) -> None:
    """Make sure that what is measured is what is meant."""
    if "smtp.sohu.com" not in printed:
        raise SystemExit("mailgen printed something else than the configuration for Sohu")


if __name__ == "__main__":
    sys.exit(main())
