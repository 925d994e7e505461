"""What would change: the files wanted, beside those on the disk and those once written.

A survey writes nothing. Whatever stands in the way is found here, all of it, before anything is
written for anyone.
"""

from __future__ import annotations

import grp
import os
import re
from contextlib import ExitStack, contextmanager

from ..core.errors import MailgenError
from ..core.printing import printable
from ..core.text import Option, Text
from ..core.values import dataclass, replace
from . import blocks, disk
from .changes import Entry, FileChange
from .state import digest, our_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..core.files import RenderedFile
    from .changes import Kind
    from .state import State

ADOPT = Text(
    "look at it; with {adopt} mailgen takes it over, and keeps a copy beside it",
    adopt=Option("adopt", "true"),
)


def survey(
    root: str,
    files: Sequence[RenderedFile],
    state: State,
    *,
    adopt: bool = False,
    follow_links: bool = False,
    keep_others: bool = False,
    keep_copies: bool = False,
) -> tuple[FileChange, ...]:
    """Compare `files` with what lies below the folder `root`, their home; return a change for each.

    Files in the manifest that are not wanted any more become removals, unless `keep_others`.
    `adopt` allows to take over what is not ours: a foreign file, a file of the user's that gets a
    block for the first time, and a part of ours that somebody has edited; a backup is planned, and
    with `keep_copies` also of files that are ours.
    `follow_links` allows links, if they lead to files of the same user. Raises MailgenError before
    anything is written, for all that stands in the way: the first obstacle, with the others as `more`.
    """
    entries = state.entries(root)
    errors: list[MailgenError] = []
    wanted: dict[str, RenderedFile | None] = {}
    for file in files:
        path = "~/" + "/".join(disk.relative(file.path, root))
        if path in wanted:
            errors.append(_twice(path))
        wanted[path] = file
    if not keep_others:
        wanted.update(dict.fromkeys(path for path in entries if path not in wanted))
    changes = []
    real: set[str] = set()
    with _opened(root) as top:
        for path, one in wanted.items():
            try:
                with _seen(top, path, root, follow_links) as sight:
                    if sight.real in real:
                        raise _twice(path)
                    real.add(sight.real)
                    changes.append(_change(sight, one, entries.get(path), adopt, keep_copies))
            except blocks.BrokenMarks as error:
                errors.append(_broken(error, path))
            except blocks.HoldsMark:
                errors.append(_holds_mark(path))
            except MailgenError as error:
                errors.append(error)
            except OSError as error:
                errors.append(_unreadable(error, path))
    if errors:
        errors[0].more = tuple(errors[1:])
        raise errors[0]
    return tuple(changes)


def remove_all(
    root: str, state: State, *, adopt: bool = False, follow_links: bool = False
) -> tuple[FileChange, ...]:
    """Return the changes that take away everything mailgen has written below `root`. Raises as `survey`."""
    return survey(root, (), state, adopt=adopt, follow_links=follow_links)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What was seen at a path: the place, if its root is there, and the file, if there is one.

    `real` is the path without links, for what is put beside the file.
    """

    path: str
    real: str
    place: disk.Place | None
    found: disk.FoundFile | None
    follow_links: bool

    @property
    def before(self) -> bytes | None:
        return self.found.content if self.found else None

    @property
    def mode(self) -> int | None:
        return self.found.mode if self.found else None

    @property
    def group(self) -> int | None:
        return self.found.group if self.found else None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What becomes of a file: its bytes, whether what they replace is all ours, and the reason."""

    after: bytes | None
    ours: bool
    reason: str

    def __repr__(self) -> str:
        """Return a line without the bytes, which may hold a secret."""
        return f"_Verdict(ours={self.ours!r}, reason={self.reason!r})"


@contextmanager
def _opened(root: str) -> Iterator[int | None]:
    with ExitStack() as stack:
        try:
            top = stack.enter_context(disk.opened_root(root))
        except OSError as error:
            raise _unreadable(error, root) from None
        yield top


