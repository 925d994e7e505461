"""Files of one setting a line, a name before its value: where something is to be hidden."""

from __future__ import annotations

import re

from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]

_LINE = re.compile(r"^[ \t]*([^\s=]+)?[ \t]*=?[ \t]*([^\n]*)", re.MULTILINE)


def showing(names: str) -> Finder:
    """Return what finds secrets where only the settings with these names, between blanks, may be shown.

    A ! behind a name says that its value is a command for the shell, a ? that it is shown only where it has
    no value, $( that it is shown only where it is a command for the shell between $( and ), and [] that lines
    in brackets name a part of the file. Capitals and small letters are alike.

    >>> text = "Host h\\nPass x\\nPassCmd 'pass show x'\\nPassCmd 'echo x'"
    >>> [text[start:end] for start, end in showing("host passcmd!")(text, False)]
    ['Pass', "'echo x'"]
    >>> [text[start:] for text in ("Pass x", "Pass") for start, end in showing("pass?")(text, False)]
    ['Pass x']
    >>> [text[start:] for text in ("pass x", "pass $(show)") for start, end in showing("pass$(")(text, False)]
    ['pass x']
    """
    commands = {name[:-2].lower() for name in names.split() if name.endswith("$(")}
    empty = {name[:-1].lower() for name in names.split() if name.endswith("?")}
    named = {name.rstrip("!").lower(): name.endswith("!") for name in names.split() if name[-1] not in "?("}

    def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
        for line in _LINE.finditer(text):
            word, rest = line[1] or "", line[2].rstrip()
            if word.startswith(("#", ";")):
                remark = line[0].strip()
                if own or remark_may_hold_secret(remark) or _commented(remark, named):
                    yield line.start(1), line.end()
            elif "[]" in named and line[0].strip()[:1] == "[" and line[0].strip()[-1:] == "]":
                if word_may_hold_secret(line[0].strip()):
                    yield line.start(1), line.end()
            elif word.lower() in commands and rest.startswith("$("):
                if command_may_hold_secret(rest):
                    yield line.span(2)
            elif word and word.lower() not in named:
                if rest or word.lower() not in empty:
                    yield line.start(1), line.end(1)
            elif word_may_hold_secret(rest) or (named.get(word.lower()) and command_may_hold_secret(rest)):
                yield line.span(2)

    return hidden


def _commented(remark: str, named: dict[str, bool]) -> bool:
    """Say whether a comment is a command, commented out, that may not be shown."""
    found = _LINE.match(remark.lstrip("#; \t"))
    word = (found[1] or "").lower() if found else ""
    return bool(found and named.get(word) and command_may_hold_secret(found[2]))
