"""One thing wrong in a file of the dataset: where, what, and how to mend it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from mailgen.core.errors import MailgenError, dotted
from mailgen.core.text import Text
from mailgen.dataset import yaml_lines
from mailgen.dataset.yaml_lines import Lines

Field = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing wrong in one data file: where, what, and how to mend it where that is not plain.

    `place` is where it is if the file cannot be read as YAML; then it has no fields. `lines` are those
    of the file where there may be many problems in it; else it is read again.
    """

    path: Path
    field: Field
    what: str
    mend: str = ""
    place: str = ""
    lines: Lines | None = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def where(self) -> str:
        """`file:line: field`, as editors and people find it."""
        if self.place:
            return self.place
        place = f"{self.path}:{self.line}"
        return f"{place}: {dotted(self.field)}" if self.field else Text("{place}: the file", place=place)

    @property
    def line(self) -> int:
        """The line (from 1) in which the field stands."""
        if self.place:
            return 0
        return (self.lines or Lines(yaml_lines.data_text(self.path))).of(self.field)

    @property
    def sentence(self) -> str:
        """What is wrong, and how to mend it."""
        return Text("{what}; {mend}", what=self.what, mend=self.mend) if self.mend else self.what

    def error(self) -> MailgenError:
        mend = self.mend or "correct the file; the schema describes every field"
        return MailgenError(self.what, self.where, mend)
