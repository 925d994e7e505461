"""mailgen.mail.configs with real ansible-core: idempotence, prediction, refusal, versions, attacks."""

from __future__ import annotations

import base64
import copy
import json
import os
import random
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ansible.machines import Machine, core, machine, results
from tests.support import python_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ADA = {"address": "ada@sohu.com", "name": "Ada O'Brien", "targets": ["msmtp", "mutt"], "default": True}
LEAST = {
    "defaults": {"password_command": "pass show mail/{address}"},
    "users": {"ada": {"accounts": {"home": ADA}}},
}
SECRET = "correct-horse-battery"


@pytest.fixture
def desk() -> Iterator[Machine]:
    with machine("ada", "bob") as made:
        yield made


def both(password: str = SECRET, **more: Any) -> dict[str, Any]:
    """Return arguments for two users; the password of bob stands in his files."""
    bob = {"address": "bob@sohu.com", "targets": ["msmtp", "fetchmail"], "password": password}
    users = {**copy.deepcopy(LEAST["users"]), "bob": {"accounts": {"work": bob}}}
    return {**LEAST, "users": users, **more}


def test_the_least_playbook_writes_once(desk: Machine) -> None:
    first = desk.configs(LEAST)
    assert first["kind"] == "ok", first["msg"]
    assert first["changed"]
    assert {file["change"] for file in first["files"]} == {"create"}
    assert next(file for file in first["files"] if file["target"] == "msmtp")["validated"]
    files = desk.files("ada")
    assert {(owner, mode) for owner, mode, _ in files.values()} == {(23001, 0o600)}
    assert b'passwordeval   "pass show mail/ada@sohu.com"' in files[".msmtprc"][2]
    second = desk.configs(LEAST)
    assert (second["kind"], second["changed"]) == ("ok", False)
    assert desk.files("ada") == files
    assert desk.files("bob") == {}
    assert desk.litter() == []


def test_check_mode_tells_and_writes_nothing(desk: Machine) -> None:
    told = desk.configs(both("!unsafe"), "--check", "--diff")
    assert told["changed"], told
    assert desk.files("ada") == desk.files("bob") == {}
    assert not (desk.home / "ada/.local").exists()
    prepared = "".join(one["prepared"] for one in told["diff"])
    assert "+++ /home/ada/.msmtprc" in prepared
    assert "+++ /home/bob/.fetchmailrc" in prepared
    assert "+password       ***" in prepared
    assert "unsafe" not in prepared


def test_what_is_on_the_disk_is_kept_apart_or_adopted(desk: Machine) -> None:
    own = desk.home / "ada/.msmtprc"
    own.write_text("account mine\nhost mine.example\n")
    own.chmod(0o600)
    os.chown(own, 23001, 23001)
    refused = desk.configs(both("x" * 9))
    assert refused["kind"] == "failed"
    assert "adopt: true" in refused["msg"]
    assert "/home/ada/.msmtprc" in refused["msg"]
    assert "--" not in refused["msg"]
    assert refused["errors"][0]["user"] == "ada"
    assert desk.files("bob"), "what stands in ada's way is not bob's affair"
    adopted = desk.configs(both("x" * 9, adopt=True))
    assert adopted["kind"] == "ok", adopted["msg"]
    assert own.read_text().startswith("account mine\n")
    copies = [file["backup_file"] for file in adopted["files"] if "backup_file" in file]
    assert copies == ["/home/ada/.msmtprc.mailgen-backup"]


def test_the_file_that_the_program_reads_on_the_host_is_written(desk: Machine) -> None:
    """What was written where it hid a file of the user's own goes, though nothing else is purged."""
    desk.configs(LEAST)
    assert ".msmtprc" in desk.files("ada")
    own = desk.home / "ada/.config/msmtp/config"
    for folder in (own.parent.parent, own.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, 23001, 23001)
    own.write_text("account mine\nhost mine.example\n")
    own.chmod(0o600)
    os.chown(own, 23001, 23001)
    refused = desk.configs(LEAST)
    assert refused["kind"] == "failed"
    assert "/home/ada/.config/msmtp/config" in refused["msg"]
    adopted = desk.configs({**LEAST, "adopt": True})
    assert adopted["kind"] == "ok", adopted["msg"]
    (read,) = [file for file in adopted["files"] if file["target"] == "msmtp" and file["change"] == "adopt"]
    assert (read["file"], read["validated"]) == ("/home/ada/.config/msmtp/config", True)
    assert own.read_text().startswith("account mine\n")
    assert ".msmtprc" not in desk.files("ada")
    assert not desk.configs(LEAST)["changed"]


