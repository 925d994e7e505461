"""One module a grammar, each with its GRAMMAR; a run imports the one it needs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.quoting import Grammar

#: Names that a manifest may give as its grammar.
NAMES = ("fetchmail", "msmtp", "muttrc", "prefs")


def load(name: str) -> Grammar:
    """Return the grammar of that name, one of NAMES; raises KeyError for another."""
    if name not in NAMES:
        raise KeyError(name)
    from importlib import import_module

    grammar: Grammar = import_module(f"mailgen.grammars.{name}").GRAMMAR
    return grammar
