"""Readers of the four configuration grammars, written independently of mailgen's quoting code.

A reader takes the text of a file and says what the real program will make of it. Each grammar was
taken from the program itself (its manual page and what it read back), not from mailgen, so that a
mistake in mailgen cannot hide in its own tests. `tests/formats/test_readers.py` compares every reader with
its program.

A reader never guesses. It raises one of two errors:

    Rejected   the program rejects this too, aloud (exit code or a message)
    Doubtful   the program reads on in silence, but not in the way anyone can have meant, or in a
               way that differs between programs or is not modelled here
"""


class ReaderError(ValueError):
    """The reader will not say what this text means; see the two kinds."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class Rejected(ReaderError):
    """The real program rejects this as well, and says so."""


class Doubtful(ReaderError):
    """The real program reads on in silence, yet nothing good can come of it."""
