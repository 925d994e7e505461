"""Reading YAML as plain data, and telling in which line a field stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from mailgen.errors import MailgenError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class _Loader(yaml.SafeLoader):
    """YAML 1.2's idea of plain words: `no` and `on` are text, 0600 and 2026-11-01 too."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute

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


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]*)$"), list("-0123456789")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~)$"), list("n~"))


def read(path: Path) -> Any:
    """Return the data of one YAML file. Raises MailgenError with file and line if it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - derived from SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MailgenError(str(error.problem), f"{path}:{line}", "correct the YAML") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        raise MailgenError(f"this is not YAML in UTF-8: {why}", str(path), "correct the file") from None


def line_of(path: Path, field: Sequence[str | int]) -> int:
    """Return the line (from 1) where the value at `field`, a path of keys and indices, stands.

    A field that is not there answers with its nearest parent.
    """
    node = yaml.compose(path.read_text(encoding="utf-8"), _Loader)
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
