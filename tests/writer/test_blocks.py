"""Our part of a foreign file: whatever is around it stays as it is, byte for byte."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.writer import blocks
from tests.formats.muttrc.program import query

#: Pieces that hurt: line ends of all kinds, backslashes, a BOM, NULs, bytes that are not UTF-8, other marks.
PIECES = [
    b"set beep\n", b"\n", b"\r\n", b"\r", b"\\", b"\\\n", b"\\\r\n", b"\xef\xbb\xbf", b"\0", b"\xff\xfe",
    b"# x \\\n", b" ", b"\t", b"# >>> mailgen other >>>\n", b"# <<< mailgen other <<<\n", "艾达\n".encode(),
    b"# >>> mailgen", b">>>\n", b"\x0c", b"\x85", b"\xe2\x80\xa8",
]  # fmt: skip
foreign = st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
lines = st.lists(
    st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), max_size=20), max_size=4
).map(lambda these: "".join(f"{line}\n" for line in these))
NAME = {"name": "mutt", "comment": "#"}
COMMENTS = pytest.mark.parametrize("comment", ["#", "<!-- -->", "(* *)"])


@COMMENTS
@given(foreign, lines, lines)
def test_foreign_bytes_are_the_same_after_put_change_and_cut(
    comment: str, content: bytes, text: str, other: str
) -> None:
    name = {"name": "mutt", "comment": comment}
    first = blocks.put(content, text, **name)
    assert first.startswith(content)
    assert blocks.put(first, text, **name) == first
    second = blocks.put(first, other, **name)
    span = blocks.find(second, **name)
    assert span is not None
    assert second[: span.start - span.added] == content
    assert second == blocks.put(content, other, **name)
    assert blocks.cut(first, **name) == blocks.cut(second, **name) == content


def test_a_comment_with_an_end_is_closed() -> None:
    whole = blocks.put(b"<a/>", "<!-- x -->\n", "x", "<!-- -->")
    assert whole.decode().splitlines() == [
        "<a/>",
        "<!-- >>> mailgen x >>> and 1 line break above -->",
        "<!-- x -->",
        "<!-- <<< mailgen x <<< -->",
    ]
    ET.fromstring(b"<r>" + whole + b"</r>")
    with pytest.raises(blocks.BrokenMarks):
        blocks.find(whole.replace(b"<<< -->", b"<<<"), "x", "<!-- -->")
    assert blocks.find(whole, "x", "<!--") is None


@given(foreign, foreign.map(lambda some: b"below\n" + some), lines, lines)
def test_what_is_written_below_the_block_stays_too(above: bytes, below: bytes, text: str, other: str) -> None:
    whole = blocks.put(above, text, **NAME) + below
    span = blocks.find(whole, **NAME)
    assert span is not None
    changed = blocks.put(whole, other, **NAME)
    assert changed.startswith(whole[: span.start])
    assert changed.endswith(below)
    left = blocks.cut(changed, **NAME)
    assert left == whole[: span.start] + below
    assert b"\nbelow\n" in b"\n" + left, "no two lines have become one"


@given(foreign)
def test_every_foreign_line_keeps_its_number(content: bytes) -> None:
    whole = blocks.put(content, "ours\n", **NAME) + b"below\n"
    numbered = blocks.foreign_lines(whole, **NAME)
    split = whole.split(b"\n")
    assert all(split[number - 1].rstrip(b"\r") == line for number, line in numbered)
    assert b"ours" not in [line for _, line in numbered]
    assert numbered[-1][1] == b"below"


def test_blanks_around_marks_and_dos_line_ends_do_not_hide_a_block() -> None:
    whole = blocks.put(b"a\n", "ours\n", **NAME).replace(b"\n", b" \r\n").replace(b"# <", b"  #<")
    assert blocks.cut(whole, **NAME) == b"a \r\n"


OPEN, CLOSE = b"# >>> mailgen mutt >>>\n", b"# <<< mailgen mutt <<<\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (OPEN, 1),
        (b"a\n" + OPEN + b"b\n", 2),
        (CLOSE, 1),
        (CLOSE + OPEN, 1),
        (OPEN + OPEN + CLOSE, 2),
        (OPEN + CLOSE + OPEN + CLOSE, 3),
        (OPEN + CLOSE + b"\n" + CLOSE, 4),
        (OPEN + OPEN + CLOSE + CLOSE, 2),
    ],
)
def test_marks_out_of_order_are_refused(content: bytes, line: int) -> None:
    for call in (blocks.find, blocks.cut, blocks.part, blocks.foreign_lines):
        with pytest.raises(blocks.BrokenMarks) as caught:
            call(content, **NAME)
        assert caught.value.line == line
    with pytest.raises(blocks.BrokenMarks):
        blocks.put(content, "x\n", **NAME)


@pytest.mark.parametrize("text", ["no end", "# >>> mailgen other >>>\n", "# <<< mailgen mutt <<<\n"])
def test_a_text_that_would_break_the_block_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="block"):
        blocks.put(b"", text, **NAME)


def test_a_name_that_begins_like_ours_is_another() -> None:
    assert blocks.find(blocks.put(b"", "x\n", "mutt-work", "#"), **NAME) is None
    assert blocks.find(blocks.put(b"", "x\n", "mutt", "//"), **NAME) is None


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
@pytest.mark.parametrize(
    "content",
    ["# note \\", "# note \\\n", "set beep \\", "set beep \\\n", "set beep \\\\\n", "set beep \\\r\n"],
)
def test_a_last_line_that_goes_on_does_not_swallow_our_part(program: str, content: str) -> None:
    """And neither does ours what follows: the end mark, and the user's next line."""
    text = "set realname = 'Ada'\n# ours \\\n"
    whole = blocks.put(content.encode(), text, program, "#").decode() + "set from = 'x@y.example'\n"
    shown, _ = query(program, whole, ["realname", "from"])
    assert shown == {"realname": "Ada", "from": "x@y.example"}


def test_mutt_does_swallow_the_line_below_such_a_comment() -> None:
    """The reason for the empty line; if this fails one day, it is no longer needed."""
    shown, _ = query("mutt", "# note \\\nset realname = 'Ada'\n", ["realname"])
    assert shown["realname"] != "Ada"
