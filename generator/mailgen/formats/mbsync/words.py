"""The words of a line of mbsyncrc. Source: mbsync(1), and what mbsync 1.4.4 said of files."""

from __future__ import annotations


def line_words(line: str) -> tuple[list[str], bool]:
    r"""Return the words of a line, quotes and backslashes taken away, and whether one is left open.

    >>> line_words('Far :x-far:"[Gmail]/Sent Mail" # it')
    (['Far', ':x-far:[Gmail]/Sent Mail'], False)
    >>> line_words('Pattern ""'), line_words('User "ada')
    ((['Pattern', ''], False), (['User', 'ada'], True))
    """
    words: list[str] = []
    at, end = 0, len(line)
    while True:
        while at < end and line[at] in " \t":
            at += 1
        if at == end or line[at] == "#":
            return words, False
        word, quoted = "", False
        while at < end and (quoted or line[at] not in " \t"):
            if line[at] == "\\":
                at += 1
                if at == end:
                    return [*words, word], True
                word += line[at]
            elif line[at] == '"':
                quoted = not quoted
            else:
                word += line[at]
            at += 1
        words.append(word)
        if quoted:
            return words, True
