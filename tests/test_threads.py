"""Plans may be made by many threads at once, with one planner or with the public function."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailgen.api import plan, plan_each
from mailgen.catalog import open_catalogue
from mailgen.errors import DataError
from mailgen.planner import Planner

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
