"""Changes as a unified diff that may be shown to anybody: no secret in it, and nothing that deceives."""

from __future__ import annotations

import difflib
import re

from ..core.printing import printable
from ..core.text import Text
from ..redaction import is_known, redacted
from ..redaction.secrecy import HIDDEN
from . import blocks, keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..core.files import RenderedFile
    from .changes import Entry, FileChange

    #: What difflib calls an opcode: equal or not, and from where to where in the old and the new lines.
    Piece = tuple[bool, int, int, int, int]

#: Lines around a change that are shown with it.
_AROUND = 3
#: More pairs of lines are not compared one by one: all that lies between equal ends goes and comes.
_PAIRS = 4_000_000


def unified(
    changes: Sequence[FileChange],
    shown: Callable[[str], str] = str,
    *,
    tree: bool = False,
    said: Callable[[str], str] = str,
) -> str:
    """Return the changes as one unified diff; empty if nothing changes on the disk.

    What may be a secret is shown as *** (see `redaction`); where a secret is all that differs, it is
    *** (old) and *** (new). Of the user's own lines around a part of ours, which do not change, none is
    shown. Control characters are written out, and bytes that are not UTF-8 replaced. `shown` says how a path
    is called. Of a `tree` that goes with git, what git does not keep is not compared: folders, and modes but
    of files that hold a secret. `said` puts our own remarks into a language.
    """
    lines = (line for change in changes if change.on_disk for line in _one(change, shown, tree, said))
    return "".join(f"{line}\n" for line in lines)