@contextmanager
def _seen(top: int | None, path: str, root: str, follow: bool) -> Iterator[_Sight]:
    parts = disk.relative(path, root)
    if top is None:
        yield _Sight(path, path, None, None, follow)
        return
    real, above = path, os.path.realpath(root)
    if follow:
        real = os.path.realpath(os.path.join(above, *parts))
        real = "~" + real[len(above) :] if real.startswith(above + "/") else real
    with disk.located(top, parts, path, follow=follow) as place:
        yield _Sight(path, real, place, disk.read_file(place), follow)


def _change(
    sight: _Sight, file: RenderedFile | None, entry: Entry | None, adopt: bool, keep_copy: bool
) -> FileChange:
    """Return the change of one file; raise MailgenError if it takes adoption and there is none."""
    before, old_mode, mode = sight.before, sight.mode, sight.mode
    if file is not None:
        verdict = _wanted(file, entry, before)
        mode = _mode(file, old_mode)
    elif entry is not None:
        verdict = _unwanted(entry, before)
        mode = None if verdict.after is None else old_mode
    else:
        raise ValueError("a file that is neither wanted nor remembered is nobody's business here")
    kind = _kind(before, verdict, file)
    reason = "it is as it shall be" if kind == "unchanged" and file else verdict.reason
    group = _group(file) if file else None
    if kind == "unchanged" and (mode != old_mode or group not in (None, sight.group)):
        kind = "update"
        reason = (
            "nobody else shall read it" if group is None else "those who read it are a group of their own"
        )
    remembered, copy = entry.backup if entry else None, None
    if not verdict.ours:
        if not adopt:
            raise MailgenError(reason, sight.path, ADOPT)
        remembered, is_new = _backup(sight)
        copy = remembered if is_new else None
    elif keep_copy and before not in (None, verdict.after):
        name, is_new = _backup(sight)
        copy = name if is_new else None
    return FileChange(
        sight.path,
        kind,
        before,
        verdict.after,
        old_mode,
        mode,
        reason,
        file,
        entry,
        becomes=_remembered(sight, file, entry, verdict.after, remembered) if file else None,
        backup=copy,
        follow_links=sight.follow_links,
        old_group=sight.group,
        group=group,
    )


def _mode(file: RenderedFile, old: int | None) -> int:
    """Return the mode that a file is to have: never more than it had, unless it is meant for a group."""
    return file.mode if old is None or file.group else old & file.mode


def _group(file: RenderedFile) -> int | None:
    """Return the number of the group that a file is meant for; MailgenError if there is no such group."""
    if file.group is None:
        return None
    try:
        return grp.getgrnam(file.group).gr_gid
    except KeyError:
        name = printable(file.group)
        raise MailgenError(
            f"the file is for the group {name}, and this system has none of that name",
            file.path,
            f"make it, groupadd --system {name}, or name another with the option group of {file.target}",
        ) from None


def _kind(before: bytes | None, verdict: _Verdict, file: RenderedFile | None) -> Kind:
    if before == verdict.after:
        return "unchanged"
    if file is None:
        return "remove"
    if before is None:
        return "create"
    return "update" if verdict.ours else "adopt"


def _wanted(file: RenderedFile, entry: Entry | None, before: bytes | None) -> _Verdict:
    """Judge a file that is to be there."""
    block = file.merge == "block"
    name, comment = file.target, file.comment or "#"
    if before is None:
        after = blocks.put(b"", file.text, name, comment) if block else file.text.encode()
        return _Verdict(after, True, "it is not there yet")
    former = entry if entry and _shape(entry) != _shape(file) else None
    rest, clean = _without(former, before) if former else (before, True)
    if not block:
        after = file.text.encode()
        known = bool(entry and not former and digest(before) == entry.digest)
        ours = after == before or known or (clean and not rest.strip())
        edited = bool(entry and not former) or not clean
        return _Verdict(after, ours, _reason(ours, edited, "a file that mailgen did not write is there"))
    after = blocks.put(rest, file.text, name, comment)
    _refuse_clashes(file, rest if former else before)
    part = blocks.part(rest, name, comment)
    if part is not None:
        known = bool(entry and not former and digest(part) == entry.digest)
    else:
        known = bool(former) or not rest.strip()
    ours = after == before or (known and clean)
    edited = part is not None or not clean or bool(entry)
    return _Verdict(
        after, ours, _reason(ours, edited, "the file is yours, and would get a part of mailgen's")
    )


