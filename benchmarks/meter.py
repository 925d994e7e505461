"""A small process that runs commands in turn and times them.

Started by measure.py as `python -I -S meter.py`. It imports next to nothing, for two reasons: a
small process starts others with less noise, and Linux counts the memory of the parent towards the
peak of a child, so that a large parent would hide how little a child needs.

Reads (rounds, cpu, environment, commands) from stdin and writes a list of rounds to stdout, each a
list of (wall ns, CPU ns, peak KiB, wait status), one for each command; both in the form of `marshal`.
"""

import marshal
import os
import sys
from time import perf_counter_ns


def run(command: list[str], environment: dict[str, str]) -> tuple[int, int, int, int]:
    """Run one command to its end, without input, its output thrown away."""
    nowhere = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    start = perf_counter_ns()
    child = os.posix_spawn(command[0], command, environment, file_actions=nowhere)
    _, status, used = os.wait4(child, 0)
    wall = perf_counter_ns() - start
    peak = used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss
    return wall, int((used.ru_utime + used.ru_stime) * 1e9), peak, status


def main() -> None:
    """Run all rounds; the first one only warms the caches and is not reported."""
    rounds, cpu, environment, commands = marshal.load(sys.stdin.buffer)
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    for command in commands:
        run(command, environment)
    marshal.dump(
        [[run(command, environment) for command in commands] for _ in range(rounds)], sys.stdout.buffer
    )


main()
