"""The dataset as a whole: how long it takes to check and compile, how that grows, and its first line.

As a program, `python whole_set.py FOLDER FILE` checks the provider files of FOLDER by schema and rules,
compiles them into the catalogue FILE, and prints the seconds of processor time that took.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

import synthetic
from table import Row

SECONDS_BOUND, EXPONENT_BOUND, WHEEL_BOUND, FIRST_LINE_BOUND = 2.0, 1.05, 2.0, 1.1
_ROOT = Path(__file__).resolve().parent.parent
_GENERATOR = str(_ROOT / "generator")


def measured(folder: Path, quick: bool) -> tuple[list[Row], list[str]]:
    """Return rows and notes about checking and compiling: our own files, and made-up ones by the thousand."""
    ours = min(seconds(_ROOT / "providers", folder / "ours.sqlite") for _ in range(2))
    few, many = (10**3, 10**4) if quick else (10**3, 10**5)
    made = {count: folder / f"files-{count}" for count in (few, many)}
    for count, files in made.items():
        written(count, files)
    turns = _in_turn(made[few], made[many], folder / "made.sqlite")
    exponent = math.log(statistics.median(large / small for small, large in turns), many / few)
    taken = {few: min(small for small, _ in turns), many: min(large for _, large in turns)}
    span = f"10^{round(math.log10(few))} to 10^{round(math.log10(many))}"
    rows = [
        Row("our files, lint + compile, seconds", ours, bound=SECONDS_BOUND),
        Row(f"the same, exponent {span}", exponent, bound=EXPONENT_BOUND),
    ]
    each = ", ".join(f"{count}: {spent / count * 1e3:.2f} ms" for count, spent in taken.items())
    return rows, [f"Checking and compiling a provider file, of so many: {each} (processor time)."]


def _in_turn(few: Path, many: Path, catalogue: Path, rounds: int = 3) -> list[tuple[float, float]]:
    """Return the seconds for both folders, `rounds` times: the small one's are the mean of before and after.

    Whoever else is at work on the machine makes processor time dearer too (shared caches, a second thread
    on the core): what ran close together had about the same of it, so that the ratio stays.
    """
    turns = []
    before = seconds(few, catalogue)
    for _ in range(rounds):
        large = seconds(many, catalogue)
        after = seconds(few, catalogue)
        turns.append(((before + after) / 2, large))
        before = after
    return turns


def seconds(folder: Path, catalogue: Path) -> float:
    """Return what a process of its own needs for the files of a folder."""
    done = subprocess.run(
        [sys.executable, __file__, str(folder), str(catalogue)], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(f"the provider files of {folder} could not be compiled")
    return float(json.loads(done.stdout))


def written(count: int, folder: Path) -> None:
    """Write `count` provider files, as JSON on one line: that is YAML too, and no faster to check."""
    folder.mkdir()
    for number in range(count):
        name, record = synthetic.made(number)
        (folder / f"{name}.yaml").write_text(json.dumps(record), encoding="utf-8")


def wheel_row(folder: Path) -> Row:
    """Return the size of the wheel that the benchmark has built below `folder`, in MiB."""
    wheel = next((folder / "wheels").glob("mailgen-*.whl"))
    return Row("the wheel, MiB", wheel.stat().st_size / 2**20, bound=WHEEL_BOUND)


def first_line_row(many: list[str], few: list[str], home: Path, rounds: int) -> tuple[Row, str]:
    """Compare the time to the first line of `mailgen providers` over a large catalogue and a small one."""
    taken: dict[str, list[float]] = {"many": [], "few": []}
    for _ in range(rounds):
        for name, command in (("many", many), ("few", few)):
            taken[name].append(_until_first_line(command, home))
    large, small = (statistics.median(times) for times in taken.values())
    spent = f"{large * 1e3:.1f} ms, of the small catalogue {small * 1e3:.1f} ms"
    note = f"First line of 'mailgen providers': {spent}."
    return Row("first line of providers, many : few", large / small, bound=FIRST_LINE_BOUND), note


def _until_first_line(command: list[str], home: Path) -> float:
    start = perf_counter()
    with subprocess.Popen(
        command, cwd=home, env={"HOME": str(home), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout
        line = process.stdout.readline()
        spent = perf_counter() - start
        process.stdout.close()
    if not line.strip():
        raise SystemExit(f"{command} printed nothing")
    return spent


def main() -> None:
    """Check and compile one folder; starting Python and reading the templates do not count."""
    sys.path.insert(0, _GENERATOR)
    from mailgen.catalog import compiler

    start = process_time()
    records = compiler.checked_providers(Path(sys.argv[1]))
    compiler.build(sys.argv[2], records, [])
    print(json.dumps(process_time() - start))


if __name__ == "__main__":
    main()