def test_accounts_and_users_come_and_go(desk: Machine) -> None:
    desk.configs(both("y" * 9))
    # Another target for bob: what it does not ask for stays, unless it is to be purged.
    less = both("y" * 9)
    less["users"]["bob"]["accounts"]["work"]["targets"] = ["msmtp"]
    assert not desk.configs(less)["changed"]
    assert ".fetchmailrc" in desk.files("bob")
    purged = desk.configs({**less, "purge": True})
    assert [file["file"] for file in purged["files"] if file["change"] == "remove"] == [
        "/home/bob/.fetchmailrc"
    ]
    # bob leaves, and ada's are no longer mentioned.
    gone = desk.configs({"users": {"bob": {"state": "absent"}}})
    assert gone["changed"]
    assert desk.files("bob") == {}
    assert desk.files("ada")
    assert not desk.configs({"users": {"bob": {"state": "absent"}}})["changed"]
    everybody = desk.configs({**both("y" * 9), "state": "absent"})
    assert everybody["changed"]
    assert desk.files("ada") == {}


def test_a_copy_is_kept_of_what_is_replaced(desk: Machine) -> None:
    desk.configs(both("old-secret"))
    changed = desk.configs(both("new-secret", backup=True))
    copies = [file["backup_file"] for file in changed["files"] if "backup_file" in file]
    assert sorted(copies) == [
        "/home/bob/.fetchmailrc.mailgen-backup",
        "/home/bob/.msmtprc.mailgen-backup",
    ]
    owner, mode, content = desk.files("bob")[".msmtprc.mailgen-backup"]
    assert (owner, mode) == (23002, 0o600)
    assert b"old-secret" in content


def test_one_bad_account_leaves_the_host_untouched(desk: Machine) -> None:
    wrong = both()
    wrong["users"]["bob"]["accounts"]["work"]["password"] = 31337
    told = desk.configs(wrong, "-vvv")
    assert told["kind"] == "failed"
    assert "where: users/bob/accounts/work/password" in told["msg"]
    assert "31337" not in told["msg"]
    assert desk.files("ada") == {}


def test_an_unknown_user_is_told_or_passed_over(desk: Machine) -> None:
    data = both("z" * 9)
    data["users"]["carol"] = {"accounts": {"home": {**ADA, "address": "carol@sohu.com"}}}
    told = desk.configs(data)
    assert told["kind"] == "failed"
    assert "carol" in told["msg"]
    assert desk.files("ada") == {}
    passed = desk.configs({**data, "missing_user": "skip"})
    assert passed["kind"] == "ok", passed["msg"]
    assert passed["skipped_users"] == ["carol"]
    assert desk.files("ada")


def test_a_program_that_refuses_a_file_stops_its_user(desk: Machine) -> None:
    data = both("q" * 9)
    data["users"]["ada"]["accounts"]["home"] = {**ADA, "extra": {"msmtp": "no_such_command on"}}
    told = desk.configs(data)
    assert told["kind"] == "failed"
    assert "msmtp would not take this file" in told["msg"]
    assert re.search(r"line \d+: unknown command", told["msg"]), "what the program says is repeated"
    assert told["failed_users"] == ["ada"]
    assert desk.files("ada") == {}
    assert desk.files("bob")
    assert desk.litter() == []
    assert desk.configs({**data, "validate": False})["kind"] == "ok"


def test_a_check_runs_no_command_of_the_file(desk: Machine) -> None:
    data = {"users": {"ada": {"accounts": {"home": {**ADA, "password_command": "touch /home/ada/ran"}}}}}
    assert desk.configs(data)["kind"] == "ok"
    assert not (desk.home / "ada/ran").exists()


