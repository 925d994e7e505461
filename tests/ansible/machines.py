"""Real Ansible on a machine of its own: users, homes and /etc that are nobody's, in a mount namespace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cases import Outcome
from tests.programs import need, need_root, unavailable
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: A stdout callback that prints each result as a line of JSON, whole.
_CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "whole"

    def _say(self, kind, result):
        host = result._host.get_name() if hasattr(result, "_host") else result.host.get_name()
        whole = result._result if hasattr(result, "_result") else result.result
        diff = {"diff": whole["diff"]} if "diff" in whole else {}
        print(json.dumps({"kind": kind, "host": host, **json.loads(self._dump_results(whole)), **diff}))

    def v2_runner_on_ok(self, result, **_):
        self._say("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False, **_):
        self._say("failed", result)

    def v2_runner_on_unreachable(self, result, **_):
        self._say("unreachable", result)
"""
_COPIES = """
for name in etc home var/lib; do mount --bind "$0/$name" "/$name" || exit 97; done
exec "$@"
"""
#: Where packages may come and go: what is written anywhere goes to a layer above this machine's files.
_LAYER = """
mkdir -p "$0/upper" "$0/work" "$0/whole"
mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$0/whole" || exit 97
for name in dev proc sys tmp; do mount --rbind "/$name" "$0/whole/$name" || exit 97; done
for name in etc home; do mount --bind "$0/$name" "$0/whole/$name" || exit 97; done
exec chroot "$0/whole" sh -c 'cd "$0" && exec "$@"' "$0" "$@"
"""


