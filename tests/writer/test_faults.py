"""Whatever call fails, and wherever the process is killed: the old file or the new one, and no litter."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import signal
from typing import TYPE_CHECKING, Any

import pytest

from mailgen.core.errors import MailgenError
from mailgen.writer import blocks, read_state, survey
from tests.writer.hands import SECRET, Home, block, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mailgen.core.files import RenderedFile

#: The calls by which the hands touch the disk; all of them are looked up in `os` when they are made.
CALLS = "open write fsync fchmod rename link unlink mkdir rmdir read readlink stat fstat close".split()
#: Those that change something, or are to make sure of it.
WRITES = "open write fsync fchmod rename link unlink mkdir rmdir".split()

MINE = b"# my own lines\n\xff\r\nset beep \\"
OLD = [
    block(f"password {SECRET}1\n"),
    whole(f"1 {SECRET}1\n", "~/.config/x/user.js"),
    whole("goes\n", "~/.config/gone/deep/x"),
    block("goes\n", "~/b"),
]
NEW = [
    block(f"password {SECRET}2\n"),
    whole(f"2 {SECRET}2\n", "~/.config/x/user.js"),
    whole("new\n", "~/.config/new/deep/y"),
    block(f"password {SECRET}2\n", "~/foreign"),
]


class Injured(Exception):
    """A fault was to be injected after the last call."""


def injure(act: Callable[[str, Callable[[], Any]], Any], k: int, calls: list[str]) -> Iterator[None]:
    """Let `act` do the k-th (from 0) of these calls in `os`, a generator for `with`-like use."""
    real = {name: getattr(os, name) for name in calls}
    count = -1

    def wrapped(name: str) -> Callable[..., Any]:
        def call(*words: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == k:
                return act(name, lambda: real[name](*words, **named))
            return real[name](*words, **named)

        return call

    for name in calls:
        setattr(os, name, wrapped(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)
    if count < k:
        raise Injured


class Rewound:
    """A home that can be set back to where it was; always at the same path, by which mailgen knows it."""

    def __init__(self, folder: Path, tree: bool = False) -> None:
        self.folder = folder
        self.tree = tree
        self.saved = folder.with_name(folder.name + "-saved")
        shutil.copytree(folder, self.saved)
        self.old = Home(self.saved).files()

    def home(self) -> Home:
        shutil.rmtree(self.folder)
        shutil.copytree(self.saved, self.folder)
        return Home(self.folder, self.tree)


@pytest.fixture(params=["home", "tree"])
def before(memory: Path, request: pytest.FixtureRequest) -> Rewound:
    """A home, or a tree with its own record, after a first run."""
    home = Home(memory / "run", tree=request.param == "tree")
    home.write("b", MINE)
    home.write(".msmtprc", MINE)
    home.apply(*OLD, adopt=True)
    home.write("foreign", MINE)
    return Rewound(memory / "run", home.tree is not None)


def end_of(before: Rewound) -> dict[str, bytes]:
    home = before.home()
    home.apply(*NEW, adopt=True)
    return home.files()


def assert_old_or_new(home: Home, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    there = home.files()
    for name in {*old, *new}:
        assert there.get(name) in (old.get(name), new.get(name)), name
    assert home.loose() == []


def assert_next_run_completes(home: Home, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Look, run again, and find everything in place, nothing left over, and all of it undone by removal."""
    looked = survey(str(home.path), NEW, read_state(str(home.state), home.tree), adopt=True)
    assert home.apply(*NEW, adopt=True, follow_links=False)
    assert {change.path for change in looked} <= {file.path for file in (*OLD, *NEW)}
    assert home.files() == new
    assert home.litter() == home.loose() == []
    assert {change.kind for change in home.apply(*NEW)} == {"unchanged"}
    for path, content in home.files().items():
        assert (f"{SECRET}1" in content.decode("latin-1")) == (f"{SECRET}1" in new[path].decode("latin-1"))
    home.apply()
    left = {name: content for name, content in home.files().items() if "mailgen-backup" not in name}
    assert left == {"b": MINE, ".msmtprc": MINE, "foreign": MINE}
    assert home.folders() == set(), "folders made for the files are gone"


