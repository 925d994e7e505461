"""Floor 1: one folder a configuration format: its grammar, its reader, its rules.

Nothing outside a format's folder knows it by name: a manifest names the grammar of its files, and `load`
finds it.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.quoting import Grammar


def load(name: str) -> Grammar:
    """Return the grammar of that name: GRAMMAR of the folder's grammar.py; raises KeyError for another."""
    try:
        grammar: Grammar = import_module(f"mailgen.formats.{name}.grammar").GRAMMAR
    except (ModuleNotFoundError, AttributeError):
        raise KeyError(name) from None
    return grammar
