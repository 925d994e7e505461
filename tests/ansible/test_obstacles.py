"""What one user of a host does, or has lying about, costs him alone: others are served, and the run ends."""

from __future__ import annotations

import copy
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import Machine, machine, results

if TYPE_CHECKING:
    from collections.abc import Iterator

ADA = {"address": "ada@sohu.com", "targets": ["msmtp", "mutt"], "password_command": "pass show ada"}
BOB = {"address": "bob@sohu.com", "targets": ["msmtp"], "password_command": "pass show bob"}
DATA: dict[str, Any] = {
    "users": {"ada": {"accounts": {"home": ADA}}, "bob": {"accounts": {"work": BOB}}},
    "user_timeout": 3,
}

#: Runs a program (the other arguments) while ada does something (the first), all in a PID namespace.
#: Says at the end how many processes of hers are left.
_BESIDE = """
import os, signal, subprocess, sys, time
ready, tell = os.pipe()
beside = os.fork()
if not beside:
    os.setgid(23001); os.setuid(23001)
    os.environ["HOME"] = "/home/ada"
    exec(sys.argv[1], {"ready": lambda: os.write(tell, b"x")})
    os._exit(0)
os.read(ready, 1)
status = subprocess.call(sys.argv[2:])
os.kill(beside, signal.SIGKILL); os.waitpid(beside, 0)
left = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        lines = open(f"/proc/{pid}/status").read()
    except OSError:
        continue
    if "\\nUid:\\t23001\\t" in lines and "\\nState:\\tZ" not in lines:
        left.append(pid)
print(f"left: {len(left)}")
sys.exit(status)
"""
#: All processes with her rights get a signal again and again: those too that root has given them.
_SIGNALS = """
import os, time
ready()
while True:
    try:
        os.kill(-1, {number})
    except ProcessLookupError:
        pass
    time.sleep(0.0005)
"""
_LOCK = """
import fcntl, os, time
folder = "/home/ada/.local/state/mailgen"
os.makedirs(folder, 0o700, exist_ok=True)
lock = os.open(folder + "/lock", os.O_RDONLY | os.O_CREAT, 0o600)
fcntl.flock(lock, fcntl.LOCK_EX)
ready()
time.sleep(1000)
"""


class Apart(Machine):
    """A machine whose processes see only each other."""

    _namespaces = ("--mount", "--pid", "--fork", "--mount-proc", "--kill-child")


@pytest.fixture
def desk() -> Iterator[Machine]:
    with machine("ada", "bob", kind=Apart) as made:
        yield made


