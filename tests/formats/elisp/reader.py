r"""How Emacs reads the data of a Lisp file. Source: Emacs Lisp manual, "Lisp Data Types", and Emacs 28.2.

Lists in parentheses, strings in double quotes with a backslash before what is meant as it is, whole numbers,
symbols, `'` before what is not evaluated, `;` to the end of a line. All else raises Doubtful.
"""

from __future__ import annotations

import re
from typing import Any

from tests.readers import Doubtful, Rejected

#: A text, a number, a Symbol, or a list of these.
Form = Any
TOKEN = re.compile(
    r"""\s+|;[^\n]*|(?P<mark>[()]|\#?')|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"';\\]+)""", re.DOTALL
)


class Symbol(str):
    """A name, which is not a text."""

    __slots__ = ()


def read(text: str) -> list[Form]:
    r"""The forms of a file in order; what is quoted is a list of the symbol `quote` and itself.

    Raises Rejected where parentheses or quotes do not close, Doubtful for escapes other than \" and \\.

    >>> read("(setq x '(\"a\\\"b\" 5 t)) ; it's")
    [['setq', 'x', ['quote', ['a"b', 5, 't']]]]
    """
    open_lists: list[list[Form]] = [[]]
    quoted: list[int] = []

    def add(form: Form) -> None:
        while quoted and quoted[-1] == len(open_lists):
            quoted.pop()
            form = [Symbol("quote"), form]
        open_lists[-1].append(form)

    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        line = text.count("\n", 0, at) + 1
        if not found:
            raise Rejected(line, "a string that does not end, or a stray backslash")
        at = found.end()
        if found["text"] is not None:
            if re.search(r"(?<!\\)(?:\\\\)*\\[^\\\"]", found["text"]):
                raise Doubtful(line, "an escape that is not modelled")
            add(re.sub(r"\\(.)", r"\1", found["text"]))
        elif found["word"]:
            if found["word"].startswith(("?", "#", "`", ",")):
                raise Doubtful(line, "syntax that is not modelled")
            add(int(found["word"]) if found["word"].isdigit() else Symbol(found["word"]))
        elif found["mark"] == "(":
            open_lists.append([])
        elif found["mark"] == ")":
            if len(open_lists) == 1:
                raise Rejected(line, "a parenthesis too many")
            add(open_lists.pop())
        elif found["mark"]:
            quoted.append(len(open_lists))
    if len(open_lists) > 1 or quoted:
        raise Rejected(text.count("\n") + 1, "the end stands within a form")
    return open_lists[0]


def settings(text: str) -> dict[str, Form]:
    """What `setq` sets, and by add-to-list what is put in lists, by the names of the variables."""
    found: dict[str, Form] = {}
    for form in read(text):
        name, value = form[1], form[-1]
        if form[0] == "add-to-list":
            name, value = name[1], form[2]
        if isinstance(value, list) and value[:1] == ["quote"]:
            value = value[1]
        if form[0] == "setq":
            found[str(name)] = value
        elif form[0] == "add-to-list":
            found.setdefault(str(name), []).append(value)
    return found
