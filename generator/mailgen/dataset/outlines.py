"""Outlines of templates: where each piece that a compiled one yields stands in its source, as plain data.

Reading the source again, as Jinja2 parses it, and counting gives each `yield` statement of the compiled
template its place. That is done when the catalogue is made; explain/outline.py reads what comes of it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from jinja2 import nodes

from mailgen.core.errors import MailgenError
from mailgen.dataset import templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    #: Text, line, and whether it holds.
    Condition = tuple[str, int, bool]
    #: Line, text, and the note before it.
    Fragment = tuple[int, str, str]
    #: Kind (text, value or include), line, conditions, fragments, and the expression of a value.
    Part = tuple[str, int, tuple[Condition, ...], tuple[Fragment, ...], str]

_YIELD = re.compile(r"^ *yield (?!None$)")
_OPERATORS = {
    "eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in",
}  # fmt: skip


def outline_text(source: str, compiled: str, grammar: str, where: str = "a template") -> str:
    """Match the parts of a template's source with the `yield` statements of the compiled one.

    Returns, as JSON, the `conditions` of the template, each once, and its `parts`, each with the line of the
    generated code that yields it and the numbers of its conditions. Raises MailgenError if they do not fit.
    """
    environment = templates.environment(grammar)
    tree = environment.parse(source)
    notes = {
        line + text.count("\n"): _one_line(text)
        for line, kind, text in environment.lex(source)
        if kind == "comment"
    }
    parts = list(_parts(tree.body, (), _Notes(notes)))
    yields = [number for number, line in enumerate(compiled.split("\n"), 1) if _YIELD.match(line)]
    if len(parts) != len(yields):
        raise MailgenError("this template is not the one that was compiled", where, "install mailgen again")
    numbers: dict[Condition, int] = {}
    said = [
        [generated, kind, line, [numbers.setdefault(one, len(numbers)) for one in holding], fragments, text]
        for generated, (kind, line, holding, fragments, text) in zip(yields, parts, strict=True)
    ]
    return json.dumps({"conditions": list(numbers), "parts": said}, ensure_ascii=False, separators=(",", ":"))


class _Notes:
    """The notes of a template, each handed out once, to the first text behind it."""

    def __init__(self, by_line: dict[int, str]) -> None:
        self._waiting = sorted(by_line.items())

    def before(self, line: int) -> str:
        note = ""
        while self._waiting and self._waiting[0][0] <= line:
            note = self._waiting.pop(0)[1]
        return note


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _parts(body: list[nodes.Node], conditions: tuple[Condition, ...], notes: _Notes) -> Iterator[Part]:
    for node in body:
        if isinstance(node, nodes.Output):
            yield from _output(node, conditions, notes)
        elif isinstance(node, nodes.Include):
            yield "include", node.lineno, conditions, (), ""
        elif isinstance(node, nodes.For):
            yield from _parts(node.body, conditions, notes)
            yield from _parts(node.else_, conditions, notes)
        elif isinstance(node, nodes.If):
            failed: tuple[Condition, ...] = ()
            for branch in (node, *node.elif_):
                text = expression(branch.test)
                yield from _parts(branch.body, (*conditions, *failed, (text, branch.lineno, True)), notes)
                failed += ((text, branch.lineno, False),)
            yield from _parts(node.else_, (*conditions, *failed), notes)


def _output(node: nodes.Output, conditions: tuple[Condition, ...], notes: _Notes) -> Iterator[Part]:
    """Yield the parts of an output; text that only a note interrupts is yielded as one."""
    texts: list[Fragment] = []
    for child in node.nodes:
        if isinstance(child, nodes.TemplateData):
            for offset, text in enumerate(child.data.splitlines(keepends=True)):
                line = child.lineno + offset
                texts.append((line, text, notes.before(line) if text.strip() else ""))
            continue
        if texts:
            yield "text", texts[0][0], conditions, tuple(texts), ""
            texts = []
        yield "value", child.lineno, conditions, (), expression(child)
    if texts:
        yield "text", texts[0][0], conditions, tuple(texts), ""


def expression(node: nodes.Node) -> str:
    """Return an expression of a template as people write it; only what the lint allows is known."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Const():
            return f'"{node.value}"' if isinstance(node.value, str) else repr(node.value)
        case nodes.Getattr():
            return f"{expression(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{expression(node.node)}[{expression(node.arg)}]"
        case nodes.Not():
            return f"not {expression(node.node)}"
        case nodes.And():
            return f"{expression(node.left)} and {expression(node.right)}"
        case nodes.Or():
            return f"({expression(node.left)} or {expression(node.right)})"
        case nodes.Compare():
            rest = (f"{_OPERATORS[operand.op]} {expression(operand.expr)}" for operand in node.ops)
            return " ".join([expression(node.expr), *rest])
        case nodes.Filter() if node.node is not None:
            words = ", ".join(expression(argument) for argument in node.args)
            return f"{expression(node.node)} | {node.name}" + (f"({words})" if words else "")
    return type(node).__name__.lower()
