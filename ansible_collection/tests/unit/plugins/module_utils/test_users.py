# SPDX-FileCopyrightText: 2026 The mailgen authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in processes of their own: both halves, or the first alone."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.mailgen.mail.plugins.module_utils import _users

ME = pwd.getpwuid(os.geteuid())


def work(job, line):
    if job == "die":
        os._exit(1)
    line.say({"process": os.getpid(), "job": job})
    if line.told_to_go():
        line.say({"done": True})


def all_go(words):
    return [True] * len(words)


def the_good_go(words):
    return ["errors" not in word for word in words]


def all_or_nothing(words):
    return [not any("errors" in word for word in words)] * len(words)


def test_each_job_has_a_process_of_its_own():
    said = _users.in_two_halves([(ME, "one"), (ME, "two")], work, all_go, 60)
    assert [one["job"] for one in said] == ["one", "two"]
    assert all(one["done"] for one in said)
    assert len({one["process"] for one in said} | {os.getpid()}) == 3


def test_the_second_half_waits_for_all():
    said = _users.in_two_halves([(ME, "one"), (ME, "die")], work, all_or_nothing, 60)
    assert "done" not in said[0]
    assert "ended before its time" in said[1]["errors"][0]["what"]


def test_one_that_ends_early_keeps_no_other_from_the_second_half():
    said = _users.in_two_halves([(ME, "die"), (ME, "one")], work, the_good_go, 60)
    assert "ended before its time" in said[0]["errors"][0]["what"]
    assert said[1]["done"]


def hang(path):
    """Hang with a program of one's own, and say in a file which processes these are."""
    argv = [sys.executable, "-c", "import time; time.sleep(1000)"]
    with subprocess.Popen(argv) as program:
        path.write_text(f"{os.getpid()} {program.pid}")
        time.sleep(1000)


def is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("half", [1, 2, 3])
def test_who_takes_too_long_is_ended_with_his_programs(tmp_path, half):
    """In the first half, in the second, or when he is to give up."""

    def hanging(job, line):
        if job == "good":
            work(job, line)
            return
        if half > 1:
            line.say({"files": []})
            if not line.told_to_go() or half == 2:
                hang(job)
        hang(job)

    path = tmp_path / "processes"
    started = time.monotonic()
    choice = the_good_go if half < 3 else lambda words: [False, True]
    said = _users.in_two_halves([(ME, path), (ME, "good")], hanging, choice, 1)
    assert 1 <= time.monotonic() - started < 20
    assert said[1]["done"]
    if half < 3:
        assert "not done after 1 seconds" in said[0]["errors"][0]["what"]
        done = ("none of his files has changed", "some of his files may be done")[half - 1]
        assert done in said[0]["errors"][0]["mend"]
    worker, program = map(int, path.read_text().split())
    for _round in range(100):
        if not is_there(worker) and not is_there(program):
            break
        time.sleep(0.05)
    assert not is_there(worker)
    assert not is_there(program)


def test_many_that_hang_are_waited_for_together():
    def hanging(job, line):
        if job == "bad":
            time.sleep(1000)
        work(job, line)

    jobs = [(ME, "bad")] * 3 + [(ME, "good")] * 30
    started = time.monotonic()
    said = _users.in_two_halves(jobs, hanging, the_good_go, 2)
    assert time.monotonic() - started < 12
    assert [bool(one.get("errors")) for one in said] == [True] * 3 + [False] * 30


def test_a_process_lets_go_of_what_belongs_to_others():
    """What it does not have it cannot write, whatever fault there may be."""
    jobs = [(ME, "one"), (ME, "two"), (ME, "three")]
    texts = _users.Aside([{"text": name * 2} for _user, name in jobs])
    own = []

    def forget(number):
        own.append(texts[number])
        texts.drop()

    def telling(job, line):
        found = []
        for number in range(3):
            try:
                found.append(texts[number])
            except ValueError:
                found.append(None)
        line.say({"job": job, "own": own, "found": found})

    said = _users.in_two_halves(jobs, telling, lambda words: [False] * 3, 60, forget)
    assert [one["own"] for one in said] == [[{"text": name * 2}] for _user, name in jobs]
    assert all(one["found"] == [None] * 3 for one in said)
    assert [texts[number]["text"] for number in range(3)] == ["oneone", "twotwo", "threethree"]
    assert not own


def test_a_long_word_comes_whole():
    def talking(job, line):
        line.say({"text": "x" * 3_000_000})
        if line.told_to_go():
            line.say({"done": True})

    [said] = _users.in_two_halves([(ME, "one")], talking, all_go, 60)
    assert len(said["text"]) == 3_000_000
    assert said["done"]
