"""What all tests share."""

from __future__ import annotations

import os
import signal
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.ends", "tests.lab.plugin", "tests.internet.plugin", "tests.imitations.plugin"]

# These ask a page that `make picker-test` builds, and names to them.
collect_ignore = [] if os.environ.get("MAILGEN_PICKER") else ["picker"]
# `make newer` has mail through clients that only the next Debian brings.
collect_ignore += [] if os.environ.get("MAILGEN_NEWER") else ["flow/test_meli.py"]

# Whoever starts the tests in the background (`make test &`, nohup) has SIGINT ignored, and a program inherits
# that: then no child of a test could be interrupted. With a handler here, each child begins with the default.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Programs that this Debian has too old, brought by `make programs`, come before its own; those that only the
# next one has come last.
_VENV = Path(__file__).parents[1] / ".venv"
os.environ["PATH"] = f"{_VENV}/alone/bin:{os.environ['PATH']}:{_VENV}/later/bin"

# How fast examples come says something of the machine, and nothing of mailgen.
# In CI the same examples are tried each time: a red run says something of the change, and can be repeated.
settings.register_profile(
    "anywhere",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("anywhere")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew, to be reviewed"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Golden files are written by one process: some hold what several tests have found."""
    return 0 if config.getoption("--update-golden") else None


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether the golden files are to be written anew; never in CI."""
    wanted = bool(request.config.getoption("--update-golden"))
    assert not (wanted and os.environ.get("CI")), "golden files are reviewed by people, not made by CI"
    return wanted


@pytest.fixture(scope="session")
def _states() -> Iterator[Iterator[str]]:
    """Names of folders that are not there yet, one for each test to keep a record in."""
    with tempfile.TemporaryDirectory(prefix="mailgen-states-") as folder:
        yield (os.path.join(folder, str(number)) for number in count())


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, _states: Iterator[str]) -> None:
    """Give every test the same language and no colours, and nothing of whoever runs the tests."""
    for name in ("LC_ALL", "LC_MESSAGES", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    # Not even root can make a folder there.
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc/nonexistent")
    monkeypatch.setenv("XDG_STATE_HOME", next(_states))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: the tests ask for thousands of fsync."""
    shm = "/dev/shm"  # of Linux
    if not os.access(shm, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="mailgen-test-", dir=shm) as folder:
        yield Path(folder)
