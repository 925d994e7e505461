"""A diff for everybody's eyes: it is a real one, and no secret is in it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgen import formats
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import Unquotable
from mailgen.core.files import RenderedFile
from mailgen.formats.quoting import quote
from mailgen.model.tokens import Secret
from mailgen.redaction import redacted
from mailgen.writer import blocks
from mailgen.writer.changes import FileChange
from mailgen.writer.diff import unified
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = open_catalogue()
#: A line of each target's own in which a secret stands last.
LINES = {
    "msmtp": "password       ",
    "fetchmail": '  user "ada" is here password ',
    "mutt": "set imap_pass = ",
    "neomutt": "set smtp_pass = ",
}


def grammar_of(target: str) -> str:
    return CATALOGUE.target(target).grammar


@pytest.mark.parametrize("target", LINES)
@given(secret=st.text(min_size=1, max_size=30))
def test_whatever_we_write_as_a_secret_is_hidden_whole(target: str, secret: str) -> None:
    grammar = grammar_of(target)
    try:
        token = quote(Secret(secret), formats.load(grammar))
    except Unquotable:
        return
    assert redacted(LINES[target] + token, grammar) == [LINES[target] + "***"]


@pytest.mark.parametrize(
    ("target", "line", "shown"),
    [
        ("msmtp", "password s3cret and more", "password ***"),
        ("msmtp", "passwordeval pass show x", "passwordeval pass show x"),
        ("fetchmail", "poll x user u pass s3cret ssl", "poll x user u pass ***"),
        ("fetchmail", "poll x password 's3 cret' ssl", "poll x password ***"),
        ("mutt", 'set imap_pass="s3\\"cret"', "set imap_pass=***"),
        ("mutt", 'set imap_pass="`pass show x`"', 'set imap_pass="`pass show x`"'),
        ("mutt", "set imap_pass=s3cret smtp_pass=s4cret", "set imap_pass=***"),
    ],
)
def test_lines_of_the_users_own(target: str, line: str, shown: str) -> None:
    assert redacted(line, grammar_of(target)) == [shown]


text = st.lists(st.sampled_from(["a", "b", "c", "", "\\", "++ x", "-- y", "ü"]), max_size=12).map("\n".join)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=text, after=text)
def test_patch_makes_the_new_file_of_the_old(tmp_path: Path, before: str, after: str) -> None:
    patch = need("patch", "patch")
    place = tmp_path / "file"
    place.write_text(before)
    file = RenderedFile("~/file", 0o600, after, grammar="text")
    change = FileChange("~/file", "update", before.encode(), after.encode(), 0o600, 0o600, file=file)
    subprocess.run([patch, "-s", place], input=unified([change]).encode(), check=True)
    assert (place.read_text() if place.exists() else "") == after


@given(own=text, old=text, new=text, below=text)
def test_own_lines_around_a_part_of_ours_are_not_shown(own: str, old: str, new: str, below: str) -> None:
    """Neither above nor below it; what is ours is shown, with ours around it, and patch(1) could use it."""
    own, below = (re.sub("(?m)^(?=.)", "OWN", one) for one in (own, below))
    parts = [blocks.put(own.encode(), "\n".join(part) + "\n", "x", "#") for part in (old, new)]
    before, after = (part + below.encode() for part in parts)
    file = RenderedFile("~/x", 0o600, "", grammar="text", merge="block", comment="#", target="x")
    shown = unified([FileChange("~/x", "update", before, after, 0o600, 0o600, file=file)])
    assert "OWN" not in shown
    assert bool(shown) == (before != after)
    [old_lines, new_lines] = [one.count(b"\n") for one in parts]
    for line in shown.splitlines():
        if found := re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line):
            assert int(found[1]) + int(found[2] or 1) - 1 <= old_lines
            assert int(found[3]) + int(found[4] or 1) - 1 <= new_lines


def test_a_file_of_an_unknown_grammar_is_not_shown() -> None:
    file = RenderedFile("~/x", 0o600, "new s3cret", grammar="unheard-of")
    shown = unified([FileChange("~/x", "update", b"old s3cret", b"new s3cret", 0o600, 0o600, file=file)])
    assert "s3cret" not in shown
    assert shown.startswith("--- ~/x\n+++ ~/x\n")


def test_a_change_of_mode_alone_is_said() -> None:
    shown = unified([FileChange("~/x", "update", b"a", b"a", 0o644, 0o600)])
    assert shown == "~/x: mode 0644 becomes 0600\n"
