"""The lab as pytest fixtures: tests/conftest.py says `pytest_plugins = ["tests.lab.plugin"]`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab import lab as the_lab
from tests.lab import namespace
from tests.lab.desk import Desk
from tests.lab.lab import Lab
from tests.lab.thunderbird import profile_with_passwords
from tests.programs import need, unavailable


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """One lab for all tests of one run."""
    if missing := the_lab.missing_programs():
        unavailable(f"the mail lab needs these programs, which are not installed: {' '.join(missing)}")
    if reason := namespace.why_impossible():
        unavailable(f"the mail lab cannot be opened: {reason}")
    with Lab() as opened:
        yield opened


@pytest.fixture
def desk(lab: Lab) -> Callable[[str], Desk]:
    """`desk("user@sohu.com")` is that user in a fresh home."""
    return lambda address: Desk(lab, address)


@pytest.fixture(scope="session")
def thunderbird_profile(lab: Lab) -> Path:
    """A Thunderbird profile that knows all passwords of the lab; tests start a copy of it."""
    need("thunderbird", "thunderbird")
    need("certutil", "libnss3-tools")
    return profile_with_passwords(lab)
