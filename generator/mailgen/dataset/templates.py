"""Templates as people write them: Jinja2, read by a lint that leaves nothing to forget, and compiled.

The house rules: every printed value is a value of an account (an attribute), it stands as a whole
token between blanks, nobody writes quotes around it, and a template chooses and repeats but never
computes. What is not on the list of allowed nodes is refused, so a new way around the quoting has
to be invited in.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from mailgen import formats
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.formats.quoting import quote
from mailgen.render.runtime import FILTERS, KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.quoting import Grammar

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Include,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
)


#: Stands for the edge of a template, where a value may begin or end; an include begins a line.
_EDGE = "\n"


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One house rule broken in one line of a template."""

    line: int
    what: str


def environment(grammar: str, loader: jinja2.BaseLoader | None = None) -> jinja2.Environment:
    """Return the Jinja2 environment of a grammar: undefined names are errors, all values are quoted."""
    chosen = formats.load(grammar)
    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: quote(value, chosen),
        loader=loader,
    )
    made.filters = dict(FILTERS)
    made.tests = {}
    made.globals = {}
    return made


def names_of(source: str, grammar: str) -> set[str]:
    """Return the names of the templates that a template includes."""
    tree = environment(grammar).parse(source)
    return {
        node.template.value
        for node in tree.find_all(nodes.Include)
        if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
    }


def compiled_templates(folder: Path, name: str, grammar: str) -> dict[str, str]:
    """Return the compiled Python source of the template `name` and of all it includes, by name.

    `name` is relative to `folder`, the templates folder: `msmtp/msmtprc.j2`. Raises MailgenError,
    with file and line, for a template that is missing, is not Jinja2 or breaks a house rule.
    """
    compiled: dict[str, str] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in compiled:
            continue
        path = folder / current
        try:
            source = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise MailgenError(
                "this template is missing", str(path), "add it, or correct target.yaml"
            ) from None
        compiled[current] = compile_source(source, str(path), grammar, current)
        waiting += sorted(names_of(source, grammar))
    return compiled


def compile_source(source: str, where: str, grammar: str, name: str = "template") -> str:
    """Compile one template to the Python source that runtime.py runs.

    `where` is its path, for errors only; the result does not depend on where the checkout lies.
    """
    made = environment(grammar)
    try:
        problems = list(template_problems(source, grammar))
        generated = made.compile(source, name, name, raw=True)
    except jinja2.TemplateSyntaxError as error:
        raise MailgenError(
            Text("this is not a Jinja2 template: {message}", message=error.message),
            f"{where}:{error.lineno}",
            "correct the template",
        ) from None
    if problems:
        first = problems[0]
        raise MailgenError(
            first.what, f"{where}:{first.line}", "see the rules for templates in CONTRIBUTING.md"
        )
    # A line stands in place of each line of imports, so that the line numbers of debug_info keep fitting.
    lines = [
        "" if line.startswith("from jinja2.runtime import ") else line for line in generated.splitlines()
    ]
    code = "\n".join(lines[1:])
    return f"{KEPT}{sha256(code.encode()).hexdigest()[:24]}\n{code}"


def module_of_template(source: str) -> tuple[str, str]:
    """Return the path, below the package, and the text of the module that a compiled template is in a wheel.

    It has the same lines as the source, and the same names in it as `render.runtime` would give.
    """
    head, _, code = source.partition("\n")
    names = "from mailgen.render.runtime import MISSING as missing, passed as escape"
    path = head.removeprefix("# mailgen.").replace(".", "/") + ".py"
    return path, f"{names}; environment = Undefined = None\n{code}\n"


def template_problems(source: str, grammar: str) -> Iterator[TemplateProblem]:
    """Yield what breaks the house rules in a template's source."""
    tree = environment(grammar).parse(source)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, (*_ALLOWED, nodes.EvalContext, nodes.Keyword)):
            yield TemplateProblem(
                node.lineno, Text("{name} has no place in a template", name=type(node).__name__.lower())
            )
        if isinstance(node, nodes.Include) and not isinstance(node.template, nodes.Const):
            yield TemplateProblem(node.lineno, "a template includes others by name only")
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            yield TemplateProblem(node.lineno, Text("{attr} is no value for a template", attr=node.attr))
        if isinstance(node, nodes.Name) and node.name == "loop":
            yield TemplateProblem(node.lineno, "loop has no place in a template; number the accounts instead")
    yield from _lint_outputs(tree, grammar)