def test_without_root_only_the_user_himself(desk: Machine) -> None:
    tasks = [
        {"mailgen.mail.configs": LEAST, "become": True, "become_user": "ada"},
        {"mailgen.mail.configs": both("r" * 9), "become": True, "become_user": "ada"},
    ]
    how = {"ANSIBLE_PIPELINING": "1", "ANSIBLE_BECOME_EXE": "su", "ANSIBLE_BECOME_METHOD": "su"}
    found = results(desk.play(tasks, env=how))
    assert found[0]["kind"] == "ok", found[0]
    assert desk.files("ada")[".msmtprc"][:2] == (23001, 0o600)
    assert found[1]["kind"] == "failed"
    assert "become: true" in found[1]["msg"]
    assert desk.files("bob") == {}


def test_it_can_run_in_the_background(desk: Machine) -> None:
    task = {"mailgen.mail.configs": LEAST, "async": 60, "poll": 1}
    found = results(desk.play([task]))
    assert found[-1]["kind"] == "ok", found[-1]["msg"]
    assert found[-1]["changed"]
    assert desk.files("ada")


def test_without_mailgen_it_says_where_to_put_it(desk: Machine) -> None:
    (desk.folder / "empty/mailgen").mkdir(parents=True)
    (desk.folder / "empty/mailgen/__init__.py").write_text("raise ImportError\n")
    told = desk.configs(LEAST, env={"PYTHONPATH": str(desk.folder / "empty")})
    assert told["kind"] == "failed"
    assert "mailgen is missing" in told["msg"]
    assert str(Path(desk.ansible).parent) in told["msg"]
    (desk.folder / "empty/mailgen/__init__.py").write_text('__version__ = "0.0.9"\n')
    assert (
        "mailgen 0.0.9 is too old"
        in desk.configs(LEAST, env={"PYTHONPATH": str(desk.folder / "empty")})["msg"]
    )


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_the_targets_may_have_any_of_these_pythons(desk: Machine, version: str) -> None:
    python = python_of(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine, so no target had it")
    python = os.path.realpath(python)
    first = desk.configs(both("p" * 9), python=python)
    assert (first["kind"], first.get("changed")) == ("ok", True), first
    second = desk.configs(both("p" * 9), python=python)
    assert (second["kind"], second["changed"]) == ("ok", False), second


@pytest.mark.parametrize(("version", "python"), [("2.18", "3.11"), ("2.21", "3.13"), ("2.21", "3.12")])
def test_the_controller_may_have_any_of_these_cores(version: str, python: str) -> None:
    path = python_of(python)
    if path is None:
        pytest.skip(f"Python {python} is not on this machine, so ansible-core {version} was not tried on it")
    with machine("ada", "bob", ansible=core(version, path)) as desk:
        told = desk.run([desk.ansible, "--version"]).stdout
        assert f"[core {version}." in told
        first = desk.configs(both(), "--diff")
        assert (first["kind"], first.get("changed")) == ("ok", True), first
        assert not desk.configs(both())["changed"]


# ---- attacks: a user prepares his home so that root's run does him a favour


def _linked_parent(desk: Machine, spoils: Path) -> str:
    (desk.home / "ada/.config").mkdir()
    (desk.home / "ada/.config/mailgen").symlink_to(spoils)
    return "mailgen"


def _linked_file(desk: Machine, spoils: Path) -> str:
    (desk.home / "ada/.msmtprc").symlink_to(spoils / "shadow")
    return ".msmtprc"


def _hard_link(desk: Machine, spoils: Path) -> str:
    own = desk.home / "bob/notes"
    own.write_text("of bob\n")
    os.chown(own, 23002, 23002)
    (desk.home / "ada/.msmtprc").hardlink_to(own)
    return ".msmtprc"


def _own_hard_link(desk: Machine, spoils: Path) -> str:
    own = desk.home / "ada/notes"
    own.write_text("# mine\n")
    os.chown(own, 23001, 23001)
    (desk.home / "ada/.msmtprc").hardlink_to(own)
    return ".msmtprc"


def _fifo(desk: Machine, spoils: Path) -> str:
    os.mkfifo(desk.home / "ada/.msmtprc", 0o600)
    return ".msmtprc"


def _state_linked(desk: Machine, spoils: Path) -> str:
    (desk.home / "ada/.local").mkdir()
    (desk.home / "ada/.local/state").symlink_to(spoils)
    return "state"


def _open_folder(desk: Machine, spoils: Path) -> str:
    (desk.home / "ada/.config").mkdir()
    (desk.home / "ada/.config").chmod(0o777)
    return ".config"


ATTACKS = [_linked_parent, _linked_file, _hard_link, _own_hard_link, _fifo, _state_linked, _open_folder]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__[1:])
@pytest.mark.parametrize("adopt", [False, True], ids=["plain", "adopt"])
def test_a_prepared_home_is_refused(desk: Machine, attack: Any, adopt: bool) -> None:
    spoils = desk.folder / "etc/spoils"
    spoils.mkdir(mode=0o700)
    (spoils / "shadow").write_text("root's own\n")
    before = (spoils / "shadow").stat()
    named = attack(desk, Path("/etc/spoils"))
    for path in (desk.home / "ada").rglob("*"):
        if path.lstat().st_uid == 0:
            os.chown(path, 23001, 23001, follow_symlinks=False)
    told = desk.configs({**both("s" * 9), "adopt": adopt})
    assert told["kind"] == "failed", told
    assert named in told["msg"], told["msg"]
    assert "\n  mend:  " in told["msg"]
    assert [path.name for path in spoils.iterdir()] == ["shadow"]
    assert (spoils / "shadow").read_text() == "root's own\n"
    after = (spoils / "shadow").stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, 0, 0)
    assert spoils.stat().st_uid == 0
    assert told["failed_users"] == ["ada"]
    assert ".msmtprc" in desk.files("bob"), "it costs nobody else anything"


