"""Talk to a headless Thunderbird: start it on a profile, run scripts in it, end it.

Marionette is the remote control built into it: `length:json` over a local TCP port. Only what is needed.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.logs import Watch, wait_for

START_WITHIN = 40.0
DECIDES_WITHIN = 3.0
QUIET, PATIENCE = 1.0, 10.0
STDERR = "stderr.txt"


class ScriptError(Exception):
    """A script failed in Thunderbird, or a window stood in its way."""


class Thunderbird:
    """A running Thunderbird; a context manager. `stderr` is a file in the profile."""

    def __init__(self, profile: Path, *options: str) -> None:
        self.profile = profile
        self.stderr = profile / STDERR
        self._options = options
        self._number = 0

    def __enter__(self) -> "Thunderbird":
        port_file = self.profile / "MarionetteActivePort"
        port_file.unlink(missing_ok=True)
        self._process = start(self.profile, "--marionette", "--remote-allow-system-access", *self._options)
        try:
            self._connect(port_file, time.monotonic() + START_WITHIN)
        except BaseException:
            kill(self._process)
            raise
        return self

    def _connect(self, port_file: Path, deadline: float) -> None:
        while not (port_file.exists() and (port := port_file.read_text().strip())):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("Thunderbird did not start:\n" + self.stderr.read_text(errors="replace"))
            time.sleep(0.05)
        self._socket = socket.create_connection(("127.0.0.1", int(port)), timeout=START_WITHIN)
        self._stream = self._socket.makefile("rwb")
        self._read()
        self._command(
            "WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"unhandledPromptBehavior": "dismiss"}}}
        )
        self._command("Marionette:SetContext", {"value": "chrome"})

    def _read(self) -> Any:
        length = bytearray()
        while (byte := self._stream.read(1)) != b":":
            if not byte:
                raise ConnectionError("Thunderbird hung up")
            length += byte
        return json.loads(self._stream.read(int(length)))

    def _command(self, name: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._stream.write(b"%d:%b" % (len(message), message))
        self._stream.flush()
        _, _, error, result = self._read()
        if error:
            raise ScriptError(f"{error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def script(self, body: str, *arguments: Any, timeout: float = 15) -> Any:
        """Run the body of an async function with privileges; what it returns comes back."""
        wrapped = (
            "const args = [...arguments]; const done = args.pop();"
            f"(async (args) => {{ {body} }})(args)"
            ".then(value => done([true, value ?? null]), problem => done([false, String(problem)]));"
        )
        self._socket.settimeout(timeout + 5)
        milliseconds = int(timeout * 1000)
        self._command("WebDriver:SetTimeouts", {"script": milliseconds})
        parameters = {"script": wrapped, "args": list(arguments), "sandbox": "system", "newSandbox": True}
        success, value = self._command("WebDriver:ExecuteAsyncScript", parameters)
        if not success:
            raise ScriptError(value)
        return value

    def quit(self) -> None:
        """Let it end by itself, so that what it has learned is on the disk."""
        self._command("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        self._process.wait(timeout=20)

    def __exit__(self, *_: object) -> None:
        kill(self._process)
        self._stream.close()
        self._socket.close()


def start(profile: Path, *options: str) -> subprocess.Popen[bytes]:
    argv = ["thunderbird", "--headless", "--no-remote", "--profile", str(profile), *options]
    with (profile / STDERR).open("wb") as stderr:
        return subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr, start_new_session=True
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """End Thunderbird and its helpers, which share its session; it was started by us."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def _run_scripts(job: dict[str, Any]) -> list[list[Any]]:
    outcomes: list[list[Any]] = []
    with Thunderbird(Path(job["profile"])) as thunderbird:
        for body, arguments, timeout in job["scripts"]:
            try:
                outcomes.append([True, thunderbird.script(body, *arguments, timeout=timeout)])
            except (ScriptError, OSError) as problem:
                outcomes.append([False, f"{type(problem).__name__}: {problem}"])
                if isinstance(problem, OSError):
                    break
        if job["save"]:
            thunderbird.quit()
    return outcomes


def _open_once(job: dict[str, Any]) -> None:
    watch = Watch(Path(job["log"]))

    def decided() -> bool:
        wire = watch.wire(job["domain"])
        return bool(wire.ended) or wire.attempts_login

    process = start(Path(job["profile"]))
    try:
        wait_for(lambda: watch.wire(job["domain"]).connections, START_WITHIN)
        wait_for(decided, DECIDES_WITHIN)
        # It repeats itself, and may be less careful then than at first: wait until it is quiet.
        wait_for(lambda: watch.silence() > QUIET, PATIENCE)
    finally:
        kill(process)


def main() -> None:
    """Inside the lab: do the job that comes on standard input (see thunderbird.py), print the outcomes."""
    job = json.load(sys.stdin)
    if "scripts" in job:
        json.dump(_run_scripts(job), sys.stdout)
    else:
        _open_once(job)


if __name__ == "__main__":
    main()