def _lint_outputs(tree: nodes.Template, grammar: str) -> Iterator[TemplateProblem]:
    """Look at each printed value with the text before and behind it on its line."""
    chosen = formats.load(grammar)
    pieces = list(_pieces(tree))
    for index, (kind, node) in enumerate(pieces):
        before = pieces[index - 1][1] if index else None
        if (
            isinstance(node, nodes.Include)
            and isinstance(before, nodes.TemplateData)
            and not before.data.endswith("\n")
        ):
            yield TemplateProblem(node.lineno, "an include begins a line")
        if kind != "value":
            continue
        assert isinstance(node, nodes.Expr)
        yield from _lint_value(node)
        if _is_bare(node):
            continue
        sides = (_text_before(pieces, index)[-1:], _text_behind(pieces, index)[:1])
        for text, wrong in zip(sides, _NO_TOKEN, strict=True):
            if not (text.isspace() or (text and text in chosen.delimiters)):
                yield TemplateProblem(node.lineno, wrong)
        mark = _left_open(_text_of(pieces[:index]), chosen)
        if mark and mark in chosen.quotes:
            yield TemplateProblem(node.lineno, "a value stands inside quotes; every value brings its own")
        elif mark:
            yield TemplateProblem(node.lineno, "a value stands inside a comment, which it might end")


#: What is said where no blank stands before a value, and where none stands behind it.
_NO_TOKEN = (
    "a value is a whole token: put a blank before it",
    "a value is a whole token: put a blank behind it",
)


def _is_bare(node: nodes.Node) -> bool:
    """Say whether a value is printed without quotes and may stand within a longer word."""
    return isinstance(node, nodes.Filter) and node.name in ("number", "id")


def _text_before(pieces: list[tuple[str, nodes.Node]], index: int) -> str:
    """Return the text right before a piece; "x", which no value may touch, for a branch or a value."""
    if index == 0:
        return _EDGE
    _, node = pieces[index - 1]
    return node.data if isinstance(node, nodes.TemplateData) else "x"


def _text_behind(pieces: list[tuple[str, nodes.Node]], index: int) -> str:
    if index + 1 == len(pieces):
        return _EDGE
    _, node = pieces[index + 1]
    return node.data if isinstance(node, nodes.TemplateData) else "x"


def _text_of(pieces: list[tuple[str, nodes.Node]]) -> str:
    return "".join(node.data for _, node in pieces if isinstance(node, nodes.TemplateData))


def _left_open(text: str, grammar: Grammar) -> str:
    r"""Return the quote, or the beginning of a comment with an end of its own, that a text leaves open.

    "" is for neither. Quotes in a comment do not count, nor does what stands behind a backslash.

    >>> from mailgen.formats.prefs.grammar import GRAMMAR as prefs
    >>> [_left_open(text, prefs) for text in ("pref('a', ", "pref('a", "x; // it's", "/* it's ", "'/*', ")]
    ['', "'", '', '/*', '']
    """
    at, mark = 0, ""
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif mark or (comment := _comment_at(text, at, grammar)) is None:
            is_mark = text[at] == mark if mark else text[at] in grammar.quotes
            mark = mark if not is_mark else "" if mark else text[at]
            at += 1
        else:
            begin, end = comment
            found = text.find(end, at + len(begin))
            if found < 0:
                return "" if end == "\n" else begin
            at = found + len(end)
    return mark


def _comment_at(text: str, at: int, grammar: Grammar) -> tuple[str, str] | None:
    """Return what begins and what ends the comment that begins at a place of a text; None if none does.

    One begins behind a blank or a delimiter, or at the start of a line, or only there: its grammar says so.
    """
    line = text[:at].rpartition("\n")[2]
    for begin, end in grammar.comments:
        may_begin = not line.strip() if begin[0] == "\n" else not line[-1:].strip(" \t" + grammar.delimiters)
        if may_begin and text.startswith(begin.lstrip("\n"), at):
            return begin.lstrip("\n"), end
    return None


def _pieces(node: nodes.Node) -> Iterator[tuple[str, nodes.Node]]:
    """Yield the text, the values and the branches of a template in the order of its source."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Output):
            for part in child.nodes:
                yield ("text" if isinstance(part, nodes.TemplateData) else "value"), part
        elif isinstance(child, nodes.If | nodes.For | nodes.Include):
            yield "branch", child
            yield from _pieces(child)
            yield "branch", child


def _lint_value(node: nodes.Expr) -> Iterator[TemplateProblem]:
    named = any(isinstance(part, nodes.Getattr) for part in (node, *node.find_all(nodes.Getattr)))
    if not (named or _is_bare(node)):
        yield TemplateProblem(node.lineno, "only an attribute of a value may be printed; a refusal names it")
    allowed: set[int] = set()
    for part in (node, *node.find_all(nodes.Expr)):
        if isinstance(part, nodes.Filter) and part.name == "kw":
            allowed.update(id(argument) for argument in part.args)
            others = part.kwargs or part.dyn_args or part.dyn_kwargs
            if others or not all(isinstance(argument, nodes.Const) for argument in part.args):
                yield TemplateProblem(node.lineno, "the keywords of kw are written out")
        elif isinstance(part, nodes.Filter):
            allowed.update(id(argument) for argument in part.args)
        elif isinstance(part, nodes.Compare):
            allowed.update(id(operand.expr) for operand in part.ops)
        elif isinstance(part, nodes.Getitem):
            allowed.add(id(part.arg))
    for part in (node, *node.find_all(nodes.Const)):
        if isinstance(part, nodes.Const) and id(part) not in allowed:
            yield TemplateProblem(
                node.lineno, "a literal is printed as a value; write it as text of the template"
            )
