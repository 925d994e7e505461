"""Private from the first byte: under every umask, for every user, and as the system calls show it."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.core.errors import MailgenError
from tests.programs import need, unavailable
from tests.support import ROOT, environment
from tests.writer.hands import SECRET, Home, block, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = [block(f"password {SECRET}\n"), whole("x\n"), block("y\n", "~/mine")]
MINE = b"mine\n"


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def watched(monkeypatch: pytest.MonkeyPatch, seen: list[tuple[str, int]]) -> None:
    """Note the mode of whatever is made, right after the call that made it, and after each later change."""

    def watch(call: str, status: Callable[..., os.stat_result]) -> None:
        real = getattr(os, call)

        def wrapped(*words: Any, **named: Any) -> Any:
            done = real(*words, **named)
            if call != "open" or words[1] & os.O_CREAT:
                seen.append((call, stat.S_IMODE(status(done, *words, **named).st_mode)))
            return done

        monkeypatch.setattr(os, call, wrapped)

    watch("open", lambda done, *words, **named: os.fstat(done))
    watch("fchmod", lambda done, handle, mode: os.fstat(handle))
    watch("mkdir", lambda done, path, *words, **named: os.stat(path, dir_fd=named.get("dir_fd")))
    watch("rename", lambda done, old, new, **named: os.stat(new, dir_fd=named.get("dst_dir_fd")))
    watch("link", lambda done, old, new, **named: os.stat(new, dir_fd=named.get("dst_dir_fd")))


@pytest.mark.usefixtures("umask")
def test_no_umask_opens_anything_to_others(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    watched(monkeypatch, seen)
    for mask in range(0o1000):
        home = Home(memory / f"{mask:o}")
        home.write("mine", MINE, 0o644)
        seen.clear()
        os.umask(mask)
        home.apply(*FILES, adopt=True)
        assert os.umask(0o077) == mask, "the umask is as it was"
        assert {call for call, _ in seen} == {"open", "fchmod", "mkdir", "rename", "link"}
        assert {mode for call, mode in seen if call == "mkdir"} == {0o700}
        assert not [mode for _, mode in seen if mode & 0o077]
        assert {mode for call, mode in seen if call in ("fchmod", "rename", "link")} == {0o600}
        assert home.loose() == []


def as_nobody(act: Callable[[], object]) -> int:
    """Run `act` in a child process without any privilege; return its exit status: 0, or 1 if refused."""
    if os.geteuid():
        unavailable("only root can become another user")
    child = os.fork()
    if child == 0:
        status = 2
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            act()
            status = 0
        except MailgenError:
            status = 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def given_away(memory: Path) -> Home:
    """Return a home that belongs to nobody, with a way to it."""
    home = Home(memory)
    memory.chmod(0o755)
    home.state.parent.mkdir()
    for path in (home.path, home.state.parent):
        os.chown(path, 65534, 65534)
    return home


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o277, 0o477, 0o700, 0o777])
def test_a_user_without_privileges_can_work_under_any_umask(memory: Path, mask: int) -> None:
    home = given_away(memory)

    def twice() -> None:
        os.umask(mask)
        home.apply(*FILES)
        assert {change.kind for change in home.apply(*FILES)} == {"unchanged"}
        home.apply()

    assert as_nobody(twice) == 0
    assert home.files() == {}


def test_a_folder_without_write_permission_is_refused_and_left_alone(memory: Path) -> None:
    home = given_away(memory)
    (home.path / "locked").mkdir()
    os.chown(home.path / "locked", 65534, 65534)
    (home.path / "locked").chmod(0o500)
    assert as_nobody(lambda: home.apply(whole("a", "~/a"), whole("x", "~/locked/deep/x"))) == 1
    assert home.files() == {}
    assert home.litter() == []
    assert home.folders() == {"locked"}


def test_a_state_folder_without_write_permission_is_refused_before_anything_is_written(memory: Path) -> None:
    home = given_away(memory)
    home.state.parent.chmod(0o500)
    assert as_nobody(lambda: home.apply(*FILES)) == 1
    assert home.files() == {}


def test_a_read_only_home_takes_a_run_that_changes_nothing(memory: Path) -> None:
    home = given_away(memory)
    assert as_nobody(lambda: home.apply(*FILES)) == 0
    folders = [home.path, *home.path.rglob("*/"), home.state, home.state.parent]
    for folder in folders:
        folder.chmod(0o500)
    assert as_nobody(lambda: home.apply(*FILES)) == 0
    assert as_nobody(lambda: home.apply(whole("other"))) == 1


def test_files_of_another_user_are_refused_for_root_as_well(memory: Path) -> None:
    home = given_away(memory)
    if os.geteuid():
        unavailable("only root can meet another user's home")
    with pytest.raises(MailgenError, match="another user"):
        home.apply(*FILES)


SCRIPT = """
import os, sys
from pathlib import Path
from tests.writer.hands import Home
from tests.writer.test_modes import FILES
home = Home(Path(sys.argv[1]))
os.umask(int(sys.argv[2], 8))
os.path.exists("/mailgen-starts-here")
home.apply(*FILES, adopt=True)
"""


def traced(memory: Path, mask: int) -> list[str]:
    """Apply in a child under strace; return its system calls from the start of the work."""
    strace = need("strace", "strace")
    log = memory / "trace"
    argv = [
        strace,
        "-f",
        "-y",
        "-s",
        "0",
        "-o",
        str(log),
        sys.executable,
        "-c",
        SCRIPT,
        str(memory),
        f"{mask:o}",
    ]
    done = subprocess.run(
        argv, cwd=ROOT, env=environment(), capture_output=True, timeout=60, check=False, text=True
    )
    if "Operation not permitted" in done.stderr and "ptrace" in done.stderr.lower():
        unavailable("strace may not trace here")
    assert done.returncode == 0, done.stderr
    calls = [line.split(" ", 1)[1].strip() for line in log.read_text().splitlines()]
    start = next(place for place, call in enumerate(calls) if "/mailgen-starts-here" in call)
    return [call for call in calls[start + 1 :] if re.match(r"\w+\(", call)]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777])
def test_the_system_calls_of_a_run(memory: Path, mask: int) -> None:
    Home(memory).write("mine", MINE, 0o644)
    calls = traced(memory, mask)
    text = "\n".join(calls)
    made = [call for call in calls if "O_CREAT" in call]
    assert len(made) >= 7, "three files, a copy, the journal, the manifest and the lock"
    for call in made:
        wanted = "O_NOFOLLOW" if '"lock"' in call else "O_CREAT|O_EXCL|O_NOFOLLOW"
        assert wanted in call, call
        assert ", 0600)" in call, call
    assert set(re.findall(r"\bfchmod\(.*, (\d+)\)", text)) == {"0600"}
    assert set(re.findall(r"\bmkdir(?:at)?\(.*, (\d+)\)", text)) == {"0700"}
    assert not re.search(r"\b(l?chmod|fchmodat|l?chown|fchownat|truncate)\(", text)
    into_home = re.findall(r'openat\(\d+<([^>]*/home[^>]*)>, "([^"]*)", (\S+?),? ', text)
    assert into_home
    assert all("O_NOFOLLOW" in flags and "/" not in name for _, name, flags in into_home)


def test_everything_is_on_the_disk_before_it_gets_its_name(memory: Path) -> None:
    Home(memory).write("mine", MINE, 0o644)
    calls = traced(memory, 0o022)
    renamed = [
        (place, *found.groups())
        for place, call in enumerate(calls)
        if (found := re.match(r'(?:renameat2?|linkat)\(\d+<(.*?)>, "([^"]*)", \d+<\1>, "([^"]*)"', call))
    ]
    assert {name for _, _, _, name in renamed} == {
        ".msmtprc", "user.js", "mine", "mine.mailgen-backup", "journal.json", "manifest.json",
    }  # fmt: skip
    for place, folder, old, _ in renamed:
        temporary = re.escape(f"{folder}/{old}")
        before, after = "\n".join(calls[:place]), calls[place + 1 :]
        assert re.search(
            rf"(?s)openat.*O_EXCL.*\nwrite\(\d+<{temporary}>.*\nfsync\(\d+<{temporary}>\)", before
        )
        assert any(re.match(rf"fsync\(\d+<{re.escape(folder)}>\)", call) for call in after), (
            "the folder as well"
        )
    order = [name for _, _, _, name in renamed]
    assert order[0] == "journal.json"
    assert order[-1] == "manifest.json"
    staged = next(place for place, call in enumerate(calls) if "O_CREAT" in call and '".mailgen-' in call)
    assert renamed[0][0] < staged, "the journal is there before the first temporary file"


def test_a_second_run_makes_no_call_that_writes(memory: Path) -> None:
    Home(memory).write("mine", MINE)
    assert any(call.startswith("rename") for call in traced(memory, 0o022))
    again = traced(memory, 0o022)
    assert any("flock" in call for call in again)
    writes = re.compile(
        r"(p?write(v|64)?|rename(at2?)?|link(at)?|symlink(at)?|unlink(at)?|mkdir(at)?|rmdir|f?chmod(at)?|"
        r"[fl]?chown(at)?|f?truncate|f(data)?sync|utime\w*|mknod(at)?)\(|open.*O_(WRONLY|RDWR|CREAT|TRUNC)"
    )
    assert [call for call in again if writes.match(call)] == []
