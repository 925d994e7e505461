"""`mailgen targets`: a line a target, or a paragraph; the README's table says the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailgen.catalog.not_built import not_built, why_not
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


@pytest.mark.parametrize("name", ["ssmtp", "esmtp", "sendEmail", "sendemail", "Outlook PRF", "outlook-prf"])
def test_what_is_not_built_says_why_and_what_to_take(name: str) -> None:
    one = why_not(name)
    assert one
    assert set(one.instead) <= set(RECORDS)
    for language, why in one.why.texts.items():
        said = printed("--why-not", name, "--lang", language).stdout.replace("\n", "")
        assert one.names[0] in said
        assert all(target in said for target in one.instead)
        assert why.replace(" ", "") in said.replace(" ", "")


def test_no_name_is_both_a_target_and_not_built() -> None:
    assert not [name for one in not_built() for name in one.names if name in RECORDS]
    assert all(set(one.why.texts) == {"en", "zh"} for one in not_built())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mbsync", "mbsync is a target"),
        ("nomail", "there is no target 'nomail', and nothing speaks against one"),
    ],
)
def test_what_has_no_reason_is_told(name: str, said: str) -> None:
    done = run("targets", "--why-not", name)
    assert (done.status, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("words", [["ssmtp", "you@qq.com"], ["explain", "ssmtp", "you@qq.com"]])
def test_who_wants_one_that_is_not_built_hears_where_the_reason_is(words: list[str]) -> None:
    done = run(*words)
    assert done.status == 2
    assert "mend:  'mailgen targets --why-not ssmtp' says why" in done.stderr
