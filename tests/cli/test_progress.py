"""A run that takes long shows on a terminal how far it is, and nowhere else."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr
from typing import TYPE_CHECKING

import pytest

from mailgen.cli import progress, terminal
from tests.support import ROOT, cli, on_terminal

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return Terminal()


def gone_through(stream: Terminal | None, wanted: str, seconds: float, total: int = 4) -> None:
    """Go through things that take so many seconds each."""
    now = [0.0]
    with redirect_stderr(stream):
        step = progress.watch(wanted, "read", lambda: now[0])(total)
        for _ in range(total):
            now[0] += seconds
            step()


def test_after_two_seconds_a_line_is_drawn_and_taken_away_at_the_end(stream: Terminal) -> None:
    gone_through(stream, "auto", 1.1)
    drawn = [f"\r{done} of 4 files are read\x1b[K" for done in (2, 3)]
    assert stream.getvalue() == "".join(drawn) + "\r\x1b[K"


def test_what_is_done_before_is_not_told(stream: Terminal) -> None:
    gone_through(stream, "auto", 0.4)
    assert stream.getvalue() == ""


def test_it_is_not_drawn_for_each_of_many(stream: Terminal) -> None:
    gone_through(stream, "auto", 0.01, 1000)
    assert 70 < stream.getvalue().count("are read") < 90


@pytest.mark.parametrize("why", ["never", "dumb", "unset", "pipe", "closed"])
def test_where_no_line_belongs_there_is_none(
    stream: Terminal, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    if why == "unset":
        monkeypatch.delenv("TERM")
    if why == "pipe":
        monkeypatch.setattr(Terminal, "isatty", lambda self: False)
    gone_through(None if why == "closed" else stream, "never" if why == "never" else "auto", 1.1)
    assert stream.getvalue() == ""


def test_whatever_is_said_takes_the_place_of_the_line(stream: Terminal) -> None:
    for say in (lambda: terminal.say("a note"), lambda: terminal.show("a result")):
        stream.seek(0)
        stream.truncate()
        with redirect_stderr(stream):
            terminal.draw_line("1 of 2")
            say()
        assert stream.getvalue().startswith("\r1 of 2\x1b[K\r\x1b[K")
        assert terminal._drawn is False


def test_a_line_that_does_not_fit_is_cut(stream: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with redirect_stderr(stream):
        progress._draw("x" * 200)
    monkeypatch.setattr(terminal, "_drawn", False)
    assert stream.getvalue() == f"\r{'x' * 79}\x1b[K"


@pytest.mark.parametrize("verb", ["lint", "apply", "dataset", "publish"])
def test_verbs_show_it(tmp_path: Path, verb: str) -> None:
    """With no patience at all each run is long; the same into a pipe says not a word of it."""
    patch = "import mailgen.cli.progress as one; one._PATIENCE = one._BETWEEN = -1.0"
    (tmp_path / "sitecustomize.py").write_text(patch)
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT / 'generator'}", "HOME": str(tmp_path)}
    if verb == "lint":
        rc = tmp_path / ".msmtprc"
        rc.write_text("account x\nhost mail.example\n")
        words, said = ["lint", *[str(rc)] * 3], r"\r1 of 3 files are read\x1b\[K"
    elif verb == "dataset":
        files = [str(ROOT / "providers" / f"{name}.yaml") for name in ("qq.com", "sohu.com", "sina.com")]
        words, said = ["dataset", "lint", *files], r"\r1 of 3 files are read\x1b\[K"
    elif verb == "publish":
        words, said = ["publish", str(tmp_path / "www"), "--all", "--check"], r"\r1 of \d+ providers are desc"
    else:
        accounts = "".join(f"  u{n}: {{address: u{n}@sohu.com, targets: [msmtp]}}\n" for n in range(200))
        (tmp_path / ".config/mailgen").mkdir(parents=True)
        (tmp_path / ".config/mailgen/accounts.yaml").write_text(f"accounts:\n{accounts}")
        words, said = ["apply", "-n", "-q", "--client-version", "tried"], r"\r199 of 200 accounts are planned"
    assert re.search(said, on_terminal(*words, env=path).stderr)
    assert "\r" not in cli(*words, env=path).stderr
    assert "\x1b[K" not in on_terminal(*words, "--progress", "never", env=path).stderr
