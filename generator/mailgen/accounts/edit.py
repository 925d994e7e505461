"""Changing the text of an accounts file so that every other line stays as it is, comments included.

Text in, text out. The tree of the YAML says where something stands; what is put in or taken out are whole
lines, or a piece between two entries on one line. The result is read again before it is returned.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from mailgen.accounts import reader
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.dataset import yaml_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a new file says before its accounts.
HEADER = """\
# Accounts for mailgen. No secret belongs here: 'mailgen secret set ID' keeps it where the account says.
"""
_PLAIN = re.compile(r"[^\W_][\w@./+=-]*( [\w@./+=-]+)*")
_COMMENTED_OUT = re.compile(r"\s*#+\s*[\w.-]+:(\s|$)")


def with_account(text: str, path: str, id: str, account: Mapping[str, Any]) -> str:
    """Return the text of an accounts file with one account more, behind the others.

    `text` is YAML, "" for a new file; `path` names it in errors. Raises MailgenError if the id is taken,
    or if the file is written in a way that has no place for another account.
    """
    data = reader.parsed(text, path)
    data = {} if data is None else data
    there = data.get("accounts", {}) if isinstance(data, dict) else None
    if not isinstance(there, dict):
        raise _by_hand(path)
    if id in there:
        raise MailgenError(Text("there is already an account {id}", id=id), path, changing(id))
    new = _added(text, id, account)
    return _verified(new, {**data, "accounts": {**there, id: account}}, path)


def changing(id: str) -> str:
    """Return what to do about an id that is taken."""
    return Text("choose another id, or change the account: mailgen accounts set {id} KEY=VALUE", id=id)


def without_account(text: str, path: str, id: str) -> str:
    """Return the text of an accounts file without one account and the comments that are its own.

    Its own are those directly above it, in its column, and deeper ones below it; what looks like an account
    that was commented out stays. Raises MailgenError if the file is written in a way that cannot be edited.
    """
    data = reader.parsed(text, path)
    rest = {name: account for name, account in data["accounts"].items() if name != id}
    found = _accounts(text)
    if found is None:
        raise _by_hand(path)
    key, node = found
    if not isinstance(node, yaml.MappingNode):
        raise _by_hand(path)
    place = [name.value for name, _ in node.value].index(id)
    new = _cut_flow(text, node, place) if node.flow_style else _cut_lines(text, node, place)
    if len(node.value) == 1 and not node.flow_style:  # an empty place would be no mapping
        colon = new.index(":", key.end_mark.index) + 1
        new = f"{new[:colon]} {{}}{new[colon:]}"
    return _verified(new, {**data, "accounts": rest}, path)


def with_changes(text: str, path: str, id: str, account: Mapping[str, Any]) -> str:
    """Return the text of an accounts file in which an account is as `account` says; the others stay.

    Only the lines of keys that differ change. Raises MailgenError if the file is written in a way that
    cannot be edited so.
    """
    data = reader.parsed(text, path)
    expected = {**data, "accounts": {**data["accounts"], id: account}}
    for _round in range(1000):  # each brings one key to where it should be
        found = _accounts(text)
        node = _of(found[1], id) if found else None
        now = reader.parsed(text, path)["accounts"][id]
        if now == account or not isinstance(node, yaml.MappingNode):
            break
        text = _nearer(text, node, now, account)
    return _verified(text, expected, path, ordered=False)


def line_of(text: str, id: str) -> int:
    """Return the line, from 1, where an account stands; 1 if there is none."""
    found = _accounts(text)
    pairs = found[1].value if found and isinstance(found[1], yaml.MappingNode) else []
    return next((name.start_mark.line + 1 for name, _ in pairs if name.value == id), 1)


def _of(node: yaml.Node, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _nearer(text: str, node: yaml.MappingNode, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Return a text in which one key of a mapping, or of one within it, is as wanted."""
    for place, (name, value) in enumerate(node.value):
        key = name.value
        if key in now and key not in wanted:
            return _cut_flow(text, node, place) if node.flow_style else _cut_lines(text, node, place)
        if now.get(key) != wanted.get(key):
            inner, new = now.get(key), wanted.get(key)
            alike = isinstance(inner, dict) and isinstance(new, dict) and bool(inner.keys() & new.keys())
            if alike and inner and new and isinstance(value, yaml.MappingNode):
                return _nearer(text, value, inner, new)
            between = text[name.end_mark.index : value.start_mark.index]
            start = name.end_mark.index + between.index(":") + 1
            return f"{text[:start]} {_flow(new)}{text[_end(text, value) :]}"
    key, new = next((key, new) for key, new in wanted.items() if now.get(key) != new)
    end = _end(text, node.value[-1][1])
    if node.flow_style:
        return f"{text[:end]}, {_flow(key)}: {_flow(new)}{text[end:]}"
    column = node.value[0][0].start_mark.column
    return _inserted(text, _line_end(text, end), [f"{' ' * column}{_flow(key)}: {_flow(new)}"])


