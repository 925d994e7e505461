"""Changing the accounts file: what is asked for changes, every other line stays, nothing is half-written."""

from __future__ import annotations

import difflib
import os
import stat
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgen.accounts import edit, reader, saving
from mailgen.core.errors import MailgenError
from tests.support import MAILGEN, environment

NEW = {"address": "ada@sohu.com", "name": "Ada: 1", "targets": ["msmtp", "mutt"], "default": True}
#: Name: before, after `new` was added (HOME is taken from these texts by the removal below).
ADDED = {
    "nothing": ("", edit.HEADER + "accounts:\n  new:\n    address: ada@sohu.com\n"),
    "comments only": ("# mine\n", "# mine\naccounts:\n  new:\n    address: ada@sohu.com\n"),
    "no final newline": (
        "accounts:\n  a: {address: a@b.c}",
        "accounts:\n  a: {address: a@b.c}\n  new:\n    address: ada@sohu.com\n",
    ),
    "no accounts yet": (
        "defaults: {name: A}\n",
        "defaults: {name: A}\naccounts:\n  new:\n    address: ada@sohu.com\n",
    ),
    "empty place": (
        "accounts:  # mine\ndefaults: {}\n",
        "accounts:  # mine\n  new:\n    address: ada@sohu.com\ndefaults: {}\n",
    ),
    "empty braces": (
        "accounts: {}  # mine\ndefaults: {}\n",
        "accounts:  # mine\n  new:\n    address: ada@sohu.com\ndefaults: {}\n",
    ),
    "null": ("accounts: null\n", "accounts:\n  new:\n    address: ada@sohu.com\n"),
    "braces": (
        "accounts: {a: {address: a@b.c}}  # x\n",
        "accounts: {a: {address: a@b.c}, new: {address: ada@sohu.com}}  # x\n",
    ),
    "JSON": (
        '{"accounts": {\n  "a": {"address": "a@b.c"}\n}}\n',
        '{"accounts": {\n  "a": {"address": "a@b.c"}, new: {address: ada@sohu.com}\n}}\n',
    ),
    "wide": (
        "accounts:\n    a:\n        address: a@b.c\n",
        "accounts:\n    a:\n        address: a@b.c\n    new:\n        address: ada@sohu.com\n",
    ),
    "CRLF": (
        "accounts:\r\n  a: {address: a@b.c}\r\n",
        "accounts:\r\n  a: {address: a@b.c}\r\n  new:\r\n    address: ada@sohu.com\r\n",
    ),
    "before what follows": (
        "accounts:\n  a: {address: a@b.c}\n    # deeper\n  # b: {}\n\n  # c: {}\n\n# last\ndefaults: {}\n",
        "accounts:\n  a: {address: a@b.c}\n    # deeper\n  # b: {}\n\n  # c: {}\n"
        "  new:\n    address: ada@sohu.com\n\n# last\ndefaults: {}\n",
    ),
    "lines of text": (
        "accounts:\n  a:\n    address: a@b.c\n    extra:\n      mutt: |\n        # no comment\n\n# x\n",
        "accounts:\n  a:\n    address: a@b.c\n    extra:\n      mutt: |\n        # no comment\n"
        "  new:\n    address: ada@sohu.com\n\n# x\n",
    ),
}

HOUSE = """\
# my accounts: all of them

defaults: {name: Ada}   # everywhere

accounts:   # by id
  # accounts: the first
  one:
    address: "a@b.c"

    # deeper
  # old: {address: x@y.z}
  # about two,
  # in two lines
  two: {address: b@b.c,
        name: B}  # behind

  three:
    address: c@b.c
    extra:
      mutt: |
        # no comment

# the end
"""
#: What is taken out: what goes.
REMOVED = {
    "one": ["  # accounts: the first", "  one:", '    address: "a@b.c"', "", "    # deeper"],
    "two": ["  # about two,", "  # in two lines", "  two: {address: b@b.c,", "        name: B}  # behind"],
    "three": ["  three:", "    address: c@b.c", "    extra:", "      mutt: |", "        # no comment", ""],
}
REMOVED["one"][0:1] = []  # it looks like an account that was commented out, and stays


