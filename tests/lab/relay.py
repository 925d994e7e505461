"""A machine that hands all its mail to a provider: a mail server in a layer above this machine's files.

Nothing of this machine changes: what is written goes to the layer, and a network, processes and mounts are
the machine's own. `tests/lab/provider.py` plays the providers; all ends with the first process.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cases import run
from tests.lab import provider
from tests.programs import need, need_root, unavailable
from tests.support import ROOT

ADDRESS = "alarm@lab.example"
LOGIN, SECRET = "alarm+\"x'\\$HOME@lab.example", "corr\"ect \\horse's: $HOME `id` #;% 密码"
BOSS, ELSE = "boss@lab.example", "someone@else.example"
_WORLD = """
set -e
cd "$0"
ip link set lo up
hostname desk.lab.example
"$1" -m tests.lab.provider "$0" "$2" "$3" "$4" >provider.log 2>&1 &
mkdir -p work whole
mount -t overlay overlay -o "lowerdir=/,upperdir=upper,workdir=work" whole || exit 97
for name in proc sys; do mount --rbind "/$name" "whole/$name" || exit 97; done
mount -t tmpfs tmpfs whole/dev
for name in null zero full random urandom; do
    touch "whole/dev/$name"; mount --bind "/dev/$name" "whole/dev/$name"
