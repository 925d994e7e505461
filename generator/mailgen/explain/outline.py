"""What stands where in a template's source: for each piece of text it can yield, the line and the conditions.

A compiled template (see render/runtime.py) yields its pieces with `yield` statements that stand in the order
of the source. The catalogue keeps the outline of each template beside it (dataset/outlines.py makes it), so
that explaining needs neither the source nor Jinja2; and nobody pays for it who does not ask.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from mailgen.core.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as the template has it, in which `line`, and whether it `holds` where it is quoted."""

    text: str
    line: int
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of literal text on one line, with its line break if it has one, and the note before it."""

    line: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one `yield` of a compiled template yields.

    `kind` is text (then `fragments`), value (then `expression`) or include; `conditions` are those
    that hold there, the outermost first.
    """

    kind: str
    line: int
    conditions: tuple[Condition, ...]
    fragments: tuple[Fragment, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of one template by the line of the generated code that yields them."""

    parts: Mapping[int, Part]

    def at(self, generated: int) -> Part:
        """Return the part that is yielded at a line of the generated code, or next after it."""
        return self.parts[min(line for line in self.parts if line >= generated)]


@lru_cache(maxsize=256)  # who explains many accounts meets the same few templates
def outline_from_text(text: str) -> Outline:
    """Return the outline that a text of JSON says (see dataset/outlines.py)."""
    record = json.loads(text)
    conditions = [Condition(*one) for one in record["conditions"]]
    return Outline(
        {
            generated: Part(
                kind,
                line,
                tuple(conditions[number] for number in holding),
                tuple(Fragment(*one) for one in fragments),
                expression,
            )
            for generated, kind, line, holding, fragments, expression in record["parts"]
        }
    )
