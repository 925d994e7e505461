"""Plans may be made by many threads at once, with one planner or with the public function."""

from __future__ import annotations

import gc
import json
import random
import sqlite3
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailgen.accounts.planner import Planner
from mailgen.api import plan, plan_each
from mailgen.catalog import compiler
from mailgen.catalog.index import CatalogueShelf
from mailgen.catalog.opening import open_catalogue
from mailgen.catalog.reader import CompiledCatalogue
from mailgen.core.errors import DataError, MailgenError
from tests.support import ROOT, VERSIONS, answer, python_of

HOUSEHOLDS = [
    yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "households").glob("*.yaml"))
]
DOMAINS = ["sohu.com", "qq.com", "gmail.com", "yeah.net", "outlook.com", "yahoo.co.jp"]


def household(number: int) -> dict[str, Any]:
    """Return one of the golden households, or one of a single user; another for each number."""
    if number % 7 == 0:
        return HOUSEHOLDS[number // 7 % len(HOUSEHOLDS)]
    address = f"user{number}@{DOMAINS[number % len(DOMAINS)]}"
    token = {"token_command": "token {address}"} if "outlook" in address else {}
    targets = ["msmtp", "mutt", "neomutt", "thunderbird"][: 1 + number % 4]
    return {"accounts": {f"u{number}": {"address": address, "targets": targets, **token}}}


@pytest.mark.parametrize("way", ["one planner", "api.plan", "both"])
def test_threads_do_not_disturb_each_other(way: str) -> None:
    catalogue = open_catalogue()
    numbers = list(range(160))
    meant = {number: list(Planner(catalogue).plan(household(number)).files) for number in numbers}
    shared = Planner(catalogue)
    random.Random(1).shuffle(numbers)

    def made(number: int) -> list[Any]:
        if way == "api.plan" or (way == "both" and number % 2):
            return plan(household(number), catalogue=catalogue)
        return list(shared.plan(household(number)).files)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            done = dict(zip(numbers, pool.map(made, numbers), strict=True))
    finally:
        sys.setswitchinterval(before)
    assert done == meant


#: Asks one catalogue from eight threads, with nothing but the standard library and mailgen; prints how
#: many answers there were, and those that were not right.
DRIVER = """
import json, random, sys, threading
from mailgen.accounts.planner import Planner
from mailgen.catalog.reader import CompiledCatalogue

path, households = sys.argv[1], json.load(sys.stdin)
def made(catalogue, data):
    try:
        return [(file.path, file.text) for file in Planner(catalogue).plan(data).files]
    except Exception as error:
        return repr(error)
meant = [made(CompiledCatalogue(path), data) for data in households]
ours = CompiledCatalogue(path)
domains = {name: ours.provider_for(name) for name in list(ours.domains())[::9]}
sys.setswitchinterval(1e-6)
shared, wrong, asked = CompiledCatalogue(path), [], []
start = threading.Barrier(8)
def work(seed):
    mine = random.Random(seed)
    start.wait()
    for number in mine.sample(range(len(households)), len(households)) * 2:
        got = made(shared, households[number])
        if got != meant[number]:
            wrong.append((number, str(got)[:300]))
        for name in mine.sample(list(domains), 20):
            if shared.provider_for(name) != domains[name]:
                wrong.append(name)
        if seed % 4 == 0 and len(list(shared.domains())) < len(domains):
            wrong.append("domains")
        asked.append(number)
threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
print(json.dumps([sys.version.split()[0], len(asked), wrong]))
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_one_catalogue_answers_many_threads_of_every_python(version: str) -> None:
    """Up to 3.11 a connection gave each cursor a statement of its own; later ones share what they keep."""
    python = python_of(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine, so threads were not tried with it")
    households = json.dumps([household(number) for number in range(1, 40)])
    done = subprocess.run(
        [python, "-W", "error::ResourceWarning", "-c", DRIVER, open_catalogue().path],
        input=households,
        env={"PYTHONPATH": str(ROOT / "generator"), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told, asked, wrong = json.loads(done.stdout)
    assert told.startswith(f"{version}.")
    assert asked == 8 * 2 * 39
    assert wrong == []
    assert "ResourceWarning" not in done.stderr


class Swapped:
    """A connection that answers with the row of another key, as a statement of another thread would."""

    def __init__(self, path: str, other: str) -> None:
        self.database, self.other = sqlite3.connect(path), other

    def execute(self, query: str, values: tuple[str, ...] = ()) -> sqlite3.Cursor:
        return self.database.execute(query, (self.other,) if values else ())

    def close(self) -> None:
        self.database.close()


@pytest.mark.parametrize(
    ("ask", "key", "other"),
    [
        ("provider_for", "163.com", "qq.com"),
        ("provider", "163.com", "qq.com"),
        ("record_for", "163.com", "qq.com"),
        ("record", "163.com", "qq.com"),
        ("target", "msmtp", "mutt"),
        ("manifest", "msmtp", "mutt"),
        ("reasons", "msmtp", "mutt"),
        ("_meta", "fingerprint", "format"),
    ],
)
def test_a_row_of_another_key_is_never_an_answer(ask: str, key: str, other: str) -> None:
    """Whatever mixes up the rows below, no password goes to the server of somebody else."""
    catalogue = CompiledCatalogue(open_catalogue().path)
    right = getattr(catalogue, ask)(key)
    assert right != getattr(catalogue, ask)(other)
    catalogue = CompiledCatalogue(catalogue.path)  # one that has not been asked yet: targets are kept
    catalogue._database.close()
    catalogue._database = Swapped(catalogue.path, other)  # type: ignore[assignment]
    got = answer(getattr(catalogue, ask), key)
    assert isinstance(got, MailgenError)
    assert "another record" in got.what
    assert getattr(catalogue, ask)(other) is not None


def test_a_catalogue_closes_its_file_when_nobody_uses_it(tmp_path: Path) -> None:
    """Python 3.13 warns of a connection that was left open; the files that are open tell it anywhere."""
    path = tmp_path / "made.sqlite"
    compiler.build(str(path), [], [])

    def opened() -> int:
        return sum(str(path) in str(link.resolve()) for link in Path("/proc/self/fd").iterdir())

    catalogue = CompiledCatalogue(str(path))
    assert opened() == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del catalogue
        gc.collect()
    assert opened() == 0


def test_a_shelf_may_be_asked_by_many_threads() -> None:
    catalogue = open_catalogue()
    shared = CatalogueShelf(catalogue)
    domains = list(catalogue.domains())[::5]
    alone = CatalogueShelf(catalogue)
    meant = {domain: alone.of_domain(domain) for domain in domains}
    hosts = {host: alone.of_host(host) for host in ("imap.qq.com", "smtp.163.com", "imap.gmail.com")}

    def asked(seed: int) -> bool:
        mine = random.Random(seed).sample(domains, len(domains))
        return all(shared.of_domain(one) == meant[one] for one in mine) and all(
            shared.of_host(host) == found for host, found in hosts.items()
        )

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(asked, range(8)))
    finally:
        sys.setswitchinterval(before)


def test_a_stream_is_lazy_and_stops_at_the_first_bad_household() -> None:
    asked = []

    def stream() -> Any:
        for number in range(1, 4):
            asked.append(number)
            yield household(number)
        yield {"accounts": {"bad": {"address": "ada@sohu.com", "targets": ["msmtp"], "protocoll": "imap"}}}

    files = plan_each(stream())
    assert asked == []
    first = next(files)
    assert asked == [1]
    assert first == plan(household(1))
    assert [len(one) for one in (next(files), next(files))] == [len(plan(household(n))) for n in (2, 3)]
    with pytest.raises(DataError, match="protocol") as caught:
        next(files)
    assert caught.value.field == (3, "accounts", "bad", "protocoll")
    assert caught.value.where == "3.accounts.bad.protocoll"


@pytest.mark.parametrize("checked", [False, True])
def test_a_rule_that_a_household_breaks_is_told_with_its_number(checked: bool) -> None:
    twice = {"address": "ada@sohu.com", "targets": ["msmtp"], "default": True}
    with pytest.raises(DataError, match="two accounts are the default") as caught:
        list(plan_each([household(1), {"accounts": {"a": twice, "b": twice}}], checked=checked))
    assert caught.value.field == (1, "accounts", "b", "default")
    with pytest.raises(DataError) as alone:
        plan({"accounts": {"a": twice, "b": twice}})
    assert alone.value.field == ("accounts", "b", "default")


#: Run in a process without threads, as none of a test run is.
TOGETHER = """
import os, signal
from mailgen.accounts.side_by_side import may_fork
from mailgen.api import plan_each
from mailgen.core.errors import DataError

def household(number):
    address = f"user{number}@{('sohu.com', 'qq.com', 'gmail.com')[number % 3]}"
    targets = ["msmtp", "mutt"][: 1 + number % 5 // 4]
    return {"accounts": {f"u{number}": {"address": address, "targets": targets}}}

assert may_fork()
pids = []
fork = os.fork
os.fork = lambda: pids.append(fork()) or pids[-1]
count = 330
alone = list(plan_each(map(household, range(count))))
assert not any(pids)
for jobs in (2, 3):
    assert list(plan_each(map(household, range(count)), jobs=jobs)) == alone
assert len(pids) == 3
assert list(plan_each([], jobs=2)) == []
assert list(plan_each(map(household, range(3)), jobs=2)) == alone[:3]

def outcome(bad, error, jobs):
    def stream():
        for number in range(230):
            if number == bad and error:
                raise error
            yield household(number) if number != bad else {"accounts": {"a": {"address": "ada@sohu.com"}}}
    made = []
    try:
        made += map(made.append, plan_each(stream(), jobs=jobs))
    except (DataError, KeyError) as caught:
        return made, repr(caught), str(caught), getattr(caught, "field", None)
for bad in (0, 99, 100, 101, 229):
    for error in (None, KeyError("the stream ends")):
        assert outcome(bad, error, 2) == outcome(bad, error, 1) != None, (bad, error)

del pids[:]
made = plan_each(map(household, range(count)), jobs=2)
first = next(made)
os.kill(pids[0], signal.SIGKILL)
assert [first, *made] == alone
stopped = plan_each(map(household, range(count)), jobs=2)
next(stopped)
stopped.close()
for pid in pids:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        continue
    raise AssertionError("a process is left")
print("good")
"""


def test_several_processes_make_what_one_makes_and_none_is_left() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOGETHER], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stdout) == (0, "good\n"), done.stderr
