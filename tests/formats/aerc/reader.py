r"""How aerc 0.14 and 0.20 read accounts.conf. Source: go-ini 1.63 and 1.67, and what aerc logged of itself.

Sections in brackets, to the last one of the line; below them a line a setting, cut at the first equals
sign (0.14 also at a colon). A value that begins with a backtick, or with three double quotes, goes to the
last such mark; any other ends at # or ;, and quotes around the whole of it are taken away. %(name)s is
another setting. A section called a.b has what it does not say itself from the section a.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from tests.readers import Rejected


class Server(NamedTuple):
    """What aerc makes of a URL: how it connects and logs in, as whom and to where."""

    scheme: str
    username: str
    host: str
    port: int


def value(written: str, number: int = 1) -> str:
    """Return a value as it is read.

    >>> value("`a`b # c` "), value("a b # c"), value("'a;b'"), value("'ab'")
    ('a`b # c', 'a b', "'a", 'ab')
    """
    text = written.lstrip()
    for mark in ('"""', "`"):
        if text.startswith(mark):
            end = text.rfind(mark, len(mark))
            if end < 0:
                raise Rejected(number, "what is quoted goes on in the next line")
            return text[len(mark) : end]
    text = text.strip()
    if text.endswith("\\"):
        raise Rejected(number, "it goes on in the next line")
    text = re.split("[#;]", text, maxsplit=1)[0].strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return text


def read(text: str) -> dict[str, dict[str, str]]:
    """Return the sections in order, each with its settings. Raises Rejected for what is neither."""
    found: dict[str, dict[str, str]] = {}
    inside: dict[str, str] | None = None
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            if "]" not in line:
                raise Rejected(number, "unclosed section")
            inside = found.setdefault(line[1 : line.rfind("]")], {})
            continue
        key, equals, written = line.partition("=")
        if inside is None or not equals:
            raise Rejected(number, "neither a section nor a setting of one")
        inside[key.strip()] = value(written, number)
    return found


def server(url: str) -> Server:
    """Return the parts of a URL.

    >>> server("imaps+xoauth2://a%40b:@h.example:993/")
    Server(scheme='imaps+xoauth2', username='a@b', host='h.example', port=993)
    """
    parts = urlsplit(url)
    return Server(parts.scheme, unquote(parts.username or ""), parts.hostname or "", parts.port or 0)
