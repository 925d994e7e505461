"""What a machine sends by itself, Debian's cron and sendmail -f, to a server as strict as QQ's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cases import run
from tests.lab import strict
from tests.programs import need, need_root, unavailable
from tests.support import ROOT

ACCOUNT, SECRET, BOSS = "alarm@lab.example", "correct-horse-battery", "boss@lab.example"
CRON = "From: root (Cron Daemon)\nTo: root\nSubject: {}\n\nA job has spoken.\n"
#: What programs of a system hand to sendmail: its arguments, and what they write.
CALLS = {
    "plain": (["-i", "root"], CRON),
    "from-root": (["-i", "-f", "root", "root"], CRON),
    "cronie": (["-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "root"], CRON),
    "no-sender": (["-i", "-f", "", "root"], CRON),
    "another-address": (["-i", "-f", "www-data@web.lab.example", "--", BOSS], CRON),
    "other-user": (["-i", "www-data"], CRON),
}
#: The machine: everything of this one, and what is written lies in a layer above it.
_WORLD = """
set -e
cd "$0"
ip link set lo up
"$1" -m tests.lab.strict "$0" "$2" "$3" & server=$!
mkdir -p work whole
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work whole || exit 97
for name in dev proc sys; do mount --rbind "/$name" "whole/$name" || exit 97; done
rm -rf whole/etc/cron.d/* whole/etc/crontab whole/var/spool/cron/crontabs whole/run/crond.reboot
mv job whole/etc/cron.d/job
ln -sf "$(command -v msmtp)" whole/usr/sbin/sendmail
while [ ! -e ready ]; do sleep 0.1; done
for call in calls/*; do
    sh -c 'name=$1; shift; chroot "$@" <"$name/stdin" >"$name/said" 2>&1; echo $? >"$name/status"' - \
        "$call" whole /bin/sh "/calls/${call#calls/}"
done
touch called
chroot whole cron -f & cron=$!
while [ ! -e enough ]; do sleep 0.1; done
kill "$cron" "$server"
"""


class World:
    """What came of it: each message that the server took or refused, and what sendmail said to each call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def wire(self) -> list[dict[str, Any]]:
        path = self.folder / "wire.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return [one for one in self.wire if "refused" not in one]

    def subject(self, words: str) -> list[dict[str, Any]]:
        return [one for one in self.accepted if words in dict(one["headers"]).get("Subject", "")]

    def call(self, name: str) -> tuple[int, str]:
        folder = self.folder / "calls" / name
        return int((folder / "status").read_text()), (folder / "said").read_text()


def _call(folder: Path, name: str, words: Sequence[str], text: str) -> None:
    place = folder / "calls" / name
    place.mkdir(parents=True)
    (place / "stdin").write_text(text.format(name))
    script = folder / "upper/calls" / name
    script.parent.mkdir(parents=True, exist_ok=True)
    quoted = " ".join("'" + word + "'" for word in words)
    script.write_text(f"exec /usr/sbin/sendmail {quoted}\n")


def _etc(folder: Path, *options: str) -> Path:
    """Put into the layer what mailgen writes for the whole system, and users; return its folder etc."""
    etc = folder / "upper/etc"
    accounts = folder / "accounts.yaml"
    accounts.write_text(
        json.dumps(
            {
                "accounts": {
                    "relay": {
                        "address": ACCOUNT,
                        "smtp": {"host": "127.0.0.1", "port": strict.PORT, "tls": "none"},
                        "password_command": "cat /etc/mail.secret",
                        "identities": ["second@lab.example"],
                        "targets": ["msmtp-system"],
                        "options": {"msmtp-system": {"root_mail": BOSS}},
                    }
                }
            }
        )
    )
    accounts.chmod(0o600)
    (folder / "upper").mkdir()
    done = run("apply", "--accounts", str(accounts), "-o", str(folder / "upper"), "-q")
    assert done.status == 0, done.stderr
    (folder / "upper").chmod(0o755)
    etc.chmod(0o755)
    (etc / "mail.secret").write_text(SECRET + "\n")
    lines = {
        "passwd": "jobs:x:23501:23501::/:/bin/sh",
        "group": "msmtp:x:23501:",
        "shadow": "jobs:*:19000:0:99999:7:::",
    }
    for name, line in lines.items():
        (etc / name).write_text((Path("/etc") / name).read_text() + line + "\n")
    for name in ("mail.secret", "msmtprc"):
        os.chown(etc / name, 0, 23501)
        (etc / name).chmod(0o640)
    return etc


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    need_root("run cron as the machine does")
    for program, package in (
        ("cron", "cron"),
        ("msmtp", "msmtp"),
        ("ip", "iproute2"),
        ("unshare", "util-linux"),
    ):
        need(program, package)
    folder = Path(tempfile.mkdtemp(prefix="mailgen-cron-"))
    etc = _etc(folder)
    bare = (etc / "msmtprc").read_text()
    for name, gone in (
        ("header", "set_from_header"),
        ("envelope", "allow_from_override"),
        ("alias", "aliases"),
    ):
        kept = [line for line in bare.splitlines(keepends=True) if not line.startswith(gone)]
        assert len(kept) < len(bare.splitlines())
        (etc / f"without-{name}").write_text("".join(kept))
        words = (
            ["-C", f"/etc/without-{name}", "-f", "root", "root"]
            if name != "header"
            else ["-C", "/etc/without-header", "root"]
        )
        _call(folder, f"without-{name}", words, CRON)
    for name, (words, text) in CALLS.items():
        _call(folder, name, words, text)
    (folder / "job").write_text("@reboot root echo of root\n@reboot jobs echo of jobs\n")
    (folder / "job").chmod(0o644)
    argv = [
        "unshare",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "sh",
        "-c",
        _WORLD,
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*argv, str(folder), sys.executable, ACCOUNT, SECRET],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )
    made = World(folder)
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and process.poll() is None and len(made.subject("Cron")) < 2:
            time.sleep(0.2)
        (folder / "enough").touch()
        if process.wait(20) == 97:
            unavailable("mounts in a namespace are not allowed on this machine")
        assert (folder / "called").exists(), (folder / "log").read_text()
        yield made
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("user", ["root", "jobs"])
def test_the_mail_of_a_job_arrives(world: World, user: str) -> None:
    (mail,) = world.subject(f"Cron <{user}@")
    assert (mail["sender"], mail["recipients"]) == (ACCOUNT, [BOSS])
    assert [value for name, value in mail["headers"] if name == "From"] == [f"CronDaemon <{ACCOUNT}>"]
    assert f"of {user}" in mail["text"]


@pytest.mark.parametrize("name", CALLS)
def test_whatever_a_program_says_of_its_sender(world: World, name: str) -> None:
    assert world.call(name) == (0, "")
    (mail,) = world.subject(name)
    assert (mail["sender"], mail["recipients"]) == (ACCOUNT, [BOSS])


@pytest.mark.parametrize(
    ("name", "says"),
    [("header", "550"), ("envelope", "501"), ("alias", "550")],
)
def test_the_server_would_have_refused_it(world: World, name: str, says: str) -> None:
    """Each line is needed: without this, the tests above could pass with a server that takes everything."""
    status, said = world.call(f"without-{name}")
    assert status != 0
    assert says in said
    assert world.subject(f"without-{name}") == []