def _verified(text: str, expected: Any, path: str, ordered: bool = True) -> str:
    """Return `text` if it says what it must, in this order; nobody's file is worth a clever guess."""
    try:
        found = reader.parsed(text, path)
    except MailgenError:
        raise _by_hand(path) from None
    if json.dumps(found, sort_keys=not ordered) != json.dumps(expected, sort_keys=not ordered):
        raise _by_hand(path)
    return text


def _by_hand(path: str) -> MailgenError:
    return MailgenError(
        "this file is written in a way that cannot be changed without touching other lines",
        path,
        "change it with an editor",
    )


def _accounts(text: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return key and value of the accounts in the tree, or None if there is no such key."""
    root = yaml_lines.composed(text)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == "accounts"), None)


def _added(text: str, id: str, account: Mapping[str, Any]) -> str:
    found = _accounts(text)
    if found is None:
        start = text or HEADER
        return _inserted(start, len(start), ["accounts:", *_block(id, account, 2, 2)])
    key, node = found
    if isinstance(node, yaml.MappingNode) and node.value:
        end = _end(text, node)
        if node.flow_style:
            place = _end(text, node.value[-1][1])
            return f"{text[:place]}, {_flow(id)}: {_flow(account)}{text[place:]}"
        column = node.value[0][0].start_mark.column
        place = _after_comments(text, _line_end(text, end), column)
        return _inserted(text, place, _block(id, account, column, max(column - key.start_mark.column, 2)))
    # nothing, null or {}: this is replaced by lines below the key
    first, last = int(node.start_mark.index), _end(text, node)
    emptied = (text[:first].rstrip(" ") if last > first else text[:first]) + text[last:]
    column = key.start_mark.column + 2
    return _inserted(emptied, _line_end(emptied, key.end_mark.index), _block(id, account, column, 2))


def _inserted(text: str, place: int, lines: list[str]) -> str:
    """Put lines at the start of a line, in the line endings of the text."""
    newline = "\r\n" if "\r\n" in text else "\n"
    before = text[:place]
    if before and not before.endswith("\n"):
        before += newline
    return before + newline.join(lines) + newline + text[place:]


def _cut_flow(text: str, node: yaml.MappingNode, place: int) -> str:
    """Take an entry out of {...}, with the comma behind it, or before it if it is the last."""
    start = node.value[place][0].start_mark.index
    if place + 1 < len(node.value):
        return text[:start] + text[node.value[place + 1][0].start_mark.index :]
    end = _end(text, node.value[place][1])
    if place:
        start = _end(text, node.value[place - 1][1])
    return text[:start] + text[end:]


def _cut_lines(text: str, node: yaml.MappingNode, place: int) -> str:
    """Take the lines of an entry out of a mapping that stands in lines."""
    key, value = node.value[place]
    column = key.start_mark.column
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    floor = _line_end(text, _end(text, node.value[place - 1][1])) if place else 0
    while start > floor:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above:start]
        if not _is_comment(line) or _indent(line) != column or _COMMENTED_OUT.match(line):
            break
        start = above
    end = _after_comments(text, _line_end(text, _end(text, value)), column + 1)
    before = text[:start]
    after = text[end:]
    if not place or re.search(r"(^|\n)[ \t]*\r?\n\Z", before):  # one gap is left, not two
        while (blank := re.match(r"[ \t]*\r?\n", after)) and after[blank.end() :].strip():
            after = after[blank.end() :]
    return before + after


def _end(text: str, node: yaml.Node) -> int:
    """Return where the last mark of a node ends; what comes behind it is blank or a comment."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = len(text[:end].rstrip())
    return int(end)


def _line_end(text: str, place: int) -> int:
    """Return the start of the next line."""
    newline = text.find("\n", place)
    return len(text) if newline < 0 else newline + 1


def _after_comments(text: str, place: int, column: int) -> int:
    """Return the place behind the comments that follow in this column or deeper."""
    reached = place
    while place < len(text):
        end = _line_end(text, place)
        line = text[place:end]
        if _is_comment(line) and _indent(line) >= column:
            reached = end
        elif line.strip():
            break
        place = end
    return reached


def _is_comment(line: str) -> bool:
    return line.lstrip(" \t").startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _block(id: str, account: Mapping[str, Any], column: int, step: int) -> list[str]:
    """Return an account in lines, one for each of its keys."""
    lines = [f"{' ' * column}{_flow(id)}:"]
    return lines + [f"{' ' * (column + step)}{key}: {_flow(value)}" for key, value in account.items()]


def _flow(value: Any) -> str:
    """Return a value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list() | tuple():
            return f"[{', '.join(map(_flow, value))}]"
        case str():
            return _scalar(value)
    return f"{{{', '.join(f'{_flow(key)}: {_flow(item)}' for key, item in value.items())}}}"


def _scalar(text: str) -> str:
    """Return a text, in quotes where it needs them: JSON's, which YAML understands.

    >>> print(_scalar("pass show mail/a@b.example"), _scalar("Ada: 1"), _scalar("true"), _scalar("12"))
    pass show mail/a@b.example "Ada: 1" "true" "12"
    """
    if _PLAIN.fullmatch(text) and yaml_lines.plain(text, "a word") == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else yaml_lines.escaped_char(char) for char in quoted)