@pytest.mark.parametrize("name", ADDED)
def test_an_account_is_added_behind_the_others(name: str) -> None:
    before, after = ADDED[name]
    assert edit.with_account(before, "f", "new", {"address": "ada@sohu.com"}) == after


@pytest.mark.parametrize("id", REMOVED)
def test_an_account_goes_with_its_comments_and_nothing_else(id: str) -> None:
    after = edit.without_account(HOUSE, "f", id)
    marks = [line for line in difflib.ndiff(HOUSE.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert [line[2:] for line in marks] == REMOVED[id]
    assert all(line[0] == "-" for line in marks)


def test_the_last_one_leaves_an_empty_mapping() -> None:
    text = HOUSE
    for id in REMOVED:
        text = edit.without_account(text, "f", id)
    assert yaml.safe_load(text) == {"defaults": {"name": "Ada"}, "accounts": {}}
    assert "accounts: {}   # by id\n" in text
    assert edit.with_account(text, "f", "x", {"address": "a@b.c"}).count("\n") == text.count("\n") + 2


@pytest.mark.parametrize(
    ("before", "id", "after"),
    [
        ("accounts: {a: {address: x}, b: {address: y}}\n", "a", "accounts: {b: {address: y}}\n"),
        ("accounts: {a: {address: x}, b: {address: y}}\n", "b", "accounts: {a: {address: x}}\n"),
        ("accounts: {a: {address: x}} # c\n", "a", "accounts: {} # c\n"),
    ],
)
def test_an_account_in_braces_is_taken_out(before: str, id: str, after: str) -> None:
    assert edit.without_account(before, "f", id) == after


@pytest.mark.parametrize(
    "text", ["{}\n", "- a\n", "accounts: [a]\n", "? accounts\n: a\n", "accounts: {}\n...\n# end\n"]
)
def test_what_has_no_place_is_left_alone(text: str) -> None:
    """Either the account is really there afterwards, or nothing is returned at all."""
    try:
        after = edit.with_account(text, "f", "new", NEW)
    except MailgenError as error:
        assert error.where == "f"  # noqa: PT017
    else:
        assert yaml.safe_load(after)["accounts"]["new"] == NEW


def test_an_id_that_is_taken() -> None:
    with pytest.raises(MailgenError, match="already an account two"):
        edit.with_account(HOUSE, "f", "two", NEW)


IDS = st.from_regex(r"[a-z][a-z0-9.-]{0,5}", fullmatch=True)
#: PyYAML writes some line breaks of Unicode as they are, which the indenting below would break up.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), min_size=1, max_size=12
)
PORT = st.integers(1, 9)
ACCOUNT = st.fixed_dictionaries(
    {"address": TEXT}, optional={"name": TEXT, "imap": st.fixed_dictionaries({"host": TEXT, "port": PORT}),
                                 "targets": st.lists(TEXT, max_size=3), "default": st.booleans()}
)  # fmt: skip
COMMENT = st.sampled_from(
    ["", "  # prose", "  # x: {}", "    # deep", "# flat", "\n", "  # one\n  # two", "\n# three\n"]
)


@st.composite
def households(draw: Any) -> tuple[str, dict[str, Any]]:
    """A file with comments anywhere, as people write it, and its accounts."""
    found = draw(st.dictionaries(IDS, ACCOUNT, max_size=4))
    lines = [draw(COMMENT), draw(st.sampled_from(["", "defaults: {name: X}"])), draw(COMMENT)]
    lines.append("accounts:" + (" {}" if not found else "") + draw(st.sampled_from(["", "  # all"])))
    for id, account in found.items():
        lines.append(draw(COMMENT))
        style = draw(st.sampled_from([True, False, None]))
        dumped = yaml.safe_dump({id: account}, default_flow_style=style, allow_unicode=True, width=40)
        if style:  # {id: {...}} becomes id: {...}
            dumped = yaml.safe_dump(account, default_flow_style=True, allow_unicode=True, width=9999)
            dumped = f"{id!r}: {dumped}"
        lines.append(textwrap.indent(dumped.rstrip("\n"), "  "))
    lines += [draw(COMMENT), draw(st.sampled_from(["", "# end", "..."]))]
    return "\n".join(line for line in lines if line) + draw(st.sampled_from(["", "\n"])), found


def one_place(before: str, after: str) -> bool:
    """Say whether `after` is `before` with something put in at one place."""
    same = next((i for i, (x, y) in enumerate(zip(before, after, strict=False)) if x != y), len(before))
    return any(after.endswith(before[place:]) for place in range(same + 1))


@settings(deadline=None)
@given(house=households(), id=IDS, account=ACCOUNT.map(lambda account: {**account, "label": "\x85\u2028"}))
def test_only_the_lines_of_the_account_change(
    house: tuple[str, dict[str, Any]], id: str, account: dict[str, Any]
) -> None:
    """Adding puts whole lines into one place; removing takes whole lines out of one place."""
    text, there = house
    if id not in there:
        try:
            after = edit.with_account(text, "f", id, account)
        except MailgenError as error:
            assert "..." in text, error  # noqa: PT017 - behind the end of a document nothing can stand
        else:
            assert reader.parsed(after, "f")["accounts"] == {**there, id: account}
            if there:
                assert one_place(text, after) or one_place(text + "\n", after)
    for gone in there:
        after = edit.without_account(text, "f", gone)
        rest = {name: item for name, item in there.items() if name != gone}
        assert reader.parsed(after, "f")["accounts"] == rest
        if rest:
            left = iter(text.splitlines(keepends=True))
            assert all(line in left for line in after.splitlines(keepends=True))
        for line in text.splitlines():
            if line.startswith("#"):
                assert line in after.splitlines()


def test_the_file_is_private_and_its_folder_too(tmp_path: Path) -> None:
    path = tmp_path / "x" / "mailgen" / "accounts.yaml"
    old = os.umask(0)
    try:
        assert saving.change(str(path), lambda text: text + "accounts: {}\n", create=True)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}
    assert os.listdir(path.parent) == ["accounts.yaml"]


