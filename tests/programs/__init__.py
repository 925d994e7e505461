r"""What the real programs read back from a configuration, without a network and without a side effect.

Each module starts one program as an ordinary child process, in a scratch home directory, with a
closed standard input, a locale of C.UTF-8 and a time limit, and hands back what the program
understood. A program that objects to the text raises Objected with its own words.

Where a program is not installed the test is skipped, with the name of the Debian package; with
CI=true in the environment it fails instead, so that a green run in CI has really asked everyone.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

TIMEOUT = 20


class Objected(Exception):
    """The real program does not accept this text. Says what the program said."""

    def __init__(self, program: str, code: int, said: str) -> None:
        super().__init__(f"{program} (exit code {code}): {said.strip()}")
        self.code = code
        self.said = said


def need(program: str, package: str) -> str:
    """The path of a program; without it the test is skipped, or fails if CI=true."""
    path = shutil.which(program)
    if path is None:
        unavailable(f"{program} is not installed (Debian: apt install {package})")
    return path


def need_root(what: str) -> None:
    """Skip where the tests do not run as root, or fail if CI=true; `what` only root can do."""
    if os.geteuid() != 0:
        unavailable(f"only root can {what}")


def unavailable(reason: str) -> NoReturn:
    """Skip, and say why; in CI a test that cannot run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def scratch(text: bytes, name: str) -> Iterator[Path]:
    """A file with this text and mode 0600 in a new directory, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mailgen-test-") as directory:
        file = Path(directory) / name
        file.write_bytes(text)
        file.chmod(0o600)
        yield file


def run(
    argv: list[str], home: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end with nothing of the tester's own configuration in sight.

    `environment` adds to, or replaces, the few variables it gets.
    """
    few = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "PATH": os.environ["PATH"],
    }
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=home,
        env=few | dict(environment or {}),
        timeout=TIMEOUT,
        check=False,
    )
