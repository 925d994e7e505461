"""A machine in the lab that is reached over ssh: users, homes, /etc and /tmp of its own.

It is a mount namespace in the lab's network with a real sshd in it. What lies on it is below its
folder, where the tests may look; nothing of the machine that the tests run on is changed. Programs run on
it as a user does: over ssh. It ends with its sshd, at the latest when the lab closes.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.agent import Result
from tests.lab.lab import Lab
from tests.lab.logs import wait_for
from tests.programs import need, need_root, unavailable
from tests.support import ROOT

_PORT = 22022
_SBIN = os.pathsep.join([os.environ.get("PATH", "/usr/bin:/bin"), "/usr/sbin", "/sbin"])
#: Folders of the machine that are empty at first; root's home among them.
_OWN = ("home", "root", "tmp", "var/tmp", "var/lib", "run")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey /etc/ssh/host
AuthorizedKeysFile /etc/ssh/authorized
PidFile /run/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
Subsystem sftp internal-sftp
StrictModes no
LogLevel INFO
"""
_SSH = """\
Host *
  Port {port}
  IdentityFile {keys}/user
  IdentitiesOnly yes
  UserKnownHostsFile {keys}/known
  StrictHostKeyChecking yes
"""
#: A stdout callback that prints every result whole: what people have who feed results to other programs.
WHOLE = """\
import json
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "whole"

    def v2_runner_on_ok(self, result, **_):
        print(json.dumps(result._result, default=repr))

    def v2_runner_on_failed(self, result, **_):
        print(json.dumps(result._result, default=repr))

    v2_runner_on_unreachable = v2_runner_on_failed
"""