def test_a_folder_exchanged_during_the_run_helps_nobody(desk: Machine) -> None:
    spoils = desk.folder / "etc/spoils"
    spoils.mkdir(mode=0o700)
    script = """
ended=$(($(date +%s) + 25))
su -s /bin/sh ada -c '
cd /home/ada; mkdir -p .config real
while [ "$(date +%s)" -lt '"$ended"' ] && [ ! -e stop ]; do
    mv -T .config aside 2>/dev/null; ln -sfn /etc/spoils .config 2>/dev/null
    rm -f .config 2>/dev/null; mv -T aside .config 2>/dev/null
done' &
for round in 1 2 3 4 5 6; do "$@"; done
touch /home/ada/stop; wait
"""
    data = {**both("t" * 9)}
    desk.configs(data, "--check")  # writes the play
    outcome = desk.run(["sh", "-c", script, "sh", desk.ansible, "-i", "inventory.json", "play.json"])
    assert len(results(outcome)) == 6, outcome
    assert list(spoils.iterdir()) == []
    assert spoils.stat().st_uid == 0


# ---- prediction


def test_check_mode_predicts_the_real_run() -> None:
    """Two hundred homes in random states, on forty hosts: what check mode says is what then happens."""
    chance = random.Random(20261125)
    names = [f"u{number:03d}" for number in range(200)]
    with machine(*names) as desk:
        earlier = {name: _random_accounts(chance, name) for name in names}
        desk.play([{"mailgen.mail.configs": {"users": "{{ mine }}"}}], hosts=_hosts(names, earlier))
        for number, name in enumerate(names, 23001):
            _disturb(chance, desk.home / name, number)
        now = {name: _random_accounts(chance, name) for name in names}
        arguments = {"users": "{{ mine }}", "adopt": "{{ adopting }}", "purge": "{{ purging }}"}
        tasks = [{"mailgen.mail.configs": arguments}]
        hosts = _hosts(names, now)
        for values in hosts.values():
            values.update(adopting=chance.random() < 0.6, purging=chance.random() < 0.5)
        before = {name: desk.files(name) for name in names}
        told = {one["host"]: one for one in results(desk.play(tasks, "--check", hosts=hosts))}
        assert {name: desk.files(name) for name in names} == before
        done = {one["host"]: one for one in results(desk.play(tasks, hosts=hosts))}
        again = {one["host"]: one for one in results(desk.play(tasks, hosts=hosts))}
        assert told.keys() == done.keys() == hosts.keys()
        kinds = set()
        for host in hosts:
            told[host]["msg"] = told[host].get("msg", "").replace(" would be done.", " are done.")
            for key in ("kind", "files", "changed", "errors", "failed_users", "hints"):
                assert told[host].get(key) == done[host].get(key), (host, key)
            assert told[host]["msg"] == done[host].get("msg", ""), host
            kinds.add((done[host]["kind"], done[host]["changed"]))
            assert not again[host]["changed"], host
            assert again[host]["failed_users"] == done[host]["failed_users"], host
            assert all(desk.files(name) == before[name] for name in done[host]["failed_users"]), host
            assert (done[host]["kind"] == "failed") == bool(done[host]["failed_users"])
        assert {("ok", True), ("failed", True)} <= kinds
        assert desk.litter() == []


