"""How Swaks reads its options. Source: swaks(1), CONFIGURATION FILES, and what `swaks --dump` printed.

A line is an option; its dashes may be missing. What stands behind the first blank is its argument, as it is,
but what begins with a dash is the next option. An empty line ends them all. A line that begins with # is a
remark, and nothing else is one.
"""

from __future__ import annotations

from tests.readers import Doubtful


def read(text: str) -> dict[str, str | None]:
    """Return the options with their arguments, None where there is none; the last of a name counts."""
    found: dict[str, str | None] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        if line.startswith("#"):
            continue
        if not line:
            raise Doubtful(number, "nothing may follow")
        name, blank, value = line.partition(" ")
        if blank and (not value or value.startswith("-")):
            raise Doubtful(number, "asks, or reads another option")
        found[name.lstrip("-")] = value if blank else None
    return found
