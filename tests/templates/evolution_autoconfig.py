"""Evolution's accounts for all users of a machine, which are read like those of one."""

from __future__ import annotations

from tests.templates.evolution import asks_for_tls

TRIAL = "needs windows; its libraries log in by themselves: tests/flow/test_evolution.py"

__all__ = ["TRIAL", "asks_for_tls"]
