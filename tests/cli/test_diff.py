"""`mailgen diff` for people: colour, a pager for what is long, a summary; and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.apply_home import Home
from tests.support import on_terminal


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_summary_says_how_many_files_there_are(home: Home) -> None:
    told = home.run("diff").stderr
    assert "14 files would change: 13 new, 1 yours, to be taken over with --adopt" in " ".join(told.split())
    assert "将改动 14 个文件：13 新建，1 属于您" in home.run("diff", "--lang", "zh").stderr
    home.done("apply", "--adopt")
    assert home.run("diff").stderr == ""


def test_only_the_names_if_wished(home: Home) -> None:
    done = home.run("diff", "--stat")
    assert done.status == 3
    assert "would create ~/.msmtprc\n" in done.stdout
    assert "would take over ~/.muttrc (a copy is at" in done.stdout
    assert "+host" not in done.stdout
    quiet = home.run("diff", "-q")
    assert (quiet.status, quiet.stdout, quiet.stderr) == (3, "", "")


def test_programs_read_json(home: Home) -> None:
    done = home.run("diff", "--json")
    assert done.status == 3
    kinds = {one["path"]: one["change"] for one in json.loads(done.stdout)}
    assert kinds["~/.muttrc"] == "adopt"
    home.done("apply", "--adopt")
    assert json.loads(home.run("diff", "--json").stdout) == []


def test_what_is_long_goes_through_the_pager_of_a_terminal(home: Home, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\nexec cat > "$0.$LESS"\n')
    pager.chmod(0o700)
    paged = tmp_path / "pager.FRX"
    env = {**home.env, "PAGER": str(pager), "TERM": "xterm"}
    done = on_terminal("diff", env=env, stdout=True, stdin=True)
    assert done.status == 3
    text = paged.read_text(encoding="utf-8")
    assert "\x1b[32m+host           smtp.sohu.com\x1b[0m\n" in text
    assert "smtp.sohu.com" not in done.stderr
    paged.unlink()
    for words, more in (
        (["diff", "--no-pager"], {}),
        (["diff"], {"PAGER": "cat"}),
        (["diff"], {"PAGER": ""}),
    ):
        done = on_terminal(*words, env={**env, **more}, stdout=True, stdin=True)
        assert "smtp.sohu.com" in done.stderr
    home.run("diff")
    on_terminal("diff", env=env, stdout=True)
    assert not paged.exists(), "no pager where nobody could turn pages"
    home.done("apply", "--adopt")
    home.accounts.write_text(
        home.accounts.read_text(encoding="utf-8").replace("Ada O", "Bea O"), encoding="utf-8"
    )
    assert "Bea" in on_terminal("diff", env=env, stdout=True, stdin=True).stderr
    assert not paged.exists(), "what fits is printed"