def _one(
    change: FileChange, shown: Callable[[str], str], tree: bool, said: Callable[[str], str]
) -> Iterator[str]:
    if tree and change.thing == "folder":
        return
    path = printable(shown(change.path)) + "/" * (change.thing == "folder")
    mode, other = change.old_mode, change.mode
    secret = change.file is not None and change.file.holds_secret
    if mode is not None and other is not None and mode != other and (secret or not tree):
        yield said(Text("{path}: mode {old:04o} becomes {new:04o}", path=path, old=mode, new=other))
    if change.old_group is not None and change.regrouped:
        groups = {"old": change.old_group, "new": change.group}
        yield said(Text("{path}: group {old} becomes {new}", path=path, **groups))
    if change.before == change.after:
        return
    yield f"--- {'/dev/null' if change.before is None else path}"
    yield f"+++ {'/dev/null' if change.after is None else path}"
    if _is_binary(change):
        yield from (
            mark + said(Text("(binary, {size} bytes)", size=len(content)))
            for mark, content in (("-", change.before), ("+", change.after))
            if content is not None
        )
        return
    if not (is_known(change.grammar) and is_known(change.old_grammar)):
        yield " " + said(Text("(the lines may hold a secret: {hidden})", hidden=HIDDEN))
        return
    before, after = change.before or b"", change.after or b""
    old, new = _lines(before), _lines(after)
    old_shown = _shown(before, change.old_grammar, own=change.kind == "adopt")
    new_shown = _shown(after, change.grammar, own=False)
    for hunk in _hunks(_compared(old, new), _ours(after, change.file or change.entry, len(new))):
        first, last = hunk[0], hunk[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for equal, a, b, c, d in hunk:
            if equal:
                pairs = zip(old_shown[a:b], new_shown[c:d])
                yield from (f" {one if one == other else HIDDEN}" for one, other in pairs)
            else:
                yield from _differing(old_shown[a:b], new_shown[c:d], said)


def _is_binary(change: FileChange) -> bool:
    """Say whether a file is no text, or was none; no text holds a NUL."""
    if change.file is not None and change.file.binary is not None:
        return True
    return any(b"\0" in (content or b"") for content in (change.before, change.after))


def _differing(gone: list[str], come: list[str], said: Callable[[str], str]) -> Iterator[str]:
    """Show lines that go and lines that come; where both would look the same, say which is which."""
    same = {line for line in set(gone) & set(come) if HIDDEN in line}
    old, new = (said(Text(which, hidden=HIDDEN)) for which in ("{hidden} (old)", "{hidden} (new)"))
    yield from ("-" + (line.replace(HIDDEN, old) if line in same else line) for line in gone)
    yield from ("+" + (line.replace(HIDDEN, new) if line in same else line) for line in come)


def _compared(old: list[bytes], new: list[bytes]) -> Iterator[Piece]:
    """Yield what is equal and what is not, in turn and in order, within a bounded time."""
    start = end = 0
    least = min(len(old), len(new))
    while start < least and old[start] == new[start]:
        start += 1
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield True, 0, start, 0, start
    if len(middle) * len(other) > _PAIRS:
        yield False, start, len(old) - end, start, len(new) - end
    else:
        # Its rule of thumb for lines that come often keeps it from taking the square of their number.
        for tag, a, b, c, d in difflib.SequenceMatcher(None, middle, other).get_opcodes():
            yield tag == "equal", a + start, b + start, c + start, d + start
    if end:
        yield True, len(old) - end, len(old), len(new) - end, len(new)


def _hunks(pieces: Iterator[Piece], ours: range) -> Iterator[list[Piece]]:
    """Yield changes with a few equal lines around them, as far as these are `ours` in the new file."""
    hunk: list[Piece] = []
    before: list[Piece] = []
    for equal, a, b, c, d in pieces:
        if not equal:
            hunk = [*(hunk or before), (equal, a, b, c, d)]
            before = []
            continue
        whole = c in ours and d - 1 in ours
        if hunk and whole and b - a <= 2 * _AROUND:
            # It may join two changes; if none follows, it is cut below.
            before = [(True, a, b, c, d)]
            hunk += before
            continue
        head = min(_AROUND, max(0, min(ours.stop, d) - c)) if c in ours else 0
        if hunk:
            yield [*hunk, *([(True, a, a + head, c, c + head)] if head else [])]
            hunk = []
        tail = min(_AROUND, max(0, d - max(ours.start, c))) if d - 1 in ours else 0
        before = [(True, b - tail, b, d - tail, d)] if tail else []
    if hunk:
        equal, a, b, c, d = hunk[-1]
        yield [*hunk[:-1], (equal, a, min(b, a + _AROUND), c, min(d, c + _AROUND))] if equal else hunk


def _ours(content: bytes, part: RenderedFile | Entry | None, count: int) -> range:
    """Return which lines of a file are mailgen's: all of a whole file, or those from mark to mark."""
    if part is not None and part.merge == "keys":
        return _our_members(content, part)
    if part is None or part.merge != "block":
        return range(count)
    span = blocks.find(content, part.target, part.comment or "#")
    if span is None:
        return range(0)
    return range(content.count(b"\n", 0, span.start), len(_lines(content[: span.end])))


def _our_members(content: bytes, part: RenderedFile | Entry) -> range:
    """Return which lines of a file are members of ours, if they stand together."""
    try:
        text = getattr(part, "text", "")  # of a file; of a file that goes its names are remembered
        names = keys.names_in(text.encode(), part.under) if text else getattr(part, "names", ())
        return keys.lines_of(content, part.under, names)
    except keys.Unmergeable:
        return range(0)


def _lines(content: bytes) -> list[bytes]:
    """Return the lines with their ends, for the last one may have none."""
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _shown(content: bytes, grammar: str, *, own: bool) -> list[str]:
    """Return the lines of a file as they may be shown."""
    lines = redacted(content.decode(errors="replace"), grammar, own)
    ended = not lines.pop() if content.endswith(b"\n") or not content else False
    shown = ["\t".join(printable(piece) for piece in line.split("\t")) for line in lines]
    if shown and not ended:
        shown[-1] += "\n\\ No newline at end of file"
    return shown


def _range(start: int, end: int) -> str:
    """Return a range of lines as diff writes it: from 1, an empty one from the line before."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + (length > 0)},{length}"
