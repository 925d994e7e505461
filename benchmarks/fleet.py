"""A fleet by mailgen.mail.configs, and the same bytes by the loop over ansible.builtin.template.

`python benchmarks/fleet.py [--quick]` prints its part of the benchmark alone. Real ansible-core writes to
this machine, with homes, /etc and a network of its own (see tests/ansible/machines.py); needs root.
Beside it is mailgen from a wheel, as its users have it.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "generator")]

import install  # noqa: E402 (the folders above come first)
from table import Row, lines  # noqa: E402

from tests.ansible import machines as ansible_lab  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    #: By path: owner, mode and bytes of a file.
    Files = dict[str, tuple[int, int, bytes]]

#: mutt gets three files for each account, and a few for all.
SPLIT = {"targets": ["mutt"]}
#: These three get a file each, with all accounts.
WHOLE = {"targets": ["msmtp", "fetchmail", "thunderbird"]}
#: Accounts, hosts, the least ratio, and the aim.
FULL = [(100, 1, 80.0, 200.0), (3, 50, 15.0, None)]
QUICK = [(5, 1, 4.0, None)]
MANY_BOUND, MANY_BOUND_QUICK = 1.5, 2.5
_PORT = 22023
_SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {keys}/host
AuthorizedKeysFile {keys}/user.pub
PidFile {keys}/pid
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
"""
_SSH = """\
Host *
  Port {port}
  IdentityFile {keys}/user
  UserKnownHostsFile {keys}/known
  ControlMaster auto
  ControlPersist 20
  ControlPath {keys}/line
"""
_WITH_SSHD = """
for name in etc home var/lib run; do mkdir -p "$0/$name"; mount --bind "$0/$name" "/$name" || exit 97; done
ip link set lo up
mkdir -p /run/sshd
/usr/sbin/sshd -f "$0/keys/sshd_config" -E "$0/keys/log" || exit 98
"$@"
status=$?
ssh -F "$0/keys/ssh_config" -O exit 127.0.0.1 2>/dev/null
kill "$(cat "$0/keys/pid")"
exit $status
"""


class SshMachine(ansible_lab.Machine):
    """A machine that Ansible reaches by a real sshd, in a network of its own."""

    _namespaces = ("--mount", "--net")
    _mounts = _WITH_SSHD

    def __init__(self, folder: Path, users: Iterable[str], ansible: str) -> None:
        super().__init__(folder, list(users), ansible)
        keys = folder / "keys"
        keys.mkdir(mode=0o700)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
        (keys / "known").write_text(f"[127.0.0.1]:{_PORT} {(keys / 'host.pub').read_text()}")
        for name, text in (("sshd_config", _SSHD), ("ssh_config", _SSH)):
            (keys / name).write_text(text.format(port=_PORT, keys=keys))
        if "sshd:" not in (folder / "etc/passwd").read_text():
            with (folder / "etc/passwd").open("a") as file:
                file.write("sshd:x:23901:65534::/run/sshd:/usr/sbin/nologin\n")


@cache
def playbook() -> str:
    """Return the path of an ansible-playbook that has mailgen from a wheel; made once, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mailgen-fleet-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    install.fresh(folder)
    return str(install.ansible(install.whole(folder)))


def set_up(
    *users: str, kind: type[ansible_lab.Machine] = ansible_lab.Machine
) -> AbstractContextManager[ansible_lab.Machine]:
    """Return a machine of these users, to be set up by `with`."""
    return ansible_lab.machine(*users, ansible=playbook(), kind=kind)


def configs(defaults: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the one task of ours, for a host's `users`."""
    return [{"mailgen.mail.configs": {"users": "{{ users }}", "defaults": defaults}}]


def accounts(count: int) -> dict[str, Any]:
    """Return so many accounts of a user."""
    ids = [f"a{number:04d}" for number in range(count)]
    return {"accounts": {id: {"address": f"{id}@sohu.com", "name": f"Number {id}"} for id in ids}}


def loops() -> list[dict[str, Any]]:
    """Return the tasks that people write: a loop for a host's `folders`, and one for its `files`."""
    home = "/home/{{ item.user }}/{{ item.path }}"
    theirs = {"owner": "{{ item.user }}", "group": "{{ item.user }}"}
    file = {"path": home, "state": "directory", "mode": "0700", **theirs}
    template = {"src": "{{ item.template }}", "dest": home, "mode": "0600", **theirs}
    return [
        {"ansible.builtin.file": file, "loop": "{{ folders }}"},
        {"ansible.builtin.template": template, "loop": "{{ files }}"},
    ]


