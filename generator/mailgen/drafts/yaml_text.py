"""A draft as the YAML that a person of this project would write: order of keys, lines, quotes, no noise."""

from __future__ import annotations

import json
import re
from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING, Any

from mailgen.core.printing import is_hidden
from mailgen.dataset import yaml_lines
from mailgen.dataset.providers import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mailgen.drafts import Draft

WIDTH = 110
HEADER = """# yaml-language-server: $schema=../schema/provider.schema.json
# SPDX-License-Identifier: MPL-2.0
"""
#: Mappings with a line for each key; all others, and nearly every list, stand on one line.
_BLOCKS = {
    "note", "services", "credentials", "hint", "oauth2", "scopes", "folders", "quirks", "sources",
    "slots", "not_offered", "migrating_to", "ask", "where", "how_to_tell", "others",
}  # fmt: skip
#: Lists with a block for each item.
_LISTS = {("credentials", "cases"), ("off_by_default",), ("plan",)}
#: What holds sentences, in the languages; they are always quoted.
_SENTENCES = {"note", "hint", "ask", "where", "how_to_tell", "others"}
#: Where the files have another order than the schema.
_ORDERS = {
    (): (
        "name", "status", "note", "domains", "families", "mx", "services", "slots", "credentials", "oauth2",
        "own_domain_login", "folders", "quirks", "old_hosts", "off_by_default", "plan", "not_offered",
        "limits", "migrating_to", "bare_logins", "docs", "sources",
    ),
    ("credentials",): (
        "kind", "from", "until", "at_most", "expires", "shape", "format", "per_service", "shown_once", "hint",
        "url", "sources", "cases",
    ),
    ("credentials", "cases", "[]"): (
        "protocols", "from", "until", "kind", "when", "shape", "format", "hint", "url", "sources",
    ),
    ("oauth2",): (
        "issuer", "issuer_url", "iss", "auth_url", "token_url", "revoke_url", "device_url", "tenant",
        "parameters", "scopes", "registration", "pkce", "redirect", "sources",
    ),
}  # fmt: skip
#: Text that YAML reads back as it stands, also within brackets.
_PLAIN = re.compile(r"[^\W_](?:[\w ./+&!()（）、，；“”-]*[\w./+!)）”-])?")
_NOT_TEXT = re.compile(r"true|false|null|0|[1-9][0-9]*")


def yaml_of(draft: Draft) -> str:
    """Return the provider file of a draft; what was lost stands in comments at its top.

    Read back it is the record, whatever stands in it.
    """
    lost = "".join(
        fill(escaped(f"{loss.where}: {loss.what}"), WIDTH, initial_indent="# - ", subsequent_indent="#   ",
             break_long_words=False, break_on_hyphens=False) + "\n"
        for loss in draft.losses
    )  # fmt: skip
    if lost:
        lost = f"# Not carried over:\n{lost}"
    lines = [line for key, value in _ordered(draft.record, ()) for line in _lines((key,), value, "")]
    return HEADER + lost + "".join(f"{line}\n" for line in lines)


def escaped(text: str) -> str:
    r"""Return text with everything that a line of YAML should not hold as \uXXXX.

    >>> escaped("a\nb\u202e")
    'a\\u000ab\\u202e'
    """
    return "".join(char if char == " " or _shows(char) else yaml_lines.escaped_char(char) for char in text)


def _shows(char: str) -> bool:
    return char.isprintable() and not is_hidden(char)


def _lines(path: tuple[str, ...], value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of one key and its value."""
    key = path[-1]
    head = f"{indent}{_text(key)}:"
    block = key in _BLOCKS or path[:1] == ("oauth2",) or path[:-1] == ("slots",)
    if isinstance(value, dict) and value and block:
        yield head
        for inner, item in _ordered(value, path):
            yield from _lines((*path, inner), item, indent + "  ")
    elif isinstance(value, list) and path in _LISTS and value and all(value):
        yield head
        for item in value:
            pairs = _ordered(item, (*path, "[]"))
            lines = [
                line for inner, one in pairs for line in _lines((*path, "[]", inner), one, f"{indent}    ")
            ]
            yield f"{indent}  - {lines[0].lstrip(' ')}"
            yield from lines[1:]
    elif isinstance(value, list) and (path[0] == "services" or key == "old_hosts"):
        yield head
        for item in value:
            step = "    " if path[0] == "services" else "  "
            yield f"{step}- {_flow((*path, '[]'), item)}"
    elif key in ("domains", "mx") and len(head) + len(_flow(path, value)) >= WIDTH:
        yield f"{head} ["
        yield from _wrapped([_text(item) for item in value])
        yield "]"
    else:
        sentence = isinstance(value, str) and not _SENTENCES.isdisjoint(path[-2:-1])
        yield f"{head} {_quoted(value) if sentence else _flow(path, value)}"


def _wrapped(items: list[str]) -> Iterator[str]:
    """Yield lines that hold as many items as fit."""
    line = " "
    for item in items:
        if line.strip() and len(line) + len(item) + 2 > WIDTH:
            yield line
            line = " "
        line += f" {item},"
    yield line.removesuffix(",")


def _flow(path: tuple[str, ...], value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        pairs = (f"{_text(key)}: {_flow((*path, key), item)}" for key, item in _ordered(value, path))
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(path, item) for item in value)}]"
    if not isinstance(value, str):
        return json.dumps(value)
    return _quoted(value) if path[-1] == "title" else _text(value)


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and "  " not in text and all(map(_shows, text.replace(" ", "")))
    return text if plain and not _NOT_TEXT.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    inside = "".join(
        f"\\{char}"
        if char in '"\\'
        else char
        if char == " " or _shows(char)
        else yaml_lines.escaped_char(char)
        for char in text
    )
    return f'"{inside}"'


def _ordered(value: Mapping[str, Any], path: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the keys in the order of the schema; names that it leaves open stay in their own."""
    known = _order(tuple(path))
    return sorted(value.items(), key=lambda pair: known.get(pair[0], len(known)))


@cache
def _order(path: tuple[str, ...]) -> dict[str, int]:
    if path in _ORDERS:
        return {key: index for index, key in enumerate(_ORDERS[path])}
    root = schema("provider.schema.json")
    part: Any = root
    for key in path:
        others = part.get("additionalProperties") or {}
        part = part.get("items", {}) if key == "[]" else part.get("properties", {}).get(key, others)
        if "$ref" in part:
            part = root["$defs"][part["$ref"].rpartition("/")[2]]
    return {key: index for index, key in enumerate(part.get("properties", ()))}
