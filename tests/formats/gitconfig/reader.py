r"""How git 2.39 reads its configuration. Source: git-config(1), and what `git config --list -z` printed.

Sections in brackets, with a part in quotes, in which a backslash takes the next character as it is; below
them a line a setting. In a value double quotes may open and close anywhere, \" \\ \n \t \b are escapes, and
outside of quotes # and ; begin a remark and blanks at the ends are none of it. A setting without = is true.
"""

from __future__ import annotations

import re

from tests.readers import Rejected

_SECTION = re.compile(r'\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\.)*)")?\]')
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "b": "\b"}


def value(written: str, number: int = 1) -> str:
    r"""Return a value as git reads it.

    >>> value(' "a\\"b # c" d ; e'), value("a  b "), value('"a "b')
    ('a"b # c d', 'a  b', 'a b')
    """
    found, quoted, at, end = "", False, 0, 0
    text = written.lstrip(" \t")
    while at < len(text):
        char = text[at]
        if char == "\\":
            if text[at + 1 : at + 2] not in _ESCAPES:
                raise Rejected(number, "bad escape")
            found += _ESCAPES[text[at + 1]]
            end = len(found)
            at += 1
        elif char == '"':
            quoted = not quoted
            end = len(found) if quoted is False else max(end, len(found))
        elif char in "#;" and not quoted:
            break
        else:
            found += char
            if quoted or char not in " \t":
                end = len(found)
        at += 1
    if quoted:
        raise Rejected(number, "a quote is left open")
    return found[:end]


def read(text: str) -> list[tuple[str, str, str, str]]:
    """Return the settings in order: section, its part, name and value; names in small letters."""
    found: list[tuple[str, str, str, str]] = []
    section = part = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip(" \t")
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            head = _SECTION.fullmatch(line)
            if head is None:
                raise Rejected(number, "bad section")
            section, part = head[1].lower(), re.sub(r"\\(.)", r"\1", head[2] or "")
            continue
        name, equals, written = line.partition("=")
        if not section or not re.fullmatch("[A-Za-z][A-Za-z0-9-]*", name.strip()):
            raise Rejected(number, "no setting of a section")
        found.append((section, part, name.strip().lower(), value(written, number) if equals else "true"))
    return found


def settings(text: str, part: str = "", section: str = "sendemail") -> dict[str, str]:
    """Return the settings of a section, or of a part of it, by their names; the last of a name counts."""
    return {name: value for one, its, name, value in read(text) if (one, its) == (section, part)}
