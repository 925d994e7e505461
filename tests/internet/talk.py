"""Runs several command lines in one process, and prints what each said, and what the servers noted."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.cases import run


def _noted(base: Path) -> dict[str, list[Any]]:
    texts = {name: base / "log" / f"{name}.jsonl" for name in ("web", "tripwire")}
    return {
        name: [json.loads(line) for line in path.read_text().splitlines()] for name, path in texts.items()
    }


def _said(base: Path, words: list[str], env: dict[str, str]) -> dict[str, Any]:
    before = _noted(base)
    os.environ.update(env)
    outcome = run(*words)
    for name in env:
        del os.environ[name]
    time.sleep(0.02)  # nginx notes a request after its answer has gone
    new = {name: lines[len(before[name]) :] for name, lines in _noted(base).items()}
    return {"status": outcome.status, "stdout": outcome.stdout, "stderr": outcome.stderr, **new}


if __name__ == "__main__":
    asked = json.loads(sys.argv[2])
    print(json.dumps({name: _said(Path(sys.argv[1]), *line) for name, line in asked.items()}))
