"""Reading YAML as plain data, and telling in which line a field stands."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Any

import yaml

from mailgen.core.errors import MailgenError
from mailgen.core.sentences import recognised
from mailgen.core.text import Listed, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

#: More is no file of people: of a provider's domains, fifty thousand fit.
LARGEST = 2 << 20
#: Up to here a text is read a second time for a better message.
_LARGE = 256 << 10


def escaped_char(char: str) -> str:
    r"""Return a character as it is written within double quotes, if not by itself.

    >>> escaped_char("\u202e"), escaped_char("\U000e0041")
    ('\\u202e', '\\U000e0041')
    """
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


class _Once(yaml.constructor.SafeConstructor):
    """A constructor of mappings in which a key stands once only."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is not plain text", key_node.start_mark
                )
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    Text("the key {value} stands here twice", value=repr(key_node.value)),
                    key_node.start_mark,
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


class _NoAliases:
    """What a composer is that refuses anchors and aliases: an alias can make a short file endless."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[attr-defined]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refused("anchors and aliases (& and *) are not understood here", event)
        return super().compose_node(parent, index)  # type: ignore[misc, no-any-return]


class _Loader(_NoAliases, _Once, yaml.SafeLoader):
    """YAML 1.2's idea of plain words: `no` and `on` are text, 0600 and 2026-11-01 too."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]{0,17})$"), list("-0123456789")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~)$"), list("n~"))


class _Rules(_NoAliases):
    """What holds for files of people: keys are text, and there is nothing but text, lists and mappings.

    Tags are refused as well, and so is what is nested deeper than any such file needs. No message
    repeats what stands there: it may be a secret.
    """

    deepest = 20
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[attr-defined]
        if getattr(event, "tag", None) not in (None, "!", "tag:yaml.org,2002:str"):
            raise _refused("tags (words after !) are not understood here", event)
        if isinstance(event, yaml.ScalarEvent) and any("\ud800" <= char <= "\udfff" for char in event.value):
            raise _refused("this text holds half a character (a surrogate)", event)
        if self.depth >= self.deepest:
            raise _refused(Text("this is nested deeper than {levels} levels", levels=self.deepest), event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                key_node.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)  # type: ignore[misc, no-any-return]


class _Plain(_Rules, _Loader):
    """These rules, by PyYAML's own parser, whose messages are the better ones."""


_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


_Fast: Any = _Plain
if hasattr(yaml, "CSafeLoader"):

    class _Quick(_Rules, _Once, yaml.composer.Composer, yaml.CSafeLoader):
        """The same rules over the events of libyaml, where PyYAML has it: several times as fast."""

        yaml_implicit_resolvers = _Plain.yaml_implicit_resolvers

        def __init__(self, stream: str) -> None:
            yaml.composer.Composer.__init__(self)
            yaml.CSafeLoader.__init__(self, stream)

    _Fast = _Quick


def _refused(what: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.composer.ComposerError(None, None, what, event.start_mark)  # type: ignore[arg-type]


def text_of(path: str, most: int = LARGEST, mend: str = "name another file") -> str:
    """Return the text of a file of people; OSError is left to the caller.

    Raises MailgenError if it is no file (a FIFO would make us wait), is larger than `most` bytes, or is
    not in UTF-8.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise MailgenError("this is not a file", path, mend)
    with open(handle, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise MailgenError(
            Text("the file is larger than {most} MiB", most=most >> 20),
            path,
            Text("split it, or {mend}", mend=mend),
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MailgenError("this is not text in UTF-8", f"{path}:{line}", "save it as UTF-8") from None


def read_yaml(path: Path) -> Any:
    """Return the data of one YAML file. Raises MailgenError with file and line if it cannot be read."""
    return plain(data_text(path), str(path))


def data_text(path: Path) -> str:
    """Return the text of one data file; raises MailgenError if it cannot be read as one."""
    try:
        return text_of(str(path))
    except OSError as error:
        raise MailgenError(
            Text("it cannot be read: {strerror}", strerror=error.strerror), str(path), "name another file"
        ) from None


def plain(text: str, name: str) -> Any:
    """Return the data of a text that people wrote: text, numbers, true, false, null, lists and mappings.

    `name` is what errors call the text; keys are always text. Raises MailgenError with the line.
    """
    if strange := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise MailgenError(
            Text("the character U+{code:04X} may not stand in YAML", code=ord(strange.group())),
            f"{name}:{line}",
            "take it out",
        )
    try:
        return _first(text, yaml.load)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = _in_our_words(error.problem or "")
        if "tag handle" in what:
            what = "tags (words after !) are not understood here"
        raise MailgenError(
            Text("this cannot be read as YAML: {what}", what=what) if not isinstance(error, _OURS) else what,
            f"{name}:{mark.line + 1 if mark else 1}",
            "correct the line; text with : # ' \" or other marks in it goes into quotes",
        ) from None


#: What the parsers say in which a value stands; in other languages it is told by these.
_SAID = (
    "expected {wanted}, but found {found}",
    "expected {wanted}, but got {found}",
    "did not find expected {wanted}",
    "found character {char} that cannot start any token",
    "found unknown escape character {char}",
)


def _in_our_words(problem: str) -> str:
    """Return what a parser says as a text that other languages know.

    >>> _in_our_words("expected the node content, but found '-'").template
    'expected {wanted}, but found {found}'
    """
    said = recognised(problem, _SAID)
    if said is problem or not isinstance(said, Text):
        return problem
    marks = {name: Listed(" or ", str(value).split(" or ")) for name, value in said.values.items()}
    return Text(said.template, **marks)


def _first(text: str, done: Callable[[str, Any], Any]) -> Any:
    """Return what `done` makes of a text with the fast loader; with PyYAML's own, if that refuses it.

    That one says better what is wrong, but takes most of a minute for a file that is large by far. It is
    also asked where the two differ: in tabs, marks of byte order and bare exclamation marks.
    """
    if not _DOUBTFUL.search(text):
        try:
            return done(text, _Fast)
        except yaml.YAMLError:
            if len(text) > _LARGE:
                raise
    return done(text, _Plain)


#: Texts that libyaml and PyYAML's own parser may read differently (tests/dataset/test_yaml_lines.py).
_DOUBTFUL = re.compile("[\t\ufeff]|(^|\\s)!")


#: Errors whose sentence is ours, or as good.
_OURS = (yaml.composer.ComposerError, yaml.constructor.ConstructorError)


def composed(text: str) -> yaml.Node | None:
    """Return the tree of a text that is known to be YAML."""
    return yaml.compose(text, _Loader)


class Lines:
    """In which line of a text that is known to be YAML a field stands; it is taken apart when asked first."""

    def __init__(self, text: str) -> None:
        self._text: str | None = text
        self._root: yaml.Node | None = None
        self._pairs: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def of(self, field: Sequence[str | int]) -> int:
        """Return the line (from 1) of the value at `field`, a path of keys and indices.

        A field that is not there answers with its nearest parent.
        """
        if self._text is not None:
            self._root, self._text = _first(self._text, yaml.compose), None
        line, node = 1, self._root
        for step in field:
            if isinstance(node, yaml.MappingNode):
                pair = self._of_mapping(node).get(str(step))
                if pair is None:
                    break
                line, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def _of_mapping(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        pairs = self._pairs.get(id(node))
        if pairs is None:
            pairs = self._pairs[id(node)] = {key.value: (key, value) for key, value in node.value}
        return pairs
