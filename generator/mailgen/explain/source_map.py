"""What stands where in a template's source: for each piece of text it can yield, the line and the conditions.

A compiled template (see runtime.py) yields its pieces with `yield` statements that stand in the order of
the source. Reading the source again, as Jinja2 parses it, and counting gives each of them its place;
so the compiled templates need not carry it, and nobody pays for it who does not ask.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import nodes

from mailgen import paths
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.dataset import templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_YIELD = re.compile(r"^ *yield (?!None$)")
_OPERATORS = {
    "eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as the template has it, in which `line`, and whether it `holds` where it is quoted."""

    text: str
    line: int
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of literal text on one line, with its line break if it has one, and the note before it."""

    line: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one `yield` of a compiled template yields.

    `kind` is text (then `fragments`), value (then `expression`) or include; `conditions` are those
    that hold there, the outermost first.
    """

    kind: str
    line: int
    conditions: tuple[Condition, ...]
    fragments: tuple[Fragment, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of one template by the line of the generated code that yields them."""

    parts: Mapping[int, Part]

    def at(self, generated: int) -> Part:
        """Return the part that is yielded at a line of the generated code, or next after it."""
        return self.parts[min(line for line in self.parts if line >= generated)]


def outline_of(name: str, compiled: str, grammar: str) -> Outline:
    """Return the outline of the template `name`, whose source is read from the templates folder.

    Raises MailgenError if the source is missing or is not the one that was compiled.
    """
    path = str(Path(paths.data_folder("templates"), name))
    try:
        source = paths.text_of_ours(path)
    except OSError as error:
        raise MailgenError(
            Text("the template cannot be read: {strerror}", strerror=error.strerror),
            path,
            "install mailgen again",
        ) from None
    return outline(source, compiled, grammar, path)


@lru_cache(maxsize=256)  # who explains many accounts meets the same few templates
def outline(source: str, compiled: str, grammar: str, where: str = "a template") -> Outline:
    """Match the parts of a template's source with the `yield` statements of the compiled one."""
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
    return Outline(dict(zip(yields, parts, strict=True)))


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
            yield Part("include", node.lineno, conditions)
        elif isinstance(node, nodes.For):
            yield from _parts(node.body, conditions, notes)
            yield from _parts(node.else_, conditions, notes)
        elif isinstance(node, nodes.If):
            failed: tuple[Condition, ...] = ()
            for branch in (node, *node.elif_):
                text = expression(branch.test)
                yield from _parts(branch.body, (*conditions, *failed, Condition(text, branch.lineno)), notes)
                failed += (Condition(text, branch.lineno, holds=False),)
            yield from _parts(node.else_, (*conditions, *failed), notes)


def _output(node: nodes.Output, conditions: tuple[Condition, ...], notes: _Notes) -> Iterator[Part]:
    """Yield the parts of an output; text that only a note interrupts is yielded as one."""
    texts: list[Fragment] = []
    for child in node.nodes:
        if isinstance(child, nodes.TemplateData):
            for offset, text in enumerate(child.data.splitlines(keepends=True)):
                line = child.lineno + offset
                texts.append(Fragment(line, text, notes.before(line) if text.strip() else ""))
            continue
        if texts:
            yield Part("text", texts[0].line, conditions, tuple(texts))
            texts = []
        yield Part("value", child.lineno, conditions, expression=expression(child))
    if texts:
        yield Part("text", texts[0].line, conditions, tuple(texts))


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