class Machine:
    """A machine to be configured, which is this one with other users; `folder` holds what is there."""

    _mounts = _COPIES
    _namespaces: tuple[str, ...] = ("--mount",)

    def __init__(self, folder: Path, users: Sequence[str], ansible: str) -> None:
        self.folder = folder
        self.ansible = ansible
        self.home = folder / "home"
        (folder / "var/lib").mkdir(parents=True)
        self.home.mkdir()
        subprocess.run(["cp", "-a", "/etc", str(folder / "etc")], check=True)
        self._give_root_a_home()
        lines: dict[str, list[str]] = {"passwd": [], "group": [], "shadow": []}
        for number, name in enumerate(users, 23001):
            lines["passwd"].append(f"{name}:x:{number}:{number}::/home/{name}:/bin/sh\n")
            lines["group"].append(f"{name}:x:{number}:\n")
            lines["shadow"].append(f"{name}:*:19000:0:99999:7:::\n")
            home = self.home / name
            home.mkdir(mode=0o700)
            os.chown(home, number, number)
        for file, more in lines.items():
            with (folder / "etc" / file).open("a") as opened:
                opened.writelines(more)
        collections = folder / "collections/ansible_collections/mailgen"
        collections.mkdir(parents=True)
        (collections / "mail").symlink_to(ROOT / "ansible_collection")
        (folder / "callbacks").mkdir()
        (folder / "callbacks/whole.py").write_text(_CALLBACK)

    def _give_root_a_home(self) -> None:
        """Put root's home below /home: the one this machine has is real, and holds what it holds."""
        passwd = self.folder / "etc/passwd"
        lines = [line.split(":") for line in passwd.read_text().splitlines()]
        for line in lines:
            if line[0] == "root":
                line[5] = "/home/root"
        passwd.write_text("".join(":".join(line) + "\n" for line in lines))
        (self.home / "root").mkdir(mode=0o700)

    def run(self, argv: Sequence[str], env: Mapping[str, str] | None = None, timeout: float = 240) -> Outcome:
        """Run a program on the machine, at most `timeout` seconds."""
        done = subprocess.run(
            ["unshare", *self._namespaces, "sh", "-c", self._mounts, str(self.folder), *argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={
                "PATH": os.environ["PATH"],
                "LC_ALL": "C.UTF-8",
                "HOME": str(self.folder),
                "PYTHONPATH": str(ROOT / "generator"),
                "PYTHONDONTWRITEBYTECODE": "1",
                "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
                "ANSIBLE_CALLBACK_PLUGINS": str(self.folder / "callbacks"),
                "ANSIBLE_STDOUT_CALLBACK": "whole",
                "ANSIBLE_LOCALHOST_WARNING": "0",
                "ANSIBLE_NOCOLOR": "1",
                **(env or {}),
            },
            cwd=self.folder,
            timeout=timeout,
            check=False,
        )
        if done.returncode == 97:
            unavailable("mounts in a namespace are not allowed on this machine")
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))

    def play(
        self,
        tasks: Sequence[Mapping[str, Any]],
        *words: str,
        hosts: Mapping[str, Any] | None = None,
        python: str = "/usr/bin/python3",
        env: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run a playbook of tasks; `hosts` are variables by the name of a host."""
        inventory = {"all": {"hosts": hosts or {"desk": {}}}}
        inventory["all"]["vars"] = {
            "ansible_connection": "local",
            "ansible_python_interpreter": python,
            "ansible_async_dir": str(self.folder / "async"),
        }
        play = [{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}]
        (self.folder / "inventory.json").write_text(json.dumps(inventory))
        (self.folder / "play.json").write_text(json.dumps(play))
        argv = [self.ansible, "-i", "inventory.json", "-f", "10", "play.json", *words]
        return self.run(argv, env)

    def configs(self, arguments: Mapping[str, Any], *words: str, **how: Any) -> dict[str, Any]:
        """Run one task of configs on one host, and return its result; `kind` is ok or failed."""
        outcome = self.play([{"mailgen.mail.configs": dict(arguments)}], *words, **how)
        found = results(outcome)
        assert len(found) == 1, outcome
        return found[0]

    def files(self, user: str) -> dict[str, tuple[int, int, bytes]]:
        """Return the files of a user's home by path, mailgen's record apart: owner, mode, content."""
        found = {}
        top = self.home / user
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder, name)
                shown = str(path.relative_to(top))
                if not shown.startswith(".local/state/mailgen/"):
                    status = path.lstat()
                    content = path.read_bytes() if path.is_file() else b"(no file)"
                    found[shown] = (status.st_uid, status.st_mode & 0o7777, content)
        return found

    def litter(self) -> list[str]:
        """Return temporary files and journals that are left."""
        found = []
        for top in ("home", "var/lib"):
            for folder, _, names in os.walk(self.folder / top):
                found += [
                    os.path.join(folder, name)
                    for name in names
                    if name.startswith(".mailgen-") or name == "journal.json"
                ]
        return found


class LayeredMachine(Machine):
    """A machine whose every file can be changed, as by installing packages; /etc and homes as above."""

    _mounts = _LAYER


def results(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the results that the callback has printed."""
    return [json.loads(line) for line in outcome.stdout.splitlines() if line.startswith("{")]


@contextmanager
def machine(*users: str, ansible: str | None = None, kind: type[Machine] = Machine) -> Iterator[Machine]:
    """Set a machine up with these users, and take it down again."""
    need_root("give users and homes to a machine")
    need("unshare", "util-linux")
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="mailgen-ansible-", dir=memory))
    folder.chmod(0o755)
    try:
        yield kind(folder, users or ("ada", "bob"), ansible or playbook())
    finally:
        shutil.rmtree(folder)


def playbook() -> str:
    """Return the path of ansible-playbook of these tests' own Python."""
    path = Path(sys.executable).parent / "ansible-playbook"
    if not path.exists():
        unavailable("ansible-core is not installed here: pip install -e '.[dev]'")
    return str(path)


def core(version: str, python: str) -> str:
    """Return ansible-playbook of another version of ansible-core, on another Python; made once."""
    folder = ROOT / ".venv" / "ansible" / f"{version}-{Path(python).resolve().name}"
    path = folder / "bin/ansible-playbook"
    if not path.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        wanted = [f"ansible-core~={version}.0", "jsonschema>=4.18", "idna>=3.4"]
        subprocess.run([str(folder / "bin/pip"), "install", "--quiet", *wanted], check=True)
    return str(path)