def _hosts(names: list[str], accounts: dict[str, Any]) -> dict[str, Any]:
    return {
        f"host{first // 5:02d}": {"mine": {name: accounts[name] for name in names[first : first + 5]}}
        for first in range(0, len(names), 5)
    }


def _random_accounts(chance: random.Random, name: str) -> dict[str, Any]:
    if chance.random() < 0.1:
        return {"state": "absent"}
    accounts = {}
    for id in chance.sample(["home", "work", "list"], chance.randint(1, 3)):
        domain = chance.choice(["sohu.com", "qq.com", "163.com"])
        targets = chance.sample(
            ["msmtp", "mutt", "neomutt", "thunderbird", "fetchmail"], chance.randint(1, 3)
        )
        accounts[id] = {"address": f"{name}.{id}@{domain}", "targets": targets}
        if chance.random() < 0.3:
            accounts[id]["password"] = f"secret-{chance.random()}"
            accounts[id]["targets"] = [name for name in targets if name in ("msmtp", "fetchmail")] or [
                "msmtp"
            ]
    return {"accounts": accounts}


def _disturb(chance: random.Random, home: Path, uid: int) -> None:
    """Let a user, or somebody else, have been at work in a home."""
    files = sorted(path for path in home.rglob("*") if path.is_file() and ".local" not in path.parts)
    for path in files:
        roll = chance.random()
        if roll < 0.06:
            path.unlink()
        elif roll < 0.12:
            path.write_bytes(b"# mine\n" + path.read_bytes())
        elif roll < 0.14:
            path.write_bytes(path.read_bytes().replace(b"account", b"# account", 1))
        elif roll < 0.16:
            path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o044)
        elif roll < 0.17:
            path.unlink()
            path.symlink_to("/etc/hostname")
    if chance.random() < 0.05:
        own = home / ".muttrc"
        if not own.exists():
            own.write_text("set beep = no\n")
            own.chmod(0o600)
            os.chown(own, uid, uid)
    if chance.random() < 0.02:
        home.chmod(0o777)


def test_the_tests_run_the_ansible_of_their_own_python(desk: Machine) -> None:
    told = desk.run([desk.ansible, "--version"]).stdout
    assert f"python version = {sys.version.split()[0]}" in told


def test_what_follows_from_a_change_is_run_once_as_the_user(desk: Machine) -> None:
    """A folder, a link, and commands that Ansible runs for files that have changed, and for no others."""
    after = [["sh", "-c", "id -un >> ~/ran"], ["sh", "-c", "exit 3"], ["no-such-program"]]
    unit = {"path": "~/units/a", "mode": "0644", "text": "unit", "target": "t", "after": after}
    link = {"path": "~/units/b", "mode": "0777", "text": "goal", "target": "t", "kind": "symlink"}
    folder = {"path": "~/Mail/x", "mode": "0700", "text": "none", "target": "t", "kind": "folder"}
    again = {**unit, "path": "~/units/c"}
    contents = base64.b64encode(json.dumps({"unit": "u", "goal": "a", "none": ""}).encode()).decode()
    users = [{"name": "ada", "files": [unit, again, link, folder]}]
    task = {"mailgen.mail.managed_files": {"users": users, "contents": contents}}
    first, second = results(desk.play([task, task]))
    assert [(one["argv"][0], one["status"]) for one in first["after"]] == [
        ("sh", 0),
        ("sh", 3),
        ("no-such-program", None),
    ]
    assert (second["after"], second["changed"]) == ([], False)
    assert (desk.home / "ada/ran").read_text() == "ada\n"
    assert os.readlink(desk.home / "ada/units/b") == "a"
    assert (desk.home / "ada/Mail/x").is_dir()
