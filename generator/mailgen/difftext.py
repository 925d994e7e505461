"""Changes as a unified diff that may be shown to anybody: no secret in it, and nothing that deceives."""

from __future__ import annotations

import difflib
import re

from .printing import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .changes import Change

#: What stands in place of a secret.
HIDDEN = "***"


def unified(changes: Sequence[Change]) -> str:
    """Return the changes as one unified diff; empty if nothing changes on the disk.

    What the first group of a `secret_lines` pattern matches is shown as ***, in the user's own lines
    too; where a secret is all that differs, it is *** (old) and *** (new). Control characters are
    written out, and bytes that are not UTF-8 replaced.
    """
    return "".join(f"{line}\n" for change in changes if change.on_disk for line in _one(change))


def _one(change: Change) -> Iterator[str]:
    path = printable(change.path)
    if change.old_mode is not None and change.mode is not None and change.old_mode != change.mode:
        yield f"{path}: mode {change.old_mode:04o} becomes {change.mode:04o}"
    if change.old_group is not None and change.regrouped:
        yield f"{path}: group {change.old_group} becomes {change.group}"
    if change.before == change.after:
        return
    yield f"--- {'/dev/null' if change.before is None else path}"
    yield f"+++ {'/dev/null' if change.after is None else path}"
    if change.file and change.file.holds_secret and not change.secret_lines:
        yield f" (the lines may hold a secret: {HIDDEN})"
        return
    old, new = _lines(change.before or b""), _lines(change.after or b"")
    patterns = [re.compile(pattern) for pattern in change.secret_lines]
    for group in difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 10000).get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (" " + _shown(line, patterns) for line in old[a:b])
            else:
                yield from _differing(old[a:b], new[c:d], patterns)


def _differing(old: list[bytes], new: list[bytes], patterns: list[re.Pattern[str]]) -> Iterator[str]:
    """Show lines that go and lines that come; where both would look the same, say which is which."""
    gone = [_shown(line, patterns) for line in old]
    come = [_shown(line, patterns) for line in new]
    same = set(gone) & set(come)
    same = {line for line in same if HIDDEN in line}
    yield from ("-" + (line.replace(HIDDEN, f"{HIDDEN} (old)") if line in same else line) for line in gone)
    yield from ("+" + (line.replace(HIDDEN, f"{HIDDEN} (new)") if line in same else line) for line in come)


def _lines(content: bytes) -> list[bytes]:
    """Return the lines with their ends, for the last one may have none."""
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _shown(line: bytes, patterns: list[re.Pattern[str]]) -> str:
    ended = line.endswith(b"\n")
    text = redacted(line[: len(line) - ended].decode(errors="replace"), patterns)
    text = "\t".join(printable(piece) for piece in text.split("\t"))
    return text if ended else f"{text}\n\\ No newline at end of file"


def redacted(line: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """Return a line with the first group of every match replaced by ***.

    If there is a backslash in it, all that follows is hidden too: a pattern cannot know what a
    program takes for an escaped quote, and half a secret is one.

    >>> redacted('user "u" password "p"', [re.compile(r'password "([^"]*)"')])
    'user "u" password "***"'
    """
    hidden = sorted({match.span(1) for pattern in patterns for match in pattern.finditer(line)} - {(-1, -1)})
    shown, place = "", 0
    for start, end in hidden:
        if start >= place:
            shown += line[place:start] + HIDDEN
        place = max(place, len(line) if "\\" in line[start:end] else end)
    return shown + line[place:]


def _range(start: int, end: int) -> str:
    """Return a range of lines as diff writes it: from 1, an empty one from the line before."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + (length > 0)},{length}"