class Remote:
    """The machine, and the desk from which Ansible reaches it: `folder`/far and `folder`/desk."""

    def __init__(self, lab: Lab, folder: Path, users: Sequence[str]) -> None:
        self.lab = lab
        self.far = folder / "far"
        self.desk = folder / "desk"
        self.keys = folder / "keys"
        self.logged: list[bytes] = []
        for path in (self.keys, self.desk, *(self.far / name for name in (*_OWN, "dev"))):
            path.mkdir(parents=True)
        for name in ("tmp", "var/tmp"):
            (self.far / name).chmod(0o1777)
        (self.far / "root").chmod(0o700)
        self._make_etc(users)
        self._make_msmtp()
        self._make_keys()
        self._make_desk()

    def _make_etc(self, users: Sequence[str]) -> None:
        etc = self.far / "etc"
        subprocess.run(["cp", "-a", "/etc", str(etc)], check=True)
        (etc / "msmtprc").unlink(missing_ok=True)
        shutil.copytree(self.lab.base / "etc", etc, dirs_exist_ok=True)
        shutil.rmtree(etc / "ssl/certs")
        shutil.copytree(self.lab.base / "tls/trusted", etc / "ssl/certs")
        lines: dict[str, list[str]] = {"passwd": [], "group": [], "shadow": []}
        if "sshd:" not in (etc / "passwd").read_text():
            lines["passwd"].append("sshd:x:23901:65534::/run/sshd:/usr/sbin/nologin\n")
        for number, name in enumerate(users, 23001):
            lines["passwd"].append(f"{name}:x:{number}:{number}::/home/{name}:/bin/sh\n")
            lines["group"].append(f"{name}:x:{number}:\n")
            lines["shadow"].append(f"{name}:*:19000:0:99999:7:::\n")
            home = self.far / "home" / name
            home.mkdir(mode=0o700)
            os.chown(home, number, number)
        for file, more in lines.items():
            with (etc / file).open("a") as opened:
                opened.writelines(more)

    def _make_msmtp(self) -> None:
        """Give the machine msmtp as Debian can set it up: the group msmtp reads /etc/msmtprc for it."""
        theirs = shutil.which("msmtp")
        if theirs:
            group = 23900
            with (self.far / "etc/group").open("a") as opened:
                opened.write(f"msmtp:x:{group}:\n")
            shutil.copy(theirs, self.far / "msmtp")
            os.chown(self.far / "msmtp", 0, group)
            (self.far / "msmtp").chmod(0o2755)

    def _make_keys(self) -> None:
        for name in ("host", "user"):
            argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self.keys / name)]
            subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, timeout=20)
        theirs = self.far / "etc/ssh"
        shutil.rmtree(theirs, ignore_errors=True)
        theirs.mkdir()
        shutil.copy(self.keys / "user.pub", theirs / "authorized")
        shutil.move(self.keys / "host", theirs / "host")
        (theirs / "sshd_config").write_text(_SSHD.format(port=_PORT))
        host = (self.keys / "host.pub").read_text()
        (self.keys / "known").write_text(f"[127.0.0.1]:{_PORT} {host}")
        (self.keys / "ssh_config").write_text(_SSH.format(port=_PORT, keys=self.keys))

    def _make_desk(self) -> None:
        collections = self.desk / "collections/ansible_collections/mailgen"
        collections.mkdir(parents=True)
        (collections / "mail").symlink_to(ROOT / "ansible_collection")
        (self.desk / "callbacks").mkdir()
        (self.desk / "callbacks/whole.py").write_text(WHOLE)
        for name in ("home", "tmp"):
            (self.desk / name).mkdir()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start syslog and sshd, and end them."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind(str(self.far / "dev/log"))
            (self.far / "dev/log").chmod(0o666)
            reader = threading.Thread(target=self._read_log, args=[log])
            reader.start()
            try:
                self._start()
                yield
            finally:
                end = 'test ! -e "$0" || kill "$(cat "$0")"'
                self.lab.run(["sh", "-c", end, str(self.far / "run/sshd.pid")], self.desk)
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                    last.sendto(b"", str(self.far / "dev/log"))
                reader.join()

    def _start(self) -> None:
        argv = ["unshare", "--mount", "--propagation=private", sys.executable, "-m", __name__]
        started = self.lab.run(
            [*argv, str(self.far)], self.desk, env={"PYTHONPATH": str(ROOT), "PATH": _SBIN}
        )
        if started.rc == 97:
            unavailable(f"no machine can be made here: {started.stderr}")
        assert started.rc == 0, started
        assert wait_for(lambda: (self.far / "run/sshd.pid").exists(), 10), self.logged

    def _read_log(self, log: socket.socket) -> None:
        while line := log.recv(2**18):
            self.logged.append(line)

    def run(self, user: str, command: str, stdin: bytes | str = b"") -> Result:
        """Have a user of the machine run a line of shell."""
        argv = ["ssh", "-F", str(self.keys / "ssh_config"), f"{user}@127.0.0.1", command]
        return self.lab.run(argv, self.desk, stdin=stdin)

    def play(
        self,
        tasks: Sequence[Mapping[str, Any]],
        *words: str,
        user: str = "root",
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Result:
        """Run a playbook of tasks from the desk, logged in as `user`; `files` are put beside it."""
        for name, text in (files or {}).items():
            (self.desk / name).parent.mkdir(exist_ok=True)
            (self.desk / name).write_text(text)
        (self.desk / "play.json").write_text(
            json.dumps([{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}])
        )
        (self.desk / "inventory.ini").write_text(
            f"[all]\nfar ansible_host=127.0.0.1 ansible_user={user} ansible_port={_PORT}"
            " ansible_python_interpreter=/usr/bin/python3\n"
        )
        control = "-o ControlMaster=auto -o ControlPersist=60s"
        return self.lab.run(
            [playbook(), "-i", "inventory.ini", "play.json", *words],
            self.desk,
            timeout=120,
            env={
                "HOME": str(self.desk / "home"),
                "TMPDIR": str(self.desk / "tmp"),
                "LC_ALL": "C.UTF-8",
                "PYTHONPATH": str(ROOT / "generator"),
                "PYTHONDONTWRITEBYTECODE": "1",
                "ANSIBLE_COLLECTIONS_PATH": str(self.desk / "collections"),
                "ANSIBLE_CALLBACK_PLUGINS": str(self.desk / "callbacks"),
                "ANSIBLE_SSH_ARGS": f"-F {self.keys}/ssh_config {control}",
                "ANSIBLE_NOCOLOR": "1",
                **(env or {}),
            },
        )

    def files(self) -> Iterator[Path]:
        """All files of the machine, those of the desk with them, and what was copied from here apart."""
        for top in (*(self.far / name for name in (*_OWN, "etc/msmtprc")), self.desk):
            for path in (top, *top.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    yield path

    def leftovers(self) -> list[str]:
        """What work has left behind in the places for temporary files, here and there."""
        places = [self.far / "tmp", self.far / "var/tmp", self.desk / "tmp"]
        homes = [self.far / "root", self.desk / "home", *(self.far / "home").iterdir()]
        places += [home / ".ansible/tmp" for home in homes]
        return [str(path) for place in places if place.exists() for path in place.iterdir()]


def playbook() -> str:
    """Return ansible-playbook of the Python that runs the tests."""
    path = Path(sys.executable).parent / "ansible-playbook"
    if not path.exists():
        unavailable("ansible-core is not installed here: pip install ansible-core")
    return str(path)


@contextmanager
def remote(lab: Lab, *users: str) -> Iterator[Remote]:
    """Set a machine up with these users, and take it down again."""
    need_root("give users and homes to a machine")
    playbook()
    need("ssh", "openssh-client")
    if not shutil.which("sshd", path=_SBIN):
        unavailable("sshd is not installed (Debian: apt install openssh-server)")
    folder = Path(tempfile.mkdtemp(prefix="far-", dir=lab.base))
    folder.chmod(0o755)
    machine = Remote(lab, folder, users)
    with machine.running():
        yield machine


def main(far: str) -> None:
    """Runs in the new mount namespace: puts the machine's own folders in place and starts sshd."""
    try:
        _mount(Path(far))
    except subprocess.CalledProcessError as error:
        print(error, error.stderr, file=sys.stderr)
        sys.exit(97)
    Path("/run/sshd").mkdir(mode=0o755)
    sshd = shutil.which("sshd", path=_SBIN) or "sshd"
    nothing = subprocess.DEVNULL
    argv = [sshd, "-D", "-f", "/etc/ssh/sshd_config"]
    subprocess.Popen(argv, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


def _mount(here: Path) -> None:
    dev = here / "dev"
    for name in _DEVICES:
        (dev / name).touch()
        _bind(Path("/dev", name), dev / name)
    (dev / "pts").mkdir()
    _bind(Path("/dev/pts"), dev / "pts")
    (dev / "shm").mkdir()
    (dev / "shm").chmod(0o1777)
    for name, to in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd")):
        (dev / name).symlink_to(to)
    if (here / "msmtp").exists():
        _bind(here / "msmtp", Path(shutil.which("msmtp") or "/usr/bin/msmtp"))
    for name in sorted(("etc", "dev", *_OWN), key=lambda name: name == "tmp"):
        _bind(here / name, Path("/", name))  # /tmp comes last: our own folder may lie in it


def _bind(ours: Path, theirs: Path) -> None:
    argv = ["mount", "--rbind", str(ours), str(theirs)]
    subprocess.run(argv, check=True, timeout=10, capture_output=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
