"""What does not belong in a Chinese text: English sentences, half-width marks, lines that are too wide."""

from __future__ import annotations

import re
import unicodedata

#: Two English words in a row make a sentence, unless they are quoted, a command, or one of these.
ALLOWED = (
    r"“[^”]*”",  # a command or a menu, in quotes
    r"https?://\S+",
    r"[\w-]+(?:\.[\w-]+)+(?::\d+)?",  # hosts
    r"[~./$][\w./{}$*-]*",  # paths, files' ends
    r"--?[a-z][\w-]*(?:[ =]'[^']*'|[ =]\S+)?",  # options and their values
    r"[a-z_0-9.]+=\S+",  # settings
    r"\bmailgen(?: [a-z]+)+",
    r"Mozilla autoconfig|Apple Mail|Microsoft 365|Exchange Online",  # names
    r"程序以状态 \d+ 结束：.*",  # what another program has said
)
ENGLISH = re.compile(r"(?<![\w.@/-])[A-Za-z][a-z']+(?: [A-Za-z]?[a-z']+)+(?![\w.@/-])")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?(][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)")


def english_in(text: str) -> list[str]:
    """Return the English sentences in a text, but for what is allowed and lines that are only to be copied.

    >>> english_in("密码: keep it with ‘pass’\\n    mailgen secret set home")
    ['keep it with']
    """
    lines = [
        line for line in text.split("\n") if not re.match(r" +(mailgen|echo|bash:|zsh:|fish:|and in) ", line)
    ]
    plain = "\n".join(lines)
    for form in ALLOWED:
        plain = re.sub(form, "", plain)
    return ENGLISH.findall(plain)


def half_width_in(text: str) -> list[str]:
    """Return half-width marks that stand next to a Chinese character.

    >>> half_width_in("默认: 无（见上）,好。"), half_width_in("默认：无")
    (['认:', ',好'], [])
    """
    return HALF_WIDTH.findall(text)


def columns(line: str) -> int:
    """Return how many columns of a terminal a line takes."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line)