def _reason(ours: bool, edited: bool, foreign: str) -> str:
    if ours:
        return "other settings are wanted"
    return "what mailgen wrote there has been changed since" if edited else foreign


def _unwanted(entry: Entry, before: bytes | None) -> _Verdict:
    """Judge a file of which our part is to go."""
    if before is None:
        return _Verdict(None, True, "it is gone already")
    part = our_part(before, entry)
    if part is None:
        return _Verdict(before, True, "mailgen's part is gone already")
    ours = digest(part) == entry.digest
    rest = blocks.cut(before, entry.target, entry.comment or "#") if entry.merge == "block" else b""
    keep = rest or (entry.merge == "block" and not entry.created)
    reason = "it is not wanted any more" if ours else "what mailgen wrote there has been changed since"
    return _Verdict(rest if keep else None, ours, reason)


def _shape(part: Entry | RenderedFile) -> tuple[str, ...]:
    """Return what our part of a file is known by; a whole file is known by itself."""
    return (part.merge, part.target, part.comment or "#") if part.merge == "block" else (part.merge,)


def _without(former: Entry, before: bytes) -> tuple[bytes, bool]:
    """Return a file without our former part, and whether that part was as we had left it."""
    part = our_part(before, former)
    clean = part is not None and digest(part) == former.digest
    if former.merge == "block":
        return blocks.cut(before, former.target, former.comment or "#"), clean
    return (b"" if clean else before), clean


def _remembered(
    sight: _Sight, file: RenderedFile, entry: Entry | None, after: bytes | None, backup: str | None
) -> Entry:
    """Return what the manifest will say of a file."""
    new = Entry(
        sight.path,
        "",
        _mode(file, sight.mode),
        file.merge,
        file.comment,
        file.target,
        file.accounts,
        created=sight.found is None or bool(entry and entry.created),
        backup=backup,
        grammar=file.grammar,
    )
    return replace(new, digest=digest(our_part(after or b"", new) or b""))


def _backup(sight: _Sight) -> tuple[str, bool]:
    """Return the path for a copy of the file beside it, and whether the copy has yet to be made."""
    place = sight.place
    if place is None:
        raise ValueError("what is not there cannot be copied")
    number = 1
    while True:
        ending = ".mailgen-backup" + (f".{number}" if number > 1 else "")
        beside = disk.Place(place.folder, place.name + ending, place.shown)
        shown = sight.real + ending
        if disk.look(place.folder, beside.name) is None:
            return shown, True
        try:
            there = disk.read_file(beside)
        except (OSError, MailgenError):  # not a copy of ours, then
            there = None
        if there and there.content == sight.before:
            return shown, False
        number += 1


def _refuse_clashes(file: RenderedFile, before: bytes) -> None:
    """Raise MailgenError for a line of the user's own that would break our part; never show the line."""
    if not file.clashes:
        return
    for number, line in blocks.foreign_lines(before, file.target, file.comment or "#"):
        for clash in file.clashes:
            if re.search(clash.pattern, line.decode(errors="replace")):
                raise MailgenError(clash.what, f"{file.path}, line {number}", clash.mend)


def _twice(path: str) -> MailgenError:
    return MailgenError(
        "two targets want to write this file", path, "give one of them another file, or leave one out"
    )


def _broken(error: blocks.BrokenMarks, path: str) -> MailgenError:
    return MailgenError(
        f"the marks of mailgen's part are out of order: {error.why}",
        f"{path}, line {error.line}",
        "put each >>> and <<< line back in its place, or remove the part with both its marks",
    )


def _holds_mark(path: str) -> MailgenError:
    return MailgenError(
        "a line for this file looks like a mark of mailgen's own parts", path, "leave that line out"
    )


def _unreadable(error: OSError, path: str) -> MailgenError:
    return MailgenError(f"this cannot be read: {error.strerror}", path, "see to it that you may read it")
