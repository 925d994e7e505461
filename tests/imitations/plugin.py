"""The imitations as pytest fixtures: tests/conftest.py says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imitations.server import Papers


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """A certificate authority that only the tests trust."""
    return Papers(Path(tmp_path_factory.mktemp("papers")))
