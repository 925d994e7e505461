"""The sentences of a library, which come as one string, as texts that have translations."""

from __future__ import annotations

import re

from .text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def recognised(sentence: str, templates: Iterable[str]) -> str:
    """Return a sentence as the first template that it is made of; if of none, or if it is a Text, as it is.

    >>> recognised("expected a, found c", ["found {it}", "expected {wanted}, found {it}"]).values["it"]
    'c'
    """
    if isinstance(sentence, Text):
        return sentence
    for template in templates:
        form = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(template))
        if found := re.fullmatch(form, sentence, re.S):
            return Text(template, **found.groupdict())
    return sentence
