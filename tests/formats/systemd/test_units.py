"""systemd takes the units of every target that has some, and they run the accounts that ask for it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from mailgen.api import plan
from mailgen.catalog.opening import open_catalogue
from mailgen.core.files import RenderedFile
from tests.programs import need

CATALOGUE = open_catalogue()
TARGETS = [one.name for one in CATALOGUE.targets() if "every" in one.options]
UNITS = "~/.config/systemd/user/"


def units_of(target: str, **accounts: str) -> dict[str, RenderedFile]:
    """Return what systemd reads of a target for accounts with these times between two runs, "" for none."""
    domain = "gmail.com" if CATALOGUE.target(target).only_at else "qq.com"
    household = {
        "defaults": {"targets": [target, "notmuch"], "credential": "pass"},
        "accounts": {
            id: {"address": f"{id}@{domain}", **({"options": {target: {"every": every}}} if every else {})}
            for id, every in accounts.items()
        },
    }
    files = {file.path: file for file in plan(household, catalogue=CATALOGUE)}
    return {path.removeprefix(UNITS): file for path, file in files.items() if path.startswith(UNITS)}


def test_there_are_such_targets() -> None:
    assert len(TARGETS) > 2


def test_systemd_takes_them(tmp_path: Path) -> None:
    """All in one run; what is wrong in one of them is told with its name."""
    analyze = need("systemd-analyze", "systemd")
    for target in TARGETS:
        for name, file in units_of(target, home="1h", work="10min").items():
            if file.kind == "file":
                (tmp_path / name).write_text(file.text)
    timers = sorted(tmp_path.glob("*.timer"))
    assert len(timers) == len(TARGETS)
    env = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}

    def said() -> str:
        argv = [analyze, "--user", "verify", *timers]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=False, timeout=60).stderr

    assert "mailgen-" not in said()
    for timer in timers:
        timer.write_text(timer.read_text().replace("OnUnitInactiveSec=10min", "OnUnitInactiveSec=often"))
    assert set(re.findall(r"(mailgen-\S+\.timer):", said())) == {timer.name for timer in timers}


@pytest.mark.parametrize("target", [one for one in TARGETS if CATALOGUE.target(one).maildir])
def test_only_who_asks_for_it_is_fetched_and_then_indexed(target: str) -> None:
    units = units_of(target, home="1h", work="", rest="10min")
    [service] = [file.text for name, file in units.items() if name.endswith(".service")]
    run = " ".join(re.findall("^ExecStart=(.*)$", service, re.M))
    assert [id for id in ("home", "work", "rest") if re.search(rf"\b{id}\b", run)] == ["home", "rest"]
    assert re.findall("^ExecStopPost=(.*)$", service, re.M) == ['"notmuch" "new" "--quiet"']
    [timer] = [name for name, file in units.items() if name.endswith(".timer") and file.kind == "file"]
    assert re.findall("^OnUnitInactiveSec=(.*)$", units[timer].text, re.M) == ["1h", "10min"]
    assert units[f"timers.target.wants/{timer}"].text == f"../{timer}"
    assert units_of(target, home="", work="") == {}
