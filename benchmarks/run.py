"""How fast mailgen starts, whether a large catalogue makes it slower, and how it serves users and fleets.

python benchmarks/run.py [--quick] [--json FILE] [--keep]

Everything is a ratio of two commands that were run in turn, in one go, on one processor, so that
it means the same on a fast machine and on a slow one. Times are printed for information only.
Exit status 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import textwrap
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bulk
import fleet
import goals
import history
import households
import install
import instructions
import synthetic
import visits
import whole_set
from measure import Samples, output, ratio, side_by_side
from table import Row, lines

WORDS = ["msmtp", "user@sohu.com"]
#: Wall time has some room for others on the machine; instructions have none to spare.
START_UP_BOUND, START_UP_COUNTED, START_UP_AIM = 2.8, 2.5, 2.0
DOOR_BOUND = 3.0
#: A mail program waits for it at each login: what is kept must cost hardly more than Python itself.
KEPT_TOKEN_BOUND = 1.3
OTHER_TARGET_BOUND = 1.08
LOOK_UP_BOUND = 1.1
BULK_MIB_BOUND, BULK_EXPONENT_BOUND, BULK_AIM = 8.0, 1.1, 1.0
#: Runs `mailgen` on another catalogue, whose path is the first argument.
POINTED = """
import sys
from mailgen import paths
path = sys.argv.pop(1)
paths.catalogue_file = lambda: path
paths.installed = lambda: True
from mailgen.cli.main import main
sys.exit(main())
"""
#: Prints the token that is kept below the run-time folder that is named: the module of `mailgen token` alone.
KEPT = """
import os, sys
os.environ["XDG_RUNTIME_DIR"] = sys.argv[1]
from mailgen.oauth2.cached import printed
sys.exit(not printed(sys.argv[2:]))
"""


def main() -> int:
    """Measure, print, and say whether every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs, 10^5 providers and users, not 10^6")
    parser.add_argument("--json", metavar="FILE", help="write all samples to FILE")
    parser.add_argument("--keep", action="store_true", help="write the ratios into benchmarks/history/")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the temporary folder goes
    with tempfile.TemporaryDirectory(prefix="mailgen-bench-") as name:
        folder = Path(name)
        programs = install.fresh(folder)
        report = Report()
        report.start_up(programs, folder, 31 if arguments.quick else 61, editable=not arguments.quick)
        report.look_up(programs, folder, *((31, 10**5) if arguments.quick else (101, 10**6)))
        report.households(folder, 9 if arguments.quick else 21)
        report.whole_set(folder, arguments.quick)
        report.bulk(10**5 if arguments.quick else 10**6)
        report.fleet(quick=arguments.quick)
        report.picker(programs, folder, 3 if arguments.quick else 7)
    title = f"{' '.join(['mailgen', *WORDS])}, Python {platform.python_version()}"
    notes = (textwrap.fill(note, 79, subsequent_indent="  ") for note in report.notes)
    print(title, "", *lines(report.rows), "", "For information:", *notes, sep="\n")
    print("", *goals.lines(report.rows), sep="\n")
    if arguments.keep:
        print(f"kept as {history.kept(report.rows, platform.python_version())}")
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
        self._compare(
            "start-up", commands, ours, floor, rounds, home, START_UP_BOUND, START_UP_AIM, START_UP_COUNTED
        )
        self._other_target([python, str(programs / "mailgen"), "mbsync", *WORDS[1:]], ours, home)
        doors = {word: [python, str(programs / "mailgen"), word] for word in ("--version", "--help")}
        self._sample({floor: commands[floor], **doors}, rounds, home)
        for word in doors:
            self._row(f"mailgen {word}, wall time", word, floor, "wall", DOOR_BOUND)
        self.token(python, str(programs / "mailgen"), home, rounds)
        if script:
            base = f"{floor}, editable"
            pair = {base: [sys.executable, "-I", "-c", "pass"], checkout: [str(script), *WORDS]}
            self._sample(pair, rounds, home)
            self._row("start-up, editable install", checkout, base, "wall")

    def _other_target(self, command: list[str], ours: str, home: Path) -> None:
        """Count a target with much to say beside the main form: the engine's start is the same for each."""
        if self.counter:
            name = "mailgen mbsync"
            self.counts |= instructions.count(self.counter, {name: command}, home)
            top, bottom = self.counts[name], self.counts[ours]
            known = top / bottom if top and bottom else None
            self.rows.append(Row("mailgen mbsync : mailgen msmtp", known, bound=OTHER_TARGET_BOUND))

    def picker(self, programs: Path, home: Path, rounds: int) -> None:
        """Compare the page with the command line, if it is built and there is a browser."""
        found, note = visits.rows([str(programs / "python"), str(programs / "mailgen"), *WORDS], home, rounds)
        self.rows += found
        self.note(note)

    def token(self, python: str, mailgen: str, home: Path, rounds: int) -> None:
        """Compare a token that is kept with an interpreter that does nothing: programs ask at each login.

        First the module alone, then the command as it is installed.
        """
        run = home / "run"
        tokens = run / "mailgen" / "tokens"
        tokens.mkdir(parents=True)
        run.chmod(0o700)
        kept = tokens / WORDS[1]
        kept.touch(0o600)
        kept.write_text(f"{time.time() + 10**6:.0f}\nx\n", encoding="utf-8")
        where = ["/usr/bin/env", f"XDG_RUNTIME_DIR={run}", python]
        floor, ours = "python -I -c pass, with env", "mailgen token"
        commands = {floor: [*where, "-I", "-c", "pass"], ours: [*where, mailgen, "token", WORDS[1]]}
        if output(commands[ours], home) != "x\n":
            raise SystemExit("mailgen token did not find the token that is kept")
        self._sample(commands, rounds, home)
        self._row("mailgen token, kept, wall time", ours, floor, "wall", DOOR_BOUND)
        bare, module = "python -I -c pass, beside the module", "mailgen.oauth2.cached"
        pair = {bare: [python, "-I", "-c", "pass"], module: [python, "-I", "-c", KEPT, str(run), WORDS[1]]}
        if output(pair[module], home) != "x\n":
            raise SystemExit("the module did not find the token that is kept")
        bounds = KEPT_TOKEN_BOUND, None, KEPT_TOKEN_BOUND
        self._compare("mailgen token, module", pair, module, bare, rounds, home, *bounds)

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
        listings = [[*commands[names[count]][: -len(WORDS)], "providers"] for count in (many, few)]
        row, note = whole_set.first_line_row(*listings, home, rounds)
        self.rows.append(row)
        self.note(note)
        exponent = math.log(built[many][0] / built[few][0], many / few)
        for count, (seconds, peak) in built.items():
            size = files[count].stat().st_size / 1e6
            self.note(
                f"Building {names[count]}: {seconds:.2f} s, {size:.1f} MB, peak memory {peak / 1024:.1f} MiB."
            )
        self.note(f"Building time grows with the exponent {exponent:.2f} (1 is linear).")
        self.facts |= {"build": {str(count): done for count, done in built.items()}, "exponent": exponent}

    def households(self, folder: Path, rounds: int) -> None:
        """Compare what people wait for who keep an accounts file with one run for one address."""
        rows, notes = households.measured(install.whole(folder), folder, rounds)
        self.rows += rows
        self.notes += notes

    def whole_set(self, folder: Path, quick: bool) -> None:
        """Check and compile our own files, and made-up ones by the thousand."""
        rows, notes = whole_set.measured(folder, quick)
        self.rows += [*rows, whole_set.wheel_row(folder)]
        self.notes += notes

    def bulk(self, many: int) -> None:
        """Stream households, and compare with a plain script that renders the same template with Jinja2."""
        few, rounds = 10**3, 7
        ways = ("plan", "checked", "jinja2")
        taken = self._bulk_in_turn(ways, 2 * few, rounds)
        self._bulk_row("bulk, whole plan : Jinja2 alone", taken["plan"], taken["jinja2"])
        self._bulk_row("the same, data known to be valid", taken["checked"], taken["jinja2"])
        self._together(20 * few, rounds)
        base = min(bulk.measured("checked", few)[1] for _ in range(3))
        seconds, peak = bulk.measured("checked", many)
        more = (peak - base) / 1024
        self.rows.append(Row(f"bulk, MiB for {_power(many)} over 10^3 users", more, bound=BULK_MIB_BOUND))
        self.note(f"{many} households of one user: {seconds:.1f} s, {many / seconds:.0f} in a second.")
        small = min(bulk.measured("one", few)[0] for _ in range(3))
        large = self._bulk_in_turn(("one", "one-jinja2"), 10 * few, 3)
        self._bulk_row("10^4 users in one file : Jinja2", large["one"], large["one-jinja2"])
        exponent = math.log10(min(one[0] for one in large["one"]) / small)
        self.rows.append(Row("one file, exponent 10^3 to 10^4", exponent, bound=BULK_EXPONENT_BOUND))
        self.facts["bulk"] = {**taken, **large, "many": [many, seconds, peak, base], "small": small}

    def _together(self, count: int, rounds: int) -> None:
        """Compare two processes for a stream of households with one, by the clock; each needs a processor."""
        name = "bulk, one process : two"
        if (os.cpu_count() or 1) < 2:
            self.rows.append(Row(name, None))
            return
        turns = [[bulk.measured(way, count) for way in ("alone", "together")] for _ in range(rounds)]
        found = ratio(*([int(turn[way][0] * 1e9) for turn in turns] for way in (0, 1)))
        self.rows.append(Row(name, found.value, (found.low, found.high), more=True))
        more = statistics.median(two[1] / one[1] for one, two in turns) - 1
        self.note(f"Two processes spend {more * 100:+.1f} % of processor time more than one.")
        self.facts["together"] = turns

    def fleet(self, *, quick: bool) -> None:
        """Compare the module of Ansible with the loop that people write, and many accounts with one."""
        rows, notes = fleet.measured(quick)
        self.rows += rows
        self.notes += notes

    def _bulk_in_turn(self, ways: tuple[str, ...], count: int, rounds: int) -> dict[str, list[Any]]:
        """Go each way once in each round; returns seconds and peak memory of all, by way."""
        taken: dict[str, list[Any]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                taken[way].append(bulk.measured(way, count))
        medians = (
            f"{way} {statistics.median(one[0] for one in done) / count * 1e6:.0f}"
            for way, done in taken.items()
        )
        self.note(f"Microseconds for each of {count} users: {', '.join(medians)}.")
        return taken

    def _bulk_row(self, name: str, ours: list[Any], base: list[Any]) -> None:
        found = ratio(*([int(seconds * 1e9) for seconds, _ in taken] for taken in (ours, base)))
        self.rows.append(Row(name, found.value, (found.low, found.high), aim=BULK_AIM))

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
