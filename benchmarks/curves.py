"""How time and memory of a fleet's run grow with users, hosts, files and forks; what other ways save.

`python benchmarks/curves.py FILE [--quick]` measures and writes JSON; `benchmarks/picture.py` draws it for
docs/fleets.md. Takes a quarter of an hour; needs root, as fleet.py does. Each point is a second run, which
changes nothing, beside an empty module on the same hosts, in turn. Mitogen is tried if it is installed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from fleet import SPLIT, WHOLE, SshMachine, accounts, configs, set_up, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS, HOSTS, FORKS = (1, 10, 100, 1000), (1, 10, 50, 200), (1, 2, 5, 10, 20, 50)
#: Accounts of one user in mutt, which has three files for each.
ACCOUNTS = (1, 10, 100)
#: Of each the smaller ones, with `--quick`.
FEW_USERS, FEW_HOSTS, FEW_FORKS, FEW_ACCOUNTS = (1, 10, 100), (1, 10, 50), (1, 5, 20, 50), (1, 10)
#: Runs a program, and writes to a file what its largest process had in memory at most, in KiB (getrusage(2)).
_PEAK = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""
_NOTHING: list[dict[str, Any]] = [{"ansible.builtin.ping": {}}]


def one_host(users: int) -> tuple[list[str], dict[str, Any]]:
    """Return the users of one host with an account each, and its variables."""
    names = [f"user{number:04d}" for number in range(users)]
    return names, {"desk": {"users": {name: accounts(1) for name in names}}}


def many_hosts(hosts: int) -> tuple[list[str], dict[str, Any]]:
    """Return a user for each of some hosts, with three accounts, and their variables."""
    names = [f"user{number:04d}" for number in range(hosts)]
    return names, {f"host{name[4:]}": {"users": {name: accounts(3)}} for name in names}


def one_user(count: int) -> tuple[list[str], dict[str, Any]]:
    """Return the user of one host with some accounts, and its variables."""
    return ["ada"], {"desk": {"users": {"ada": accounts(count)}}}


def points(
    kind: str,
    sizes: tuple[int, ...],
    made: Any,
    rounds: int,
    forks: tuple[int, ...] = (20,),
    defaults: Any = WHOLE,
) -> Iterator[dict[str, Any]]:
    """Yield seconds of the first run, of the next ones and of an empty module, for each size and forks.

    `mib` is what the controller had in memory at most in a run that changes nothing, `none_mib` with an empty
    module: the largest of its processes.
    """
    for size in sizes:
        names, variables = made(size)
        with set_up(*names) as machine:
            peak = machine.folder / "peak"
            before = (sys.executable, "-c", _PEAK, str(peak))
            first = timed(machine, configs(defaults), variables)
            for count in forks:
                pairs = []
                for _ in range(rounds):
                    pair: list[float] = []
                    for tasks in (configs(defaults), _NOTHING):
                        pair.append(timed(machine, tasks, variables, forks=count, before=before))
                        pair.append(int(peak.read_text()) / 1024)
                    pairs.append(pair)
                again, mib, none, none_mib = (statistics.median(each) for each in zip(*pairs, strict=True))
                point = {"curve": kind, "size": size, "forks": count, "first": first, "again": again}
                point |= {"none": none, "mib": round(mib), "none_mib": round(none_mib)}
                yield point
                print(point, file=sys.stderr, flush=True)


def over_ssh(hosts: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield what runs over a real sshd take: without pipelining, with it, and with Mitogen where it is there.

    Raises SystemExit where the files are not the same.
    """
    names, variables = many_hosts(hosts)
    ways: dict[str, dict[str, Any]] = {"plain": {}, "pipelining": {"pipelining": True}}
    mitogen = importlib.util.find_spec("ansible_mitogen")
    if mitogen and mitogen.origin:
        plugins = Path(mitogen.origin).parent / "plugins/strategy"
        ways["mitogen"] = {
            "settings": {"ANSIBLE_STRATEGY_PLUGINS": str(plugins), "ANSIBLE_STRATEGY": "mitogen_linear"}
        }
    made: dict[str, Any] = {}
    for way, how in ways.items():
        with set_up(*names, kind=SshMachine) as machine:
            first = timed(machine, configs(WHOLE), variables, True, **how)
            written = {name: machine.files(name) for name in names}
            if written != (made := made or written):
                raise SystemExit(f"by {way} other files were written")
            pairs = [
                (
                    timed(machine, configs(WHOLE), variables, True, **how),
                    timed(machine, _NOTHING, variables, True, **how),
                )
                for _ in range(rounds)
            ]
            again, none = (statistics.median(times) for times in zip(*pairs, strict=True))
            point = {"curve": "ssh", "size": hosts, "way": way, "first": first, "again": again, "none": none}
            yield point
            print(point, file=sys.stderr, flush=True)


def pulled(rounds: int) -> Iterator[dict[str, Any]]:
    """Yield what `ansible-pull` takes on one host, its play being in a repository of git on this machine."""
    names, variables = one_user(3)
    with set_up(*names) as machine:
        store = machine.folder / "store"
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": configs(WHOLE)}]
        play[0]["vars"] = variables["desk"]
        store.mkdir()
        (store / "local.yml").write_text(json.dumps(play))
        own = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "hosts")):
            subprocess.run(["git", "-C", store, *own, *words], check=True)
        pull = str(Path(machine.ansible).with_name("ansible-pull"))
        argv = [pull, "-U", f"file://{store}", "-d", str(machine.folder / "here"), "-i", "localhost,"]
        argv += ["-e", "ansible_python_interpreter=/usr/bin/python3"]
        taken = []
        for _ in range(rounds + 1):
            started = perf_counter()
            done = machine.run(argv, {"ANSIBLE_STDOUT_CALLBACK": "default", "PYTHONPATH": ""})
            taken.append(perf_counter() - started)
            if done.status:
                raise SystemExit(f"ansible-pull ended with status {done.status}:\n{done.stdout}{done.stderr}")
        point = {"curve": "pull", "size": 1, "first": taken[0], "again": statistics.median(taken[1:])}
        yield point
        print(point, file=sys.stderr, flush=True)


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
        *points("files", FEW_ACCOUNTS if quick else ACCOUNTS, one_user, rounds, defaults=SPLIT),
        *over_ssh(10, rounds),
        *pulled(rounds),
    ]
    data = {"processors": os.cpu_count(), "points": found}
    Path(sys.argv[1]).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
