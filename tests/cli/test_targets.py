"""`mailgen targets`: a line a target, or a paragraph; the README's table says the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailgen.catalog.opening import open_catalogue
from tests.cases import Outcome, run
from tests.cases import targets as names
from tests.support import ROOT

RECORDS = dict(open_catalogue().manifests())


def printed(*words: str) -> Outcome:
    done = run("targets", *words)
    assert (done.status, done.stderr) == (0, "")
    return done


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_target_has_a_line_of_its_own(language: str) -> None:
    lines = printed("--lang", language).stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(names()) == sorted(RECORDS)
    for line, record in zip(lines, RECORDS.values(), strict=True):
        assert record.get("about", {}).get(language, "no about in the manifest") in line
        assert line.endswith(record["files"][0]["path"])
    assert next(line for line in lines if line.startswith("mutt")).split()[1] in ("reader", "\u9605\u8bfb")


def test_a_paragraph_has_all_files() -> None:
    paragraphs = printed("-v").stdout.rstrip("\n").split("\n\n")
    assert len(paragraphs) == len(RECORDS)
    for (name, record), paragraph in zip(RECORDS.items(), paragraphs, strict=True):
        words = paragraph.split()
        assert words[0] == f"{name}:"
        assert {file["path"] for file in record["files"]} <= set(words)
        assert {record["version"]["min"], record["manual"]} <= set(words)


def test_the_table_of_the_readme_is_current() -> None:
    """`make target-table` writes it, in both languages."""
    argv = [sys.executable, str(ROOT / "tools/target-table"), "--check"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