def beside(desk: Machine, doing: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a run of configs while ada is doing something."""
    desk.play([{"mailgen.mail.configs": arguments}], "--list-tasks")  # writes the play
    argv = [desk.ansible, "-i", "inventory.json", "play.json"]
    outcome = desk.run(["python3", "-c", _BESIDE, doing, *argv], timeout=120)
    [told] = results(outcome)
    assert "left: 0\n" in outcome.stdout, outcome
    return told


@pytest.mark.parametrize(
    ("number", "words"), [(19, "was not done after 3 seconds"), (9, "has ended before its time")]
)
def test_who_stops_or_kills_his_process_harms_nobody_else(desk: Machine, number: int, words: str) -> None:
    started = time.monotonic()
    told = beside(desk, _SIGNALS.format(number=number), DATA)
    assert time.monotonic() - started < 60
    assert told["kind"] == "failed"
    assert told["failed_users"] == ["ada"]
    assert [error["user"] for error in told["errors"]] == ["ada"]
    assert words in told["msg"]
    assert "The files of bob are done." in told["msg"]
    assert told["changed"]
    assert {file["user"] for file in told["files"]} == {"bob"}
    assert set(desk.files("bob")) == {".msmtprc"}
    # The next run clears up and goes on, as if nothing had been.
    again = desk.configs(DATA)
    assert (again["kind"], again["changed"], again["failed_users"]) == ("ok", True, [])
    assert {file["change"] for file in again["files"] if file["user"] == "bob"} == {"unchanged"}
    assert desk.files("ada").keys() > {".msmtprc", ".muttrc"}
    assert desk.litter() == []


def test_who_holds_his_lock_keeps_himself_out(desk: Machine) -> None:
    told = beside(desk, _LOCK, {**DATA, "user_timeout": 60})
    assert told["failed_users"] == ["ada"]
    assert "another run of mailgen is at work" in told["msg"]
    assert set(desk.files("bob")) == {".msmtprc"}
    assert desk.files("ada") == {}


def test_his_own_lock_cannot_keep_him_from_being_served_later(desk: Machine) -> None:
    assert beside(desk, _LOCK, {**DATA, "user_timeout": 60})["failed_users"] == ["ada"]
    assert desk.configs(DATA)["kind"] == "ok"
    assert beside(desk, _LOCK, {**DATA, "state": "absent", "user_timeout": 60})["failed_users"] == ["ada"]
    assert desk.files("bob") == {}
    assert desk.configs({**DATA, "state": "absent"})["kind"] == "ok"
    assert desk.files("ada") == {}


def linked(desk: Machine) -> None:
    path = desk.home / "ada/.msmtprc"
    path.symlink_to("/etc/hostname")
    os.chown(path, 23001, 23001, follow_symlinks=False)


def test_a_link_costs_its_user_and_check_mode_says_so(desk: Machine) -> None:
    linked(desk)
    told = desk.configs(DATA, "--check", "--diff")
    assert desk.files("bob") == {}
    done = desk.configs(DATA, "--diff")
    for key in ("kind", "failed_users", "errors", "files", "changed", "diff", "hints"):
        assert told[key] == done[key], key
    assert told["msg"].replace("would be done", "are done") == done["msg"]
    assert (done["kind"], done["failed_users"], done["changed"]) == ("failed", ["ada"], True)
    assert "'.msmtprc' is a symbolic link" in done["msg"]
    assert set(desk.files("bob")) == {".msmtprc"}
    assert set(desk.files("ada")) == {".msmtprc"}, "nothing of hers is written, not even her other files"
    assert {hint["user"] for hint in done["hints"]} == {"bob"}
    again = desk.configs(DATA)
    assert (again["kind"], again["failed_users"], again["changed"]) == ("failed", ["ada"], False)


def test_where_all_is_to_stop_nobody_is_touched(desk: Machine) -> None:
    linked(desk)
    told = desk.configs({**DATA, "on_obstacle": "stop"})
    assert (told["kind"], told["failed_users"], told["changed"]) == ("failed", ["ada"], False)
    assert told["msg"].endswith("Nothing has changed on this host.")
    assert told["files"] == []
    assert desk.files("bob") == {}
    assert desk.litter() == []


def test_all_who_are_in_the_way_are_named(desk: Machine) -> None:
    linked(desk)
    (desk.home / "bob").chmod(0o777)
    told = desk.configs(DATA)
    assert told["failed_users"] == ["ada", "bob"]
    assert "ada: " in told["msg"]
    assert "bob: " in told["msg"]
    assert told["msg"].endswith("Nothing has changed on this host.")


def test_wrong_data_stop_all(desk: Machine) -> None:
    wrong = copy.deepcopy(DATA)
    wrong["users"]["ada"]["accounts"]["home"]["protocol"] = "x400"
    assert desk.configs(wrong)["kind"] == "failed"
    assert desk.files("bob") == {}
    unknown = copy.deepcopy(DATA)
    unknown["users"]["nobody-here"] = unknown["users"]["ada"]
    told = desk.configs(unknown)
    assert (told["kind"], told["failed_users"]) == ("failed", ["nobody-here"])
    assert desk.files("ada") == desk.files("bob") == {}


def test_a_time_that_is_none_is_refused(desk: Machine) -> None:
    told = desk.configs({**DATA, "user_timeout": 0})
    assert told["kind"] == "failed"
    assert "where: user_timeout\n" in told["msg"]
    assert told["failed_users"] == []


def test_a_system_file_in_the_way_costs_root_only(desk: Machine) -> None:
    relay = {"address": "user@sohu.com", "password": "correct-horse", "targets": ["msmtp-system"]}
    data = copy.deepcopy(DATA)
    account = {**relay, "options": {"msmtp-system": {"group": "nosuchgroup"}}}
    data["users"]["root"] = {"accounts": {"relay": account}}
    told = desk.configs(data)
    assert told["failed_users"] == ["root"]
    assert "groupadd --system nosuchgroup" in told["msg"]
    assert set(desk.files("bob")) == {".msmtprc"}


def test_a_login_name_that_is_not_known_is_warned_of(desk: Machine) -> None:
    data = {**copy.deepcopy(DATA), "missing_user": "skip"}
    data["users"]["bbo"] = {"accounts": {"work": BOB}}
    data["users"]["gone"] = {"state": "absent"}
    told = desk.configs(data)
    assert told["kind"] == "ok", told["msg"]
    assert told["skipped_users"] == ["bbo", "gone"]
    outcome = desk.play([{"mailgen.mail.configs": data}], env={"ANSIBLE_STDOUT_CALLBACK": "default"})
    said = " ".join((outcome.stdout + outcome.stderr).split())
    assert "left out (missing_user: skip): bbo" in said, outcome
    assert "skip): bbo, gone" not in said, "who is to lose his files may well be gone"


def test_hints_reach_the_result_for_whom_something_changes(desk: Machine) -> None:
    data = {"users": {"ada": {"accounts": {"home": {"address": "ada@qq.com", "password": "hunter-two"}}}}}
    data["users"]["ada"]["accounts"]["home"]["targets"] = ["msmtp", "fetchmail"]
    told = desk.configs(data)
    [hint] = [hint for hint in told["hints"] if "url" in hint]
    assert (hint["user"], hint["account"], hint["address"]) == ("ada", "home", "ada@qq.com")
    assert hint["targets"] == ["msmtp", "fetchmail"]
    assert hint["text"].keys() == {"en", "zh"}
    assert "hunter-two" not in str(told)
    assert desk.configs(data)["hints"] == []