def for_loops(machine: ansible_lab.Machine, user: str, made: Files) -> dict[str, Any]:
    """Return a host's `folders` and `files` for the loops, and write their templates.

    There is one for each kind of file, with the account's id and the user's name to be filled in; all else is
    what ours `made`, and so the bytes are the same.
    """
    folders: dict[str, None] = {}
    files = []
    for path, (_, _, content) in made.items():
        above = Path(path).parent.parts
        folders.update(("/".join(above[:end]), None) for end in range(1, len(above) + 1))
        id = re.search(r"a[0-9]{4}$", path)
        text = content.decode()
        name = Path(path).name.lstrip(".")
        if id:
            text, name = text.replace(id[0], "{{ item.id }}"), name.replace(id[0], "each")
        # Jinja2 takes away a line break at the end; so each template ends with a comment.
        text = text.replace(user, "{{ item.user }}") + "{# end #}"
        (machine.folder / f"{name}.j2").write_text(text)
        files.append({"user": user, "path": path, "template": f"{name}.j2", "id": id[0] if id else ""})
    return {"folders": [{"user": user, "path": path} for path in folders], "files": files}


def timed(
    machine: ansible_lab.Machine,
    tasks: list[dict[str, Any]],
    hosts: dict[str, Any],
    ssh: bool = False,
    forks: int = 20,
    pipelining: bool = False,
    settings: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
) -> float:
    """Run a playbook once, `hosts` being variables by name; return its seconds.

    `settings` are of the environment, `before` a program that runs it. Raises SystemExit with its words if it
    fails.
    """
    way: dict[str, Any] = {"ansible_connection": "local"}
    if ssh:
        way = {
            "ansible_host": "127.0.0.1",
            "ansible_user": "root",
            "ansible_ssh_common_args": f"-F {machine.folder}/keys/ssh_config",
        }
    way["ansible_python_interpreter"] = "/usr/bin/python3"
    (machine.folder / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": way}}))
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (machine.folder / "play.json").write_text(json.dumps(play))
    argv = [*before, machine.ansible, "-i", "inventory.json", "-f", str(forks), "play.json"]
    started = perf_counter()
    plain = {"ANSIBLE_STDOUT_CALLBACK": "default", "ANSIBLE_PIPELINING": str(pipelining)}
    plain["PYTHONPATH"] = ""  # the wheel's mailgen, not the checkout's
    done = machine.run(argv, plain | dict(settings or {}), timeout=1800)
    seconds = perf_counter() - started
    if done.status:
        raise SystemExit(f"ansible-playbook ended with status {done.status}:\n{done.stdout}{done.stderr}")
    return seconds


def against_the_loop(count: int, hosts: int = 1) -> tuple[float, float, float, float]:
    """Return seconds of the loop and of ours, for the first run and for the one that changes nothing.

    The hosts are one machine, and each has a user of its own on it.
    """
    users = {f"host{host:02d}": f"user{host:02d}" for host in range(hosts)}
    taken: list[float] = []
    made: dict[str, Files] = {}
    for ours in (True, False):
        with set_up(*users.values()) as machine:
            variables = {
                host: {"users": {user: accounts(count)}} if ours else for_loops(machine, user, made[user])
                for host, user in users.items()
            }
            tasks = configs(SPLIT) if ours else loops()
            taken += [timed(machine, tasks, variables), timed(machine, tasks, variables)]
            found = {user: machine.files(user) for user in users.values()}
        if not ours and found != made:
            raise SystemExit("the loop and mailgen have written different files")
        made = found
    return taken[2], taken[0], taken[3], taken[1]


def many_to_one(many: int, rounds: int, ssh: bool) -> tuple[float, str]:
    """Return how many times longer a run for so many accounts of a user takes than for one."""
    seconds: dict[int, list[float]] = {1: [], many: []}
    kind = SshMachine if ssh else ansible_lab.Machine
    for count, taken in seconds.items():
        hosts = {"desk": {"users": {"ada": accounts(count)}}}
        with set_up("ada", kind=kind) as machine:
            taken += [timed(machine, configs(WHOLE), hosts, ssh) for _ in range(rounds)]
    low, high = statistics.median(seconds[1]), statistics.median(seconds[many])
    return high / low, f"{many} accounts of a user: {high:.2f} s, one: {low:.2f} s"


def again_to_no_work(count: int) -> tuple[float, str]:
    """Return how many times longer than an empty module a run takes that changes nothing for so many users.

    Each user has one account in three clients; the empty module is `ping`, on the same host.
    """
    names = [f"user{number:04d}" for number in range(count)]
    one = {"accounts": {"mail": {"address": "ada@sohu.com", "name": "Ada"}}}
    variables = {"desk": {"users": dict.fromkeys(names, one)}}
    with set_up(*names) as machine:
        timed(machine, configs(WHOLE), variables)
        again = statistics.median(timed(machine, configs(WHOLE), variables) for _ in range(3))
        none = statistics.median(timed(machine, [{"ansible.builtin.ping": {}}], variables) for _ in range(3))
    return again / none, f"{count} users x 3 files again: {again:.2f} s, an empty module: {none:.2f} s"


def hosts_to_no_work(count: int) -> tuple[float, str]:
    """Return how many times longer than an empty module a run takes that changes nothing on so many hosts.

    Each host has a user of its own on this machine, with three accounts in three clients.
    """
    users = {f"host{number:03d}": f"user{number:03d}" for number in range(count)}
    with set_up(*users.values()) as machine:
        variables = {host: {"users": {user: accounts(3)}} for host, user in users.items()}
        timed(machine, configs(WHOLE), variables)
        pairs = [
            (
                timed(machine, configs(WHOLE), variables),
                timed(machine, [{"ansible.builtin.ping": {}}], variables),
            )
            for _ in range(3)
        ]
    again, none = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(ours / empty for ours, empty in pairs)
    return ratio, f"{count} hosts x 3 accounts x 3 files again: {again:.2f} s, an empty module: {none:.2f} s"


def measured(quick: bool) -> tuple[list[Row], list[str]]:
    """Return the rows of the table, and notes."""
    missing = [name for name in ("unshare", "sshd", "ssh-keygen") if not _program(name)]
    if os.geteuid() or missing:
        why = f"without {', '.join(missing)}" if missing else "without root's rights"
        return [Row("a fleet by Ansible", None)], [f"The fleet was not measured: {why} it cannot be."]
    rows: list[Row] = []
    notes = []
    cases = QUICK if quick else FULL
    for count, hosts, least, aim in cases:
        first, our_first, again, our_again = against_the_loop(count, hosts)
        what = f"{hosts} x {count} x 3 files"
        rows.append(Row(f"loop : configs, {what}", first / our_first, least=least, aim=aim))
        rows.append(Row(f"  the same, nothing to change, {hosts}", again / our_again, least=least, aim=aim))
        notes.append(
            f"{what}: the loop {first:.1f} s, then {again:.1f} s; configs {our_first:.2f} s, "
            f"then {our_again:.2f} s (first and second run)."
        )
    bound = MANY_BOUND_QUICK if quick else MANY_BOUND
    for ssh in (True,) if quick else (True, False):
        ratio, note = many_to_one(1000, 3 if quick else 7, ssh)
        how = "over ssh" if ssh else "local"
        # A local connection saves a quarter of what a run takes, and so weighs the accounts more.
        bounds = {"bound": bound} if ssh else {"aim": bound}
        rows.append(Row(f"1,000 accounts : 1, {how}", ratio, **bounds))
        notes.append(f"{note} ({how}).")
    if not quick:
        ratio, note = again_to_no_work(1000)
        rows.append(Row("1,000 users x 3, again : no work", ratio))
        notes.append(f"{note}.")
        ratio, note = hosts_to_no_work(200)
        rows.append(Row("200 hosts x 3 x 3, again : no work", ratio))
        notes.append(f"{note}.")
    return rows, notes


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def main() -> int:
    """Print this part of the benchmark; return 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    rows, notes = measured(parser.parse_args().quick)
    print(*lines(rows), "", *notes, sep="\n")
    return int(any(row.broken for row in rows))


if __name__ == "__main__":
    sys.exit(main())
