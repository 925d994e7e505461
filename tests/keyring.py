"""The keyring of GNOME on a bus of its own, as a desktop has it; it can be locked."""

from __future__ import annotations

import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.programs import need
from tests.support import TIMEOUT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRETS = "org.freedesktop.secrets"


class Keyring:
    """Programs that run with `env` keep secrets there; it is unlocked at first."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env

    def lock(self) -> None:
        """Lock it, as a desktop does when nobody is there; no window can ask for the passphrase."""
        call = [f"--dest={_SECRETS}", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock"]
        self._run("dbus-send", "--session", "--print-reply", *call,
                  "array:objpath:/org/freedesktop/secrets/collection/login")  # fmt: skip

    def _run(self, *argv: str, given: str = "") -> bytes:
        env = environment(self.env)
        return subprocess.run(
            argv, input=given.encode(), check=True, capture_output=True, env=env, timeout=TIMEOUT
        ).stdout

    def begin(self) -> None:
        """Wait until it is on the bus, which would else start another one, and take a secret."""
        asked = [
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
            f"string:{_SECRETS}",
        ]
        ends = time.monotonic() + TIMEOUT
        while b"true" not in self._run("dbus-send", "--session", "--print-reply", *asked):
            assert time.monotonic() < ends, "the keyring has not come"
            time.sleep(0.05)
        self._run("secret-tool", "store", "--label=first", "service", "test", given="first")


@contextmanager
def keyring() -> Iterator[Keyring]:
    """Run a bus and a keyring, each until the end of this."""
    for program, package in (
        ("secret-tool", "libsecret-tools"),
        ("dbus-daemon", "dbus-daemon"),
        ("gnome-keyring-daemon", "gnome-keyring"),
    ):  # fmt: skip
        need(program, package)
    with tempfile.TemporaryDirectory(prefix="ring-") as home:
        env = environment({"HOME": home, "XDG_RUNTIME_DIR": home})
        quiet = {"stderr": subprocess.DEVNULL, "env": env}
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, **quiet
        )  # type: ignore[call-overload]
        try:
            address = bus.stdout.readline().decode().strip()
            env["DBUS_SESSION_BUS_ADDRESS"] = address
            ring = subprocess.Popen(
                ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, **quiet,
            )  # type: ignore[call-overload]  # fmt: skip
            try:
                ring.stdin.write(b"passphrase")
                ring.stdin.close()
                made = Keyring({"DBUS_SESSION_BUS_ADDRESS": address})
                made.begin()
                yield made
            finally:
                ring.kill()
                ring.wait(TIMEOUT)
        finally:
            bus.kill()
            bus.wait(TIMEOUT)
            bus.stdout.close()
