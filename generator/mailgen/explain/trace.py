"""Rendering that remembers: which template yielded each piece of text, and which values it asked for.

The same compiled templates run on the environment of runtime.py; this one only listens. It is imported
by nobody but who explains a file, so that a plain run knows nothing of it.
"""

from __future__ import annotations

from mailgen.core.values import dataclass
from mailgen.formats.quoting import Quoted
from mailgen.model.account import Account, Identity
from mailgen.model.tokens import Secret
from mailgen.render.runtime import Context, Environment, Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from mailgen.formats.quoting import Grammar


@dataclass(frozen=True, slots=True)
class Read:
    """A value that a template asked for: the `account` it belongs to, or None, and its `path` there."""

    account: Account | None
    path: str


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """Where a piece came from: `template`, `line` of its generated code, and by line of the template's
    source what the conditions there asked for last."""

    template: str
    line: int
    asked: Mapping[int, tuple[Read, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file: its `text`, its `places` (the including template first), the values read
    for it, and whether it is a `secret`."""

    text: str
    places: tuple[TemplatePlace, ...]
    reads: tuple[Read, ...]
    secret: bool


class _Running:
    """A template that is running: its generator, and what each line of it asked for since when."""

    def __init__(self, template: Template, generator: Any) -> None:
        self.template = template
        self.generator = generator
        self.reads: dict[int, tuple[int, list[Read]]] = {}
        self._lines: dict[int, int] = {}

    @property
    def line(self) -> int:
        line: int = self.generator.gi_frame.f_lineno
        return line

    def asked(self) -> dict[int, tuple[Read, ...]]:
        asked: dict[int, tuple[Read, ...]] = {}
        for line, (_, reads) in self.reads.items():
            if line not in self._lines:
                self._lines[line] = self.template.line(line)
            ours = self._lines[line]
            asked[ours] = (*asked.get(ours, ()), *reads)
        return asked


class _Traced(str):
    """A piece that has been noted already; an including template passes it on."""

    __slots__ = ()


class TracingEnvironment(Environment):
    """An environment that keeps, for each file it renders, the pieces it is made of, in `files`."""

    def __init__(self, grammar: Grammar, sources: Mapping[str, str]) -> None:
        super().__init__(grammar, sources)
        self.files: list[list[Piece]] = []
        self._stack: list[_Running] = []
        self._known: dict[int, tuple[object, Read]] = {}
        self._secret = False

    def render(self, name: str, variables: Mapping[str, object]) -> str:
        """Return the text of a template as the plain environment does, and note its pieces."""
        self.files.append([])
        self._known = {}
        account = variables.get("account")
        for variable, value in variables.items():
            if isinstance(value, Account):
                self._know(value, Read(value, ""))
            elif isinstance(value, Identity) and isinstance(account, Account):
                self._know(value, Read(account, f"senders[{account.senders.index(value)}]"))
            else:
                self._know(value, Read(None, variable))
        return super().render(name, variables)

    def made(self, name: str) -> Template:
        template = super().made(name)
        template.root_render_func = self._traced(template, template.root_render_func)
        return template

    def _traced(
        self, template: Template, root: Callable[[Context], Iterator[str]]
    ) -> Callable[[Context], Iterator[str]]:
        def run(context: Context) -> Iterator[str]:
            generator: Any = root(context)
            running = _Running(template, generator)
            while True:
                self._stack.append(running)
                try:
                    text = next(generator)
                    if not isinstance(text, _Traced):
                        text = self._note(text)
                except StopIteration:
                    return
                finally:
                    self._stack.pop()
                yield text

        return run

    def _note(self, text: str) -> str:
        """Keep a piece, with the place that each running template has got to."""
        places = tuple(TemplatePlace(one.template.name, one.line, one.asked()) for one in self._stack)
        innermost = self._stack[-1]
        since, reads = innermost.reads.get(innermost.line, (-1, []))
        own = tuple(reads) if since == len(self.files[-1]) else ()
        self.files[-1].append(Piece(text, places, own, self._secret))
        self._secret = False
        return _Traced(text)

    def finalize(self, value: object) -> Quoted:
        self._secret = isinstance(value, Secret)
        return super().finalize(value)

    def getattr(self, owner: Any, name: str) -> object:
        return self._read(owner, f".{name}", super().getattr(owner, name))

    def getitem(self, owner: Any, key: object) -> object:
        return self._read(owner, f"[{key}]", super().getitem(owner, key))

    def _read(self, owner: object, step: str, value: object) -> object:
        _, known = self._known.get(id(owner), (None, Read(None, type(owner).__name__.lower())))
        if not isinstance(value, Account):
            read = Read(known.account, (known.path + step).lstrip("."))
            self._know(value, read)
            running, count = self._stack[-1], len(self.files[-1])
            since, reads = running.reads.get(running.line, (-1, []))
            if since != count:
                reads = []
            # `a.b.c` is read step by step; the longer path stands for the shorter ones.
            reads = [one for one in reads if one != known]
            running.reads[running.line] = (count, [*reads, read])
        return value

    def _know(self, value: object, read: Read) -> None:
        """Remember by which path a value was reached; the value is kept, so that its id stays its own."""
        if isinstance(value, str | int | float | bool | None):
            return
        self._known[id(value)] = (value, read)
        if isinstance(value, list | tuple):
            for number, item in enumerate(value):
                own = (
                    Read(item, "")
                    if isinstance(item, Account)
                    else Read(read.account, f"{read.path}[{number}]")
                )
                self._know(item, own)