def assert_true(error: MailgenError, home: Home, old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """What the error says of how far it came is so."""
    assert SECRET not in str(error)
    there = home.files()
    plain = {name: content for name, content in there.items() if ".mailgen-" not in name}
    if "nothing has changed" in error.mend:
        assert plain == {name: content for name, content in old.items() if ".mailgen-" not in name}
        return "nothing"
    if "files are in place" in error.mend:
        assert there == new
        return "all"
    said = re.search(r"(\d) of (\d) files are done \((.*)\)", error.mend)
    if said is None:
        assert plain == {name: content for name, content in old.items() if ".mailgen-" not in name}
        return "before"
    names = {name.removeprefix("~/") for name in said[3].split(", ")}
    assert len(names) == int(said[1])
    for name in {*old, *new} - {name for name in {*old, *new} if ".mailgen-" in name}:
        if old.get(name) != new.get(name):
            assert (there.get(name) == new.get(name)) == (name in names), name
    return "some"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("when", ["before", "after"])
def test_any_call_may_fail(before: Rewound, code: int, when: str) -> None:
    """`after`: the call has done its work, or half of it for a write, and reports an error all the same."""
    old, new = before.old, end_of(before)

    def fail(name: str, call: Callable[[], Any]) -> Any:
        if when == "after":
            call()
        raise OSError(code, os.strerror(code))

    met: dict[str, int] = {}
    for k in range(10_000):
        home = before.home()
        said = "success"
        try:
            for _ in injure(fail, k, WRITES):
                try:
                    home.apply(*NEW, adopt=True)
                except MailgenError as error:
                    said = assert_true(error, home, old, new)
        except Injured:
            break
        met[said] = met.get(said, 0) + 1
        assert_old_or_new(home, old, new)
        if said in ("nothing", "before") and not os.path.exists(home.state / "journal.json"):
            assert [name for name in home.litter() if str(home.path) in name] == []
        assert_next_run_completes(home, old, new)
    assert k > 80, "the calls were counted"
    assert set(met) >= {"nothing", "some", "all"}, met


def die(name: str, call: Callable[[], Any]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after(name: str, call: Callable[[], Any]) -> None:
    try:
        call()
    finally:
        os.kill(os.getpid(), signal.SIGKILL)


def killed_at(
    home: Home, k: int, how: Callable[[str, Callable[[], Any]], Any], files: Sequence[RenderedFile] = NEW
) -> bool:
    """Apply in a child process that dies at its k-th call; say whether it came so far."""
    child = os.fork()
    if child == 0:
        try:
            for _ in injure(how, k, CALLS):
                home.apply(*files, adopt=files is NEW)
        except Injured:
            os._exit(7)
        except BaseException:
            os._exit(1)
        os._exit(2)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 7
    return False


@pytest.mark.parametrize("how", [die, die_after])
def test_a_run_may_be_killed_anywhere(before: Rewound, how: Callable[[str, Callable[[], Any]], Any]) -> None:
    old, new = before.old, end_of(before)
    litter = 0
    for k in range(10_000):
        home = before.home()
        if not killed_at(home, k, how):
            break
        litter += any(
            SECRET.encode() in content for name, content in home.files().items() if ".mailgen-" in name
        )
        assert_old_or_new(home, old, new)
        assert_next_run_completes(home, old, new)
    assert k > 200, "the calls were counted"
    assert litter > 10, "the next run had something to clear up"


def test_the_run_that_clears_up_may_be_killed_as_well(before: Rewound) -> None:
    old, new = before.old, end_of(before)
    dice = random.Random(3)
    for _ in range(150):
        home = before.home()
        assert killed_at(home, dice.randrange(100, 300), die)
        killed_at(home, dice.randrange(300), dice.choice([die, die_after]))
        assert_old_or_new(home, old, new)
        assert_next_run_completes(home, old, new)


def test_files_put_in_place_by_a_killed_run_are_ours_without_adoption(memory: Path) -> None:
    """Nothing here is foreign, so the run after a crash must not ask for adoption."""
    first = Home(memory / "run")
    files = [whole("1\n", "~/a"), block("1\n", "~/b"), whole("1\n", "~/d/c")]
    more = [whole("2\n", "~/a"), block("2\n", "~/b"), block("2\n", "~/d/e")]
    first.apply(*files)
    before = Rewound(memory / "run")
    for k in range(10_000):
        home = before.home()
        if not killed_at(home, k, die, more):
            break
        third = [whole("3\n", "~/a"), block("3\n", "~/b")]
        home.apply(*third)
        assert home.files() == {"a": b"3\n", "b": blocks.block("3\n", "msmtp", "#")}
        assert home.folders() == set()
        assert home.litter() == []
    assert k > 150


def test_a_system_that_writes_little_at_a_time(before: Rewound, monkeypatch: pytest.MonkeyPatch) -> None:
    new, home, write = end_of(before), before.home(), os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
    home.apply(*NEW, adopt=True)
    assert home.files() == new


def test_a_disk_that_is_full_in_the_middle_of_a_file(
    before: Rewound, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, write = before.home(), os.write

    def half(handle: int, data: bytes) -> int:
        if SECRET.encode() not in data:
            return write(handle, data)
        write(handle, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(MailgenError, match="No space left") as caught:
        home.apply(*NEW, adopt=True)
    assert caught.value.mend == "make room and try again; nothing has changed"
    assert home.files() == before.old
    assert home.litter() == []
