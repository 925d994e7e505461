"""Floor 1: one folder a configuration format: its grammar, its reader, its rules.

Nothing outside a format's folder knows it, or a program, by name: a manifest names the grammar of its files,
`load` finds it, and `read_as` what `lint` and `import` ask of it.
"""

from __future__ import annotations

from importlib import import_module

from mailgen.core.values import remembered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.base import Format
    from mailgen.formats.quoting import Grammar


@remembered(256)
def load(name: str) -> Grammar:
    """Return the grammar of that name: GRAMMAR of the folder's grammar.py; raises KeyError for another."""
    try:
        grammar: Grammar = import_module(f"mailgen.formats.{name}.grammar").GRAMMAR
    except (ModuleNotFoundError, AttributeError):
        raise KeyError(name) from None
    return grammar


def read_as(name: str) -> Format | None:
    """Return the format of the grammar of that name: FORMAT of the folder's lint.py.

    None for a folder without one: such files are written and never read, nor taken for those of another.
    """
    module = f"mailgen.formats.{name}.lint"
    try:
        format: Format = import_module(module).FORMAT
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
    return format
