"""`mailgen targets --for ADDRESS`: which clients work with a provider, by the versions on this machine."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import assert_refused, cli

if TYPE_CHECKING:
    from pathlib import Path

SAYS = {
    "neomutt": "echo NeoMutt 20250510",
    "mutt": "echo 'Mutt 2.2.13 (2024-03-09)'",
    "fetchmail": "echo 'This is fetchmail release 6.5.2+TLS' >&2",
    "msmtp": "exec sleep 30",
    "mbsync": "echo no number; exit 3",
}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with programs that say a version, or do not."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, line in SAYS.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


def judged(path: str, what: str) -> dict[str, Any]:
    done = cli("targets", "--for", what, "--json", env={"PATH": path})
    assert done.status == 0, done.stderr
    return {one["target"]: one for one in json.loads(done.stdout)}


def test_the_installed_version_is_the_one_that_is_judged(machine: Path) -> None:
    found = judged(f"{machine}:/usr/bin:/bin", "ada@163.com")["neomutt"]
    assert (found["version"], found["installed"], found["state"]) == ("20250510", True, "ok")
    assert found["protocols"] == ["imap", "smtp"]
    tried = judged("/nowhere", "ada@163.com")["neomutt"]
    assert (tried["installed"], tried["state"], tried["protocols"]) == (False, "degraded", ["pop3", "smtp"])
    assert tried["since"] == "20230407"
    assert "ID command" in tried["why"][0]


def test_a_program_that_does_not_tell_is_judged_as_tried_and_keeps_nobody_waiting(machine: Path) -> None:
    begin = time.monotonic()
    found = judged(f"{machine}:/usr/bin:/bin", "qq.com")
    assert time.monotonic() - begin < 25
    assert found["fetchmail"]["version"] == "6.5.2"
    assert not found["msmtp"]["installed"]
    assert not found["mbsync"]["installed"]


def test_what_cannot_work_is_said_with_the_reason() -> None:
    found = judged("/nowhere", "ada@outlook.com")
    assert (found["fetchmail"]["state"], found["fetchmail"]["protocols"]) == ("refused", [])
    assert "only OAuth2" in found["fetchmail"]["why"][0]
    for name in ("mutt", "neomutt", "msmtp", "thunderbird"):
        assert found[name]["state"] == "ok", found[name]
    # What is published, or belongs to the whole system, is nobody's program.
    assert not {"pacc", "autoconfig-xml", "msmtp-system"} & found.keys()


def test_who_reads_what_another_keeps_needs_no_login() -> None:
    found = judged("/nowhere", "ada@163.com")
    for name in ("mblaze", "notmuch"):
        assert (found[name]["state"], found[name]["protocols"], found[name]["why"]) == ("ok", [], [])
    told = cli("targets", "--for", "163.com", env={"PATH": "/nowhere"}).stdout
    assert "reads mail that another program keeps on this machine" in told


def test_a_client_for_the_accounts_of_one_owner_is_no_reader_of_what_others_keep() -> None:
    told = cli("targets", "--for", "ada@gmail.com", env={"PATH": "/nowhere"}).stdout
    assert re.search(r"lieer +works, by a way of its own", told)
    assert judged("/nowhere", "ada@163.com")["lieer"]["state"] == "refused"


def test_for_people_it_is_a_line_each_in_their_language() -> None:
    env = {"PATH": "/nowhere"}
    english = cli("targets", "--for", "163.com", env=env).stdout
    told = "works with reservations over POP3, SMTP (20220429, as tried); otherwise from version 20230407"
    assert told in english
    chinese = cli("targets", "--for", "163.com", "--lang", "zh", env=env).stdout
    assert "可通过 POP3, SMTP 使用，但有限制" in chinese


def test_a_domain_that_nobody_knows_is_refused() -> None:
    assert_refused(cli("targets", "--for", "ada@nobody.example"), 1, "no provider is known for the domain")
    assert cli("targets", "--for", "").status == 2
