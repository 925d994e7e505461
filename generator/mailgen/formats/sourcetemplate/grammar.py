"""The grammar of sources for all users of a machine. Read back from evolution-source-registry 3.46."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.formats.sourcefile import grammar
from mailgen.model.tokens import Joined, NamedAddress, StoreRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def unexpanded(written: str) -> str:
    """Return what stands to the right of an equals sign, which is each user's copy too.

    Raises Unquotable for `${`, behind which a word would be taken for a variable, whatever is in front of it.
    Source: e_autoconfig_replace_vars in evolution-source-registry-autoconfig.c of 3.46; copies that it made.

    >>> unexpanded("a$b{c}@sohu.com")
    'a$b{c}@sohu.com'
    """
    if "${" in written:
        raise Unquotable(Text("Evolution puts the value of a variable in the place of {mark}", mark="${"))
    return written


def _checked(kind: type) -> Callable[[Any], str]:
    form = grammar.GRAMMAR.forms[kind]
    return lambda value: unexpanded(form(value))


GRAMMAR = replace(
    grammar.GRAMMAR,
    name="sourcetemplate",
    text=lambda value: unexpanded(grammar.text(value)),
    forms={**grammar.GRAMMAR.forms, **{kind: _checked(kind) for kind in (Joined, NamedAddress, StoreRef)}},
)
