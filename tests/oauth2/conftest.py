"""One authorisation server for all tests of this folder, and a home for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oauth2.issuer import Issuer
from tests.oauth2.world import Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[Issuer]:
    with Issuer(tmp_path) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, issuer: Issuer) -> Home:
    return Home(tmp_path / "home", issuer)
