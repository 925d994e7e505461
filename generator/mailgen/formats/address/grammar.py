"""The grammar of a file that holds one address, where a comma would begin another."""

from __future__ import annotations

from mailgen.formats.aliases.grammar import text
from mailgen.formats.quoting import Grammar

GRAMMAR = Grammar("address", text, ("no", "yes"))
