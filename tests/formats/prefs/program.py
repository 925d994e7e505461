"""What Thunderbird reads from a user.js, without opening an account or a window. Debian: thunderbird.

At start Thunderbird parses user.js, puts its complaints on stderr and writes what it understood to
prefs.js, which takes about a second. It is stopped as soon as prefs.js is there. No window, and no
network: it is started offline. To see accounts at work, see tests/lab instead.
"""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress

from tests.formats.prefs.reader import Value
from tests.programs import Objected, need, scratch

SENTINEL = b"mailgen.test.sentinel"
COMPLAINT = re.compile(rb"/user\.js:(\d+): prefs parse error: (.*)")
PREF = re.compile(rb'user_pref\("((?:[^"\\]|\\.)*)", (?:"((?:[^"\\]|\\.)*)"|(true|false)|(-?\d+))\);\r?\n')
ESCAPES = {b"n": b"\n", b"r": b"\r"}


def read_back(text: str) -> dict[str, Value]:
    """The user's prefs as Thunderbird has them after reading this user.js.

    Holds more than the text does, because Thunderbird adds its own, and less, because it does not
    write down a value that equals its built-in default. Raises Objected if it complains about a line.
    """
    prefs, complaints = parse(text.encode())
    if complaints:
        raise Objected("thunderbird", 0, "\n".join(f"line {line}: {said}" for line, said in complaints))
    return {
        name.decode(): value.decode() if isinstance(value, bytes) else value for name, value in prefs.items()
    }


def parse(data: bytes) -> tuple[dict[bytes, bytes | int | bool], list[tuple[int, str]]]:
    """The prefs (strings as bytes) and the complaints: line and reason."""
    program = need("thunderbird", "thunderbird")
    with scratch(b'user_pref("%s", true);' % SENTINEL + data, "user.js") as user_js:
        profile = user_js.parent
        stderr = profile / "stderr"
        with stderr.open("wb") as err:
            process = subprocess.Popen(
                [program, "--headless", "--no-remote", "--offline", "--profile", str(profile)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=err,
                cwd=profile,
                env={"HOME": str(profile), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]},
                start_new_session=True,
            )
        try:
            written = _wait_for_prefs(process, profile / "prefs.js")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        complaints = [(int(line), said.decode()) for line, said in COMPLAINT.findall(stderr.read_bytes())]
    prefs: dict[bytes, bytes | int | bool] = {}
    for name, string, boolean, integer in PREF.findall(written):
        value = int(integer) if integer else boolean == b"true" if boolean else _unescape(string)
        prefs[_unescape(name)] = value
    return prefs, complaints


def _wait_for_prefs(process: subprocess.Popen[bytes], file: os.PathLike[str]) -> bytes:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with open(file, "rb") as prefs:
                written = prefs.read()
        except FileNotFoundError:
            written = b""
        if SENTINEL in written and written.endswith(b"\n"):
            return written
        if process.poll() is not None:
            raise Objected("thunderbird", process.returncode, "ended before it wrote prefs.js")
        time.sleep(0.05)
    raise TimeoutError("thunderbird wrote no prefs.js")


def _unescape(value: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), value, flags=re.DOTALL)