done
mount -t tmpfs tmpfs whole/tmp
while [ ! -e ready ]; do sleep 0.1; done
chroot whole /bin/sh /start >started 2>&1 || echo "start: $?" >>started
for call in calls/*; do
    sh -c 'name=$1; shift; chroot "$@" <"$name/stdin" >"$name/said" 2>&1; echo $? >"$name/status"' - \
        "$call" whole /bin/sh "/calls/${call#calls/}"
done
touch called
while [ ! -e enough ]; do sleep 0.1; done
"""


@dataclass(frozen=True)
class Call:
    """What a program hands to sendmail: its arguments, and its message."""

    words: Sequence[str]
    text: str


@dataclass
class Relay:
    """A machine of one account; `own` are files that its owner has, by path below /.

    `start` is a script that starts its mail server, `log` where that writes what it does. `server` is that
    of a provider, `unpacked` the name of programs that this machine does not have (tools/mail-servers).
    """

    target: str
    server: Mapping[str, Any]
    start: str
    log: str
    own: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    unpacked: str = ""
    folder: Path = Path()

    @property
    def upper(self) -> Path:
        return self.folder / "upper"

    @property
    def wire(self) -> list[dict[str, Any]]:
        path = self.folder / "wire.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return [one for one in self.wire if "text" in one]

    @property
    def logins(self) -> set[tuple[str, str]]:
        return {(one["login"], one["password"]) for one in self.wire if "login" in one}

    @property
    def logged(self) -> str:
        path = self.upper / self.log
        return path.read_text(errors="replace") if path.exists() else ""

    def subject(self, words: str) -> dict[str, Any]:
        """Return the one message with these words as its subject."""
        (found,) = [one for one in self.accepted if dict(one["headers"]).get("Subject") == words]
        return found

    def said(self, name: str) -> tuple[int, str]:
        """Return the exit status of a call, and what was said to it."""
        folder = self.folder / "calls" / name
        return int((folder / "status").read_text()), (folder / "said").read_text()

    def wait(self, done: str, seconds: float = 40) -> None:
        """Wait until the log shows a regular expression; what came by then is whole."""
        self._wait(lambda: re.search(done, self.logged) is not None, seconds)

    def wait_for(self, count: int, seconds: float = 40) -> None:
        """Wait until so many messages have been accepted."""
        self._wait(lambda: len(self.accepted) >= count, seconds)

    def _wait(self, done: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, self.report()
            time.sleep(0.1)

    def report(self) -> str:
        """Return all that can tell why something has not happened."""
        paths = [self.folder / name for name in ("log", "provider.log", "started", "wire.jsonl")]
        paths += [self.folder / "calls" / name / "said" for name in self.calls]
        texts = [f"== {path}\n{path.read_text(errors='replace')}" for path in paths if path.exists()]
        return "\n".join([*texts, "== its own log", self.logged])[-6000:]

    def furnish(self) -> None:
        """Write the layer: what the owner has, what mailgen makes of the account, and the calls."""
        if self.unpacked:
            subprocess.run(
                ["cp", "-a", f"{unpacked(self.unpacked)}/.", str(self.upper)], check=True, timeout=60
            )
        (self.folder / "tls").mkdir()
        provider.write_certificates(self.folder / "tls")
        hosts = "".join(f"{address} {name}\n" for name, (address, _) in provider.HOSTS.items())
        etc = {
            "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 desk.lab.example desk\n{hosts}",
            "etc/hostname": "desk.lab.example\n",
            "etc/mailname": "desk.lab.example\n",
            "etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
            "etc/ssl/certs/ca-certificates.crt": (self.folder / "tls/ca.pem").read_text(),
            "etc/passwd": Path("/etc/passwd").read_text() + "jobs:x:23501:23501::/:/bin/sh\n",
        }
        for name, text in {**etc, **self.own}.items():
            path = self.upper / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o644)
        self.apply()
        (self.upper / "start").write_text(self.start)
        for name, call in self.calls.items():
            place = self.folder / "calls" / name
            place.mkdir(parents=True)
            (place / "stdin").write_text(call.text.format(name))
            script = self.upper / "calls" / name
            script.parent.mkdir(exist_ok=True)
            words = " ".join("'" + word + "'" for word in call.words)
            script.write_text(f"exec /usr/sbin/sendmail {words}\n")

    def chosen(self) -> dict[str, Any]:
        """Return the options of the target; those that only the folder tells are functions of it."""
        return {
            name: value(self.folder) if callable(value) else value for name, value in self.options.items()
        }

    def apply(self) -> None:
        """Have mailgen write into the layer."""
        account = {
            "address": ADDRESS,
            "smtp": {"username": LOGIN, **self.server},
            "credential": "literal",
            "targets": [self.target],
            "options": {self.target: {"root_mail": BOSS, **self.chosen()}},
        }
        accounts = self.folder / "accounts.yaml"
        accounts.write_text(json.dumps({"accounts": {"relay": account}}))
        accounts.chmod(0o600)
        secret = self.folder / "secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        words = ["--accounts", str(accounts), "-o", str(self.upper), "--adopt", "-q"]
        done = run("apply", *words, "--secret-from-file", f"relay={secret}")
        assert done.status == 0, done.stderr
        (self.upper / "etc").chmod(0o755)


def unpacked(name: str) -> Path:
    """Return the folder of a mail server that is not installed; without it the test is skipped, or fails."""
    folder = ROOT / ".venv" / "servers" / name
    if not (folder / ".packages").exists():
        unavailable(f"{name} is not there: make programs")
    return folder


@contextmanager
def relay(made: Relay, needs: Mapping[str, str]) -> Iterator[Relay]:
    """Start a machine, and end it; `needs` are programs of this machine with their packages."""
    need_root("give a mail server a machine of its own")
    for program, package in {"ip": "iproute2", "unshare": "util-linux", **needs}.items():
        need(program, package)
    made.folder = Path(tempfile.mkdtemp(prefix="mailgen-relay-"))
    made.folder.chmod(0o755)
    made.upper.mkdir()
    made.furnish()
    made.upper.chmod(0o755)
    spaces = ["--net", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc"]
    user = ADDRESS, LOGIN, SECRET
    with (made.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", *spaces, "sh", "-c", _WORLD, str(made.folder), sys.executable, *user],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "LC_ALL": "C.UTF-8"},
        )
    try:
        deadline = time.monotonic() + 60
        while not (made.folder / "called").exists():
            if process.poll() == 97:
                unavailable("mounts in a namespace are not allowed on this machine")
            assert process.poll() is None, made.report()
            assert time.monotonic() < deadline, made.report()
            time.sleep(0.1)
        yield made
    finally:
        (made.folder / "enough").touch()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        shutil.rmtree(made.folder, ignore_errors=True)
