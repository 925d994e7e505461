"""Reading YAML as plain data, and telling in which line a field stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from mailgen.errors import MailgenError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


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
                    None, None, f"the key {key_node.value!r} stands here twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


class _Loader(_Once, yaml.SafeLoader):
    """YAML 1.2's idea of plain words: `no` and `on` are text, 0600 and 2026-11-01 too.

    Anchors and aliases are refused: an alias can make a short file endless.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refused("anchors and aliases (& and *) are not understood here", event)
        return super().compose_node(parent, index)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]{0,17})$"), list("-0123456789")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~)$"), list("n~"))


class _Fast(_Once, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same by libyaml, where PyYAML has it: several times as fast.

    It explains mistakes less well, and knows of aliases: `_data` does not give it any.
    """

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


class _Plain(_Loader):
    """As above, for files of people: keys are text, and there is nothing but text, lists and mappings.

    Tags are refused as well, and so is what is nested deeper than any such file needs. No message
    repeats what stands there: it may be a secret.
    """

    deepest = 20
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) not in (None, "!", "tag:yaml.org,2002:str"):
            raise _refused("tags (words after !) are not understood here", event)
        if isinstance(event, yaml.ScalarEvent) and any("\ud800" <= char <= "\udfff" for char in event.value):
            raise _refused("this text holds half a character (a surrogate)", event)
        if self.depth >= self.deepest:
            raise _refused(f"this is nested deeper than {self.deepest} levels", event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                key_node.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def _refused(what: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.composer.ComposerError(None, None, what, event.start_mark)  # type: ignore[arg-type]


def read(path: Path) -> Any:
    """Return the data of one YAML file. Raises MailgenError with file and line if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
        return _data(text)
    except OSError as error:
        raise MailgenError(f"it cannot be read: {error.strerror}", str(path), "name another file") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MailgenError(str(error.problem), f"{path}:{line}", "correct the YAML") from None
    except RecursionError:
        raise MailgenError("it is nested deeper than any data file", str(path), "correct the file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        raise MailgenError(f"this is not YAML in UTF-8: {why}", str(path), "correct the file") from None


def _data(text: str) -> Any:
    if "&" not in text and "*" not in text:
        try:
            return yaml.load(text, _Fast)  # noqa: S506 - derived from SafeLoader
        except yaml.YAMLError:
            pass  # the other one says better what is wrong
    return yaml.load(text, _Loader)  # noqa: S506


def plain(text: str, name: str) -> Any:
    """Return the data of a text that people wrote: text, numbers, true, false, null, lists and mappings.

    `name` is what errors call the text; keys are always text. Raises MailgenError with the line.
    """
    try:
        return yaml.load(text, _Plain)  # noqa: S506 - derived from SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = str(error.problem)
        if "tag handle" in what:
            what = "tags (words after !) are not understood here"
        raise MailgenError(
            f"this cannot be read as YAML: {what}" if not isinstance(error, _OURS) else what,
            f"{name}:{mark.line + 1 if mark else 1}",
            "correct the line; text with : # ' \" or other marks in it goes into quotes",
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise MailgenError(
            f"the character U+{error.character:04X} may not stand in YAML",
            f"{name}:{line}",
            "take it out",
        ) from None


#: Errors whose sentence is ours, or as good.
_OURS = (yaml.composer.ComposerError, yaml.constructor.ConstructorError)


def line_of(path: Path, field: Sequence[str | int]) -> int:
    """Return the line (from 1) where the value at `field`, a path of keys and indices, stands.

    A field that is not there answers with its nearest parent.
    """
    return line_in(composed(path.read_text(encoding="utf-8")), field)


def composed(text: str) -> yaml.Node | None:
    """Return the tree of a text that is known to be YAML, for `line_in`."""
    return yaml.compose(text, _Loader)


def line_in(node: yaml.Node | None, field: Sequence[str | int]) -> int:
    """Return the line (from 1) of `field` in a tree; of its nearest parent if it is not there."""
    line = 1
    for step in field:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
