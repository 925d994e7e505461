"""The benchmark's own words: goals name rows that there are, and a history tells what became slower."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import ROOT

FOLDER = ROOT / "benchmarks"


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Return the modules of the benchmark that are tried here, by name."""
    monkeypatch.syspath_prepend(str(FOLDER))
    names = ("table", "goals", "history", "picture")
    modules = {name: __import__(name) for name in names}
    for name in names:
        monkeypatch.delitem(sys.modules, name)
    return modules


def test_goals_name_rows_that_are_measured(part: dict[str, ModuleType]) -> None:
    """Each is written somewhere as a row's name, in its parts where it is put together."""
    sources = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("[!gh]*.py"))
    sources += (FOLDER / "households.py").read_text(encoding="utf-8")
    for goal in part["goals"].GOALS:
        pieces = goal.row.replace("--version", "{word}").replace("--help", "{word}").split(", ")
        for piece in pieces if goal.row else ():
            words = piece.replace("100", "{FILES}").removesuffix("10^3 to 10^").removesuffix("10^")
            words = words.replace("apply", "{verb}").replace("diff", "{verb}")
            assert words.strip() in sources, goal.row


def test_goals_are_told_as_they_are(part: dict[str, ModuleType]) -> None:
    row = part["table"].Row
    rows = [row("start-up, wall time", 2.3), row("bulk, whole plan : Jinja2 alone", 6.0), row("x", None)]
    told = "\n".join(part["goals"].lines(rows))
    assert "main form : bare interpreter                  2.30       2.6      2   reached" in told
    assert "a household : bare Jinja2 script              6.00         4      2   not yet" in told
    assert "--help : bare interpreter                        -         3      2   not measured" in told
    fast = part["goals"].lines([row("start-up, wall time", 2.0)])
    assert fast[2].endswith("aim reached")


def test_what_became_slower_is_told(
    part: dict[str, ModuleType], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row, history = part["table"].Row, part["history"]
    file = history.kept(
        [row("a", 2.0, bound=3), row("loop", 80.0, least=9), row("n", None), row("two", 1.9, more=True)],
        "3.11",
        tmp_path,
    )
    kept = json.loads(file.read_text())
    assert kept["ratios"] == {"a": 2.0, "loop": 80.0, "two": 1.9}
    later = {
        **kept,
        "commit": "later",
        "date": "9999",
        "ratios": {"a": 2.09, "loop": 70.0, "two": 1.95, "new": 1},
    }
    (tmp_path / "later.json").write_text(json.dumps(later))
    assert history.main([kept["commit"]], tmp_path) == 1
    assert capsys.readouterr().out == (
        f"{kept['commit']} -> later\nloop: 80.000 -> 70.000 (+14 %)\nnew: only in the new one\n"
    )
    assert history.main(["later", kept["commit"]], tmp_path) == 0
    assert "nothing is slower" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="no commit zzz"):
        history.main(["zzz"], tmp_path)


def test_the_picture_of_fleets_is_drawn_from_what_was_measured(part: dict[str, ModuleType]) -> None:
    data = json.loads((FOLDER / "curves.json").read_text(encoding="utf-8"))
    picture = part["picture"].drawn(data)
    assert picture == (ROOT / "docs/fleets.svg").read_text(encoding="utf-8"), "run benchmarks/picture.py"
    curves = {point["curve"] for point in data["points"]}
    assert curves == {*part["picture"].CURVES, "files", "ssh", "pull"}
    assert picture.count("<polyline") == len(part["picture"].LINES) * 4 - 1 + picture.count("#dddddd")
