"""What becomes of a file, a folder or a link that mailgen wants, or has once made: judged by its bytes."""

from __future__ import annotations

import re

from ..core.errors import MailgenError
from ..core.text import Text
from ..core.values import dataclass
from . import blocks, keys, kinds
from .state import digest, our_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.files import RenderedFile
    from . import walking
    from .changes import Entry


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a file: its bytes, whether what they replace is all ours, and the reason."""

    after: bytes | None
    ours: bool
    reason: str

    def __repr__(self) -> str:
        """Return a line without the bytes, which may hold a secret."""
        return f"Outcome(ours={self.ours!r}, reason={self.reason!r})"


def judged_wanted(file: RenderedFile, entry: Entry | None, before: bytes | None) -> Outcome:
    """Judge what is to be there. Raises MailgenError, BrokenMarks or HoldsMark for what stands in the way."""
    if file.kind != "file":
        return _wanted_there(file, entry, before)
    if file.merge == "keys":
        return _wanted_members(file, entry, before)
    block = file.merge == "block"
    name, comment = file.target, file.comment or "#"
    if before is None:
        after = blocks.put(b"", file.text, name, comment) if block else file.content
        return Outcome(after, True, "it is not there yet")
    former = entry if entry and _shape(entry) != _shape(file) else None
    rest, clean = _without(former, before) if former else (before, True)
    if not block:
        after = file.content
        known = bool(entry and not former and digest(before) == entry.digest)
        ours = after == before or known or (clean and not rest.strip())
        edited = bool(entry and not former) or not clean
        return Outcome(after, ours, _reason(ours, edited, "a file that mailgen did not write is there"))
    after = blocks.put(rest, file.text, name, comment)
    _refuse_clashes(file, rest if former else before)
    part = blocks.part(rest, name, comment)
    if part is not None:
        known = bool(entry and not former and digest(part) == entry.digest)
    else:
        known = bool(former) or not rest.strip()
    ours = after == before or (known and clean)
    edited = part is not None or not clean or bool(entry)
    return Outcome(after, ours, _reason(ours, edited, "the file is yours, and would get a part of mailgen's"))


def _wanted_members(file: RenderedFile, entry: Entry | None, before: bytes | None) -> Outcome:
    """Judge members of a table that are to stand among the user's own ones.

    Raises Unmergeable for a file that cannot have them, and as `judged_wanted` does.
    """
    if before is None:
        return Outcome(file.content, True, "it is not there yet")
    same = entry if entry and _shape(entry) == _shape(file) else None
    former = entry if entry and not same else None
    rest, clean = _without(former, before) if former else (before, True)
    ours = same.names if same else ()
    part = keys.part_of_members(rest, file.under, ours) if ours else None
    known = bool(same and part is not None and digest(part) == same.digest)
    taken = keys.foreign_names(rest, file.text, file.under, ours)
    after, _added = keys.put_members(rest, file.text, file.under, ours)
    if after == before or (clean and (known or bool(former) or not rest.strip()) and not taken):
        return Outcome(after, True, "other settings are wanted")
    if taken:
        return Outcome(
            after, False, Text("{name} is a name in it that is yours already", name=", ".join(taken))
        )
    edited = bool(entry)
    return Outcome(
        after, False, _reason(False, edited, "the file is yours, and would get a part of mailgen's")
    )


def _wanted_there(file: RenderedFile, entry: Entry | None, before: bytes | None) -> Outcome:
    """Judge a folder or a symbolic link that is to be there.

    A folder that is there will do, whoever made it. Raises MailgenError for a link of somebody else's: it
    is not copied and not replaced.
    """
    after = file.content
    if before is None:
        return Outcome(after, True, "it is not there yet")
    known = bool(entry and entry.kind == file.kind and digest(before) == entry.digest)
    if before != after and not known:
        raise MailgenError("a symbolic link that mailgen did not make has this name", file.path, "remove it")
    return Outcome(after, True, "other settings are wanted")


def _unwanted_there(entry: Entry, before: bytes | None, place: walking.Place | None) -> Outcome:
    """Judge a folder or a symbolic link that is to go: a folder stays as long as anything is in it."""
    if before is None:
        return Outcome(None, True, "it is gone already")
    if entry.kind == "folder":
        stays = not entry.created or (place is not None and not kinds.is_empty(place))
        reason = "what lies in it is not mailgen's" if stays else "it is not wanted any more, and empty"
        return Outcome(before if stays else None, True, reason)
    ours = digest(before) == entry.digest
    return Outcome(
        None if ours else before, True, "it is not wanted any more" if ours else "it leads elsewhere by now"
    )


def _reason(ours: bool, edited: bool, foreign: str) -> str:
    if ours:
        return "other settings are wanted"
    return "what mailgen wrote there has been changed since" if edited else foreign


def judged_unwanted(entry: Entry, before: bytes | None, place: walking.Place | None) -> Outcome:
    """Judge what was made once, at a place if that is known, and is to go; of a file our part is."""
    if entry.kind != "file":
        return _unwanted_there(entry, before, place)
    if before is None:
        return Outcome(None, True, "it is gone already")
    part = our_part(before, entry)
    if part is None:
        return Outcome(before, True, "mailgen's part is gone already")
    ours = digest(part) == entry.digest
    whole = entry.merge == "replace" or (entry.merge == "keys" and keys.means_all(entry.under))
    rest = b"" if whole else without_part(before, entry)
    if entry.merge == "keys" and entry.created and keys.holds_nothing(rest, entry.under):
        rest = b""
    keep = rest or not (whole or entry.created)
    reason = "it is not wanted any more" if ours else "what mailgen wrote there has been changed since"
    return Outcome(rest if keep else None, ours, reason)


def _shape(part: Entry | RenderedFile) -> tuple[str, ...]:
    """Return what our part of a file is known by; a whole file is known by itself."""
    if part.merge == "keys":
        return part.merge, part.target, part.under
    return (part.merge, part.target, part.comment or "#") if part.merge == "block" else (part.merge,)


def without_part(content: bytes, entry: Entry) -> bytes:
    """Return a file without our part of it."""
    if entry.merge == "keys":
        return keys.cut_members(content, entry.under, entry.names, entry.added)
    return blocks.cut(content, entry.target, entry.comment or "#")


def _without(former: Entry, before: bytes) -> tuple[bytes, bool]:
    """Return a file without our former part, and whether that part was as we had left it."""
    part = our_part(before, former)
    clean = part is not None and digest(part) == former.digest
    if former.merge != "replace":
        return without_part(before, former), clean
    return (b"" if clean else before), clean


def _refuse_clashes(file: RenderedFile, before: bytes) -> None:
    """Raise MailgenError for a line of the user's own that would break our part; never show the line."""
    clashes = [clash for clash in file.clashes if not clash.path]
    if not clashes:
        return
    comment = file.comment or "#"
    begun = False
    span = blocks.find(before, file.target, comment)
    above = len(before[: span.start].splitlines()) if span else len(before)
    for number, line in blocks.foreign_lines(before, file.target, comment):
        text = line.decode(errors="replace")
        begins = not begun and bool(text.strip()) and not text.lstrip().startswith(comment.partition(" ")[0])
        begun = begun or begins
        for clash in clashes:
            if clash.first and not (begins and number <= above):
                continue
            if re.search(clash.pattern, text):
                raise MailgenError(
                    clash.what, Text("{path}, line {number}", path=file.path, number=number), clash.mend
                )
