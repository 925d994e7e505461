"""Sources for all users of a machine, each with a revision: whoever has a copy of another one gets it anew.

Source: evolution-source-registry-autoconfig.c of 3.46; copies that it made.
"""

from __future__ import annotations

from mailgen.formats.sourcetemplate.grammar import GRAMMAR
from mailgen.formats.structure import Encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def with_revision(lines: Mapping[str, Any]) -> str:
    r"""Write the lines of a source by their numbers, and behind them a revision, which only depends on them.

    >>> print(with_revision(lines_by_number("# x\n[Data Source]\n\nEnabled=true\n")), end="")
    # x
    <BLANKLINE>
    [Data Source]
    Enabled=true
    <BLANKLINE>
    [Autoconfig]
    Revision=43c31b7117d05fda
    """
    from hashlib import sha256

    text = "\n".join(lines.values()).replace("\n[", "\n\n[") + "\n"
    return f"{text}\n[Autoconfig]\nRevision={sha256(text.encode()).hexdigest()[:16]}\n"


def lines_by_number(text: str) -> dict[str, str]:
    r"""Return the lines of a source by their numbers; empty ones say nothing.

    >>> lines_by_number("[Data Source]\n\nEnabled=true\n")
    {'0': '[Data Source]', '1': 'Enabled=true'}
    """
    lines = (line for line in text.split("\n") if line.strip())
    return {str(number): line for number, line in enumerate(lines)}


ENCODERS = {
    "": Encoder(
        with_revision,
        "words",
        GRAMMAR.shown or "",
        read=lines_by_number,
        template=GRAMMAR.redaction,
    )
}
