"""One authorisation server for all tests of this folder, and a home for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oauth2.desk import Desk, desk_of
from tests.oauth2.issuer import Issuer
from tests.oauth2.world import Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.imitations.server import Papers


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[Issuer]:
    with Issuer(tmp_path) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, issuer: Issuer) -> Home:
    return Home(tmp_path / "home", issuer)


@pytest.fixture
def desk(home: Home, issuer: Issuer, papers: Papers) -> Iterator[Desk]:
    with desk_of(home, issuer, papers) as made:
        yield made