def test_no_change_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    path.write_text("accounts: {}\n")
    before = path.stat()
    assert not saving.change(str(path), lambda text: text)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_symbolic_link_is_followed_only_when_told(tmp_path: Path) -> None:
    real, link = tmp_path / "dot" / "accounts.yaml", tmp_path / "accounts.yaml"
    real.parent.mkdir()
    real.write_text("accounts: {}\n")
    link.symlink_to(real)
    with pytest.raises(MailgenError, match="symbolic link") as caught:
        saving.change(str(link), lambda text: text + "#\n")
    assert "follow_links" in caught.value.mend
    assert saving.change(str(link), lambda text: text + "#\n", follow_links=True)
    assert real.read_text() == "accounts: {}\n#\n"
    assert link.is_symlink()


@pytest.mark.parametrize("call", ["open", "write", "fchmod", "fsync", "replace"])
def test_a_failing_system_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "accounts.yaml"
    path.write_text("old\n")

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"mailgen.accounts.saving.os.{call}", fail)
    with pytest.raises(MailgenError, match="No space left"), saving.alone_in(str(tmp_path)) as folder:
        saving.replace_file(folder, str(path), b"new\n", 0o600)
    monkeypatch.undo()
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["accounts.yaml"]


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "accounts.yaml"
    words = [*MAILGEN, "accounts", "add", "--accounts", str(path), "--target", "msmtp"]
    quiet: dict[str, Any] = {"env": environment(), "stderr": subprocess.DEVNULL}
    runs = [
        subprocess.Popen([*words, f"a{number}", f"a{number}@sohu.com"], **quiet)
        for number in range(6)
    ]  # fmt: skip
    assert [run.wait(60) for run in runs] == [0] * 6
    assert sorted(reader.read_accounts(str(path))["accounts"]) == [f"a{number}" for number in range(6)]
