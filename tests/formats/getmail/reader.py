r"""How getmail 6.18 and 6.20 read a getmailrc. Source: docs/configuration.txt, and what they said of files.

Sections in brackets, and in them a name, = or :, and all that stands behind it. Neither quotes nor % nor #
mean anything within a value; a line that begins with # or ; is a comment, an indented one goes on with the
value above.
A name that stands twice in a section is an error, and so is a section that does. What is no text is Python.
"""

from __future__ import annotations

import ast
import os
import re

from tests.readers import Doubtful, Rejected

Sections = dict[str, dict[str, str]]


def read(text: str) -> Sections:
    """Return the sections with their settings, all names in small letters. Raises Rejected, or Doubtful."""
    found: Sections = {}
    section: dict[str, str] | None = None
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip()[0] in "#;":
            continue
        if line[0] in " \t" and name:
            raise Doubtful(number, "it goes on with the value above")
        if header := re.fullmatch(r"\s*\[(.+)\].*", line):
            if header[1] in found:
                raise Rejected(number, "the section stands twice")
            section, name = found.setdefault(header[1], {}), ""
            continue
        setting = re.fullmatch(r"\s*([^=:]*?)\s*[=:]\s*(.*?)\s*", line)
        if section is None or not setting or not setting[1]:
            raise Rejected(number, "no setting")
        name = setting[1].lower()
        if name in section:
            raise Rejected(number, "the setting stands twice")
        section[name] = setting[2]
    return found


def argv(value: str) -> tuple[str, ...]:
    """Return a command as getmail makes it of a value; ValueError if it is no tuple of texts."""
    words = ast.literal_eval(value)
    if not isinstance(words, tuple) or not all(isinstance(word, str) for word in words):
        raise ValueError(value)
    return words


def folder(value: str, home: str) -> str:
    """Return a path as getmail makes it of a value: with the home filled in."""
    if re.search(r"\$(\w|\{)", value):
        raise Doubtful(0, "a variable of the environment")
    return os.path.join(home, value[2:]) if value.startswith("~/") else value
