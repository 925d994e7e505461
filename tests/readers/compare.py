"""How a reader is compared with its program, and what is thrown at both."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.programs import Objected
from tests.readers import Doubtful, Rejected, cases

LETTERS = "é已😀\N{COMBINING ACUTE ACCENT}\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"
MARKS = [*"'\"\\#;%=~{}^:,()&!@+-$/", "''", '""', "\\'", '\\"', "\\\\", " ", "  ", "\t", "$a", "${", "${a}"]
PIECES = [*MARKS, *LETTERS, "已发送", "a", "n", "x41", "101", "0", "cA"]

QUIET = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
"""Text out of whatever means something to one of the grammars, except backticks."""

RAW = st.lists(st.sampled_from([*PIECES, "`"]), max_size=10).map("".join)
"""The same with backticks, for the programs that do not run them."""


def outcome(read: Callable[..., Any], *arguments: Any) -> Any:
    """What a reader or a program makes of it: its answer, or cases.OBJECTS, or cases.SILENT."""
    try:
        return read(*arguments)
    except (Rejected, Objected):
        return cases.OBJECTS
    except Doubtful:
        return cases.SILENT


def agree(read: Callable[[str], Any], read_back: Callable[[str], Any], text: str) -> None:
    """Reader and program say the same; where the reader has doubts there is nothing to compare."""
    ours = outcome(read, text)
    if ours != cases.SILENT:
        assert ours == outcome(read_back, text)
