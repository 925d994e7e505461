"""Holes of templates: what another program fills in before a client reads the file."""

from __future__ import annotations

import re

#: {{ x }}, {% x %}, <% x %>, [[ x ]], ${X}, #{X}, $X, $(x), @X@, @@X@@, %X%, %%X%%, __X__ and <x>: of the
#: kinds that have no marks on both sides only names in capitals, for a password may well begin with a dollar.
_HOLE = (
    r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\[\[.*?\]\]|[$#]\{[A-Za-z_][\w.:-]*\}|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*(?!\w)"
    r"|@@?[A-Za-z_][\w.-]*@@?(?!\w)|%%?[A-Za-z_]\w*%%?|__[A-Za-z]\w*?__|<[A-Za-z_][^<>@]*>"
)
_WHOLE = re.compile(rf"\s*(?:(?:{_HOLE})\s*)+")
_ANY = re.compile(_HOLE)
#: What other grammars would cut into words. Each stands in one line.
_BLOCKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\{#.*?#\}")
_LONGEST = 1000
#: How a block begins once it is masked.
BLOCK = "{{"
_MASKED = re.compile(r"\{\{_*\}\}")


def is_hole(text: str) -> bool:
    """Say whether a text is nothing but holes of a template, in quotes or not.

    >>> [is_hole(text) for text in ("{{ x }}", "$SECRET", "${secret}", "@@PASS@@", "%%PASS%%", "<a b>")]
    [True, True, True, True, True, True]
    >>> [is_hole(text) for text in ("$ecret", "hunter2", "a@b.example", "x{{ y }}", "100%", "")]
    [False, False, False, False, False, False]
    """
    return len(text) < _LONGEST and _WHOLE.fullmatch(text.strip("\"'")) is not None


def has_hole(text: str) -> bool:
    """Say whether a hole of a template is a part of a text.

    >>> has_hole("smtp.{{ domain }}"), has_hole("smtp.example.org")
    (True, False)
    """
    return len(text) < _LONGEST and _ANY.search(text) is not None


def is_filled(text: str) -> bool:
    """Say whether a value is a hole of a template, or has a block: of the other kinds a part may be meant.

    >>> is_filled("{{ user }}"), is_filled("mail.{{ x }}"), is_filled("@@USER@@"), is_filled("Ada <work>")
    (True, True, True, False)
    """
    return (BLOCK in text and "}}" in text.partition(BLOCK)[2]) or is_hole(text)


def masked(text: str) -> str:
    """Return the text of a file with its blocks for a template in a form that no grammar cuts into words.

    Every character stays in its place. A line of nothing but such blocks becomes a comment.

    >>> masked("{% if x %}\\npassword {{ y }}\\n")
    '#_________\\npassword {{___}}\\n'
    """
    if "{{" not in text and "{%" not in text and "<%" not in text:
        return text
    return "\n".join(_masked(line) if "%" in line or "{{" in line else line for line in text.split("\n"))


def unmasked(text: str) -> str:
    """Return a value of a masked text as a message may show it: what stood in a block is not known any more.

    >>> unmasked("smtp.{{________}}"), unmasked("smtp.lab.example")
    ('smtp.{{...}}', 'smtp.lab.example')
    """
    return _MASKED.sub("{{...}}", text) if BLOCK in text else text


def _masked(line: str) -> str:
    if len(line) > _LONGEST:
        return line
    rest = _BLOCKS.sub("", line)
    if rest != line and not rest.strip():
        return "#" + "_" * (len(line) - 1)
    return _BLOCKS.sub(lambda found: BLOCK + "_" * (len(found.group()) - 4) + "}}", line)
