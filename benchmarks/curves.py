"""How the time of a fleet's run grows: with users, hosts and forks, and what pipelining saves.

`python benchmarks/curves.py FILE [--quick]` measures and writes JSON; `benchmarks/picture.py` draws it for
docs/fleets.md. Takes a quarter of an hour; needs root, as fleet.py does. Each point is a second run, which
changes nothing, beside an empty module on the same hosts, in turn.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleet import WHOLE, SshMachine, accounts, ansible_lab, configs, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS, HOSTS, FORKS = (1, 10, 100, 1000), (1, 10, 50, 200), (1, 2, 5, 10, 20, 50)
#: Of each the smaller ones, with `--quick`.
FEW_USERS, FEW_HOSTS, FEW_FORKS = (1, 10, 100), (1, 10, 50), (1, 5, 20, 50)
_NOTHING: list[dict[str, Any]] = [{"ansible.builtin.ping": {}}]


def one_host(users: int) -> tuple[list[str], dict[str, Any]]:
    """Return the users of one host with an account each, and its variables."""
    names = [f"user{number:04d}" for number in range(users)]
    return names, {"desk": {"users": {name: accounts(1) for name in names}}}


def many_hosts(hosts: int) -> tuple[list[str], dict[str, Any]]:
    """Return a user for each of some hosts, with three accounts, and their variables."""
    names = [f"user{number:04d}" for number in range(hosts)]
    return names, {f"host{name[4:]}": {"users": {name: accounts(3)}} for name in names}


def points(
    kind: str, sizes: tuple[int, ...], made: Any, rounds: int, forks: tuple[int, ...] = (20,)
) -> Iterator[dict[str, Any]]:
    """Yield seconds of the first run, of the next ones and of an empty module, for each size and forks."""
    for size in sizes:
        names, variables = made(size)
        with ansible_lab.machine(*names) as machine:
            first = timed(machine, configs(WHOLE), variables)
            for count in forks:
                pairs = [
                    (
                        timed(machine, configs(WHOLE), variables, forks=count),
                        timed(machine, _NOTHING, variables, forks=count),
                    )
                    for _ in range(rounds)
                ]
                again, none = (statistics.median(times) for times in zip(*pairs, strict=True))
                point = {"curve": kind, "size": size, "forks": count, "first": first, "again": again}
                yield point | {"none": none}
                print(point, none, file=sys.stderr, flush=True)


def over_ssh(hosts: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield what runs over a real sshd take, with pipelining and without."""
    names, variables = many_hosts(hosts)
    with ansible_lab.machine(*names, kind=SshMachine) as machine:
        timed(machine, configs(WHOLE), variables, True)
        for pipelining in (False, True):
            taken = [
                timed(machine, configs(WHOLE), variables, True, pipelining=pipelining) for _ in range(rounds)
            ]
            yield {"curve": "ssh", "size": hosts, "pipelining": pipelining, "again": statistics.median(taken)}


def main() -> None:
    """Measure all curves, and write them."""
    quick = "--quick" in sys.argv
    if len(sys.argv) != 2 + quick or os.geteuid():
        raise SystemExit("usage, as root: python benchmarks/curves.py FILE [--quick]")
    rounds = 1 if quick else 3
    found = [
        *points("users", FEW_USERS if quick else USERS, one_host, rounds),
        *points("hosts", FEW_HOSTS if quick else HOSTS, many_hosts, rounds),
        *points("forks", (50,), many_hosts, rounds, FEW_FORKS if quick else FORKS),
        *over_ssh(10, rounds),
    ]
    data = {"processors": os.cpu_count(), "points": found}
    Path(sys.argv[1]).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
