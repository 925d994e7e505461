# SPDX-FileCopyrightText: 2026 The mailgen authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in processes of their own: both halves, or the first alone."""

from __future__ import annotations

import os
import pwd

from ansible_collections.mailgen.mail.plugins.module_utils import _checks, _users

ME = pwd.getpwuid(os.geteuid())


def work(job, line):
    if job == "die":
        os._exit(1)
    line.say({"process": os.getpid(), "job": job})
    if line.told_to_go():
        line.say({"done": True})


def test_each_job_has_a_process_of_its_own():
    said = _users.in_two_halves([(ME, "one"), (ME, "two")], work, lambda words: True)
    assert [one["job"] for one in said] == ["one", "two"]
    assert all(one["done"] for one in said)
    assert len({one["process"] for one in said} | {os.getpid()}) == 3


def test_the_second_half_waits_for_all():
    said = _users.in_two_halves(
        [(ME, "one"), (ME, "die")], work, lambda words: not any("errors" in word for word in words)
    )
    assert "done" not in said[0]
    assert "ended before its time" in said[1]["errors"][0]["what"]


def test_no_command_is_run_to_check_a_file():
    rules = [{"line": "run (.*)", "by": "ran nothing"}]
    assert _checks.harmless(b"a\nrun rm\nrun\n", rules) == b"a\nran nothing\nrun\n"
    content = b"run touch /tmp/x\n"
    check = {"argv": ["grep", "-q", "ran nothing", "{file}"], "exit": [0], "replace": rules}
    assert _checks.accepted(check, content) is True
    assert _checks.accepted(dict(check, exit=[1]), content) is False
    assert _checks.accepted(dict(check, argv=["no-such-program"]), content) is None
