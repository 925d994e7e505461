"""Who builds the packages again gets the same bytes, whatever his umask, time zone and locale are."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

#: What is no source, or made on the way.
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "dist", "build", "site", "__pycache__", ".*_cache", "catalog.sqlite*", ".catalog-*"
)


def built(folder: Path, umask: str, beside: tuple[str, ...] = (), **more: str) -> dict[str, str]:
    """Build wheel and source archive of a copy of this checkout; returns the digest of each by its name.

    `beside` are files that lie in the package meanwhile, as other runs of mailgen make them.
    """
    copy, out = folder / "checkout", folder / "out"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
    for name in beside:
        (copy / "generator/mailgen" / name).write_bytes(b"half made")
    build = f"umask {umask}; exec {sys.executable} -m build --no-isolation --outdir {out} {copy}"
    env = {**environment(more), "PYTHONPATH": "", "HOME": str(folder)}
    done = subprocess.run(
        ["sh", "-c", build], env=env, cwd=folder, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}


@pytest.mark.timeout(600)
def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    """Elsewhere, with other rights, in another time zone and in plain C: the same wheel, the same source."""
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    passing = (".catalog-x1y2z3", "catalog.sqlite", "catalog.sqlite-journal")
    first = built(tmp_path / "here", "022", passing, LC_ALL="zh_CN.UTF-8", TZ="Asia/Shanghai")
    second = built(tmp_path / "elsewhere" / "deep", "077", LC_ALL="C", TZ="America/Lima", COLUMNS="200")
    assert [name.rpartition(".")[2] for name in first] == ["whl", "gz"]
    assert first == second
