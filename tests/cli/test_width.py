"""On a terminal nothing but what is there to be copied is wider than it, in either language."""

from __future__ import annotations

import re

import pytest

from tests.chinese import columns
from tests.support import on_terminal

SHEETS = (
    "targets", "dataset stats", "show gmail.com", "show office365.com", "show 163.com", "providers 163",
    "explain mutt ada@gmail.com", "explain msmtp u@163.com", "mutt u@163.com --help", "--help",
    "accounts add --help", "dataset import --help",
)  # fmt: skip
#: A line may be wider that is one word, a line of a file, or a command.
LONG = re.compile(r"\s*(\d+\s\s.*|\S+|\[?-.*|用法：.*|usage: .*|(mailgen|bash:|zsh:|fish:|and) .*)")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("words", SHEETS)
def test_what_is_printed_fits_the_terminal(words: str, width: int, lang: str) -> None:
    env = {"LANG": "zh_CN.UTF-8" if lang == "zh" else "C.UTF-8"}
    shown = on_terminal(*words.split(), columns=width, stdout=True, env=env)
    assert shown.status == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.stderr).replace("\r", "")
    too_wide = [line for line in plain.split("\n") if columns(line) > width and not LONG.fullmatch(line)]
    assert too_wide == []
    assert any(columns(line) > width * 0.7 for line in plain.split("\n")), "the width is used"
