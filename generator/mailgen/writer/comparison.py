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
from . import blocks, disk, keys, kinds, walking
from .changes import Entry, FileChange
from .outcomes import judged_unwanted, judged_wanted
from .settling import settled
from .state import digest, our_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..core.files import RenderedFile
    from .changes import Kind
    from .outcomes import Outcome
    from .state import State

_YES = Option("adopt", "true")
ADOPT = Text("look at it; with {adopt} mailgen takes it over, and keeps a copy beside it", adopt=_YES)


def survey(
    root: str,
    files: Sequence[RenderedFile],
    state: State,
    *,
    adopt: bool = False,
    follow_links: bool = False,
    keep_others: bool = False,
    keep_copies: bool = False,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[int], Callable[[], None]] | None = None,
) -> tuple[FileChange, ...]:
    """Compare `files` with what lies below the folder `root`, their home; return a change for each.

    A file for which its program looks in several places is written into the one that it reads, with the
    variables of the `environment` of the user, None where nobody knows them.

    Files in the manifest that are not wanted any more become removals, unless `keep_others`.
    `adopt` allows to take over what is not ours: a foreign file, a file of the user's that gets a
    block for the first time, and a part of ours that somebody has edited; a backup is planned, and
    with `keep_copies` also of files that are ours.
    `follow_links` allows links, if they lead to files of the same user. `watch` is told how many files there
    are, and its answer called after each. Raises MailgenError before
    anything is written, for all that stands in the way: the first obstacle, with the others as `more`.
    """
    entries = state.entries(root)
    errors: list[MailgenError] = []
    wanted: dict[str, RenderedFile | None] = {}
    left: Sequence[str] = ()
    try:
        files, left = settled(files, root, entries, environment)
    except MailgenError as error:
        errors.append(error)
    for file in files:
        path = "~/" + "/".join(walking.relative(file.path, root))
        if path in wanted:
            errors.append(_twice(path))
        wanted[path] = file
    gone = left if keep_others else entries
    wanted.update(dict.fromkeys(path for path in gone if path not in wanted))
    changes = []
    real: set[str] = set()
    step = watch(len(wanted)) if watch else None
    with _opened(root) as top:
        for path, one in wanted.items():
            if step is not None:
                step()
            try:
                entry = entries.get(path)
                part = one or entry
                with _seen(top, path, root, follow_links, part.kind if part else "file") as sight:
                    if sight.real in real:
                        raise _twice(path)
                    real.add(sight.real)
                    changes.append(_change(sight, one, entry, adopt, keep_copies))
                if one is not None and changes[-1].on_disk:
                    changes += _copies(top, root, one, adopt, follow_links)
            except blocks.BrokenMarks as error:
                errors.append(_broken(error, path))
            except keys.Unmergeable as error:
                errors.append(_unmergeable(error, path))
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
    place: walking.Place | None
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


@contextmanager
def _opened(root: str) -> Iterator[int | None]:
    with ExitStack() as stack:
        try:
            top = stack.enter_context(walking.opened_root(root))
        except OSError as error:
            raise _unreadable(error, root) from None
        yield top


@contextmanager
def _seen(top: int | None, path: str, root: str, follow: bool, kind: str) -> Iterator[_Sight]:
    parts = walking.relative(path, root)
    if top is None:
        yield _Sight(path, path, None, None, follow)
        return
    real, above = path, os.path.realpath(root)
    link = kind == "symlink"
    if follow:
        own = parts[-1:] if link else ()
        real = os.path.join(os.path.realpath(os.path.join(above, *parts[: len(parts) - len(own)])), *own)
        real = "~" + real[len(above) :] if real.startswith(above + "/") else real
    with walking.located(top, parts, path, follow=follow, link=link) as place:
        yield _Sight(path, real, place, kinds.found_at(place, kind), follow)


def _change(
    sight: _Sight, file: RenderedFile | None, entry: Entry | None, adopt: bool, keep_copy: bool
) -> FileChange:
    """Return the change of one file; raise MailgenError if it takes adoption and there is none."""
    before, old_mode, mode = sight.before, sight.mode, sight.mode
    if file is not None:
        verdict = judged_wanted(file, entry, before)
        mode = _mode(file, old_mode)
    elif entry is not None:
        verdict = judged_unwanted(entry, before, sight.place)
        mode = None if verdict.after is None else old_mode
    else:
        raise ValueError("a file that is neither wanted nor remembered is nobody's business here")
    thing = file.kind if file else entry.kind if entry else "file"
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
    elif keep_copy and before not in (None, verdict.after) and thing == "file":
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
    """Return the mode that a file is to have: never more than it had, unless it is meant for a group.

    That of a folder that is there is its owner's affair.
    """
    if file.kind != "file" and old is not None:
        return old
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
            Text("the file is for the group {name}, and this system has none of that name", name=name),
            file.path,
            Text(
                "make it, groupadd --system {name}, or name another with the option group of {target}",
                name=name,
                target=file.target,
            ),
        ) from None


def _copies(top: int | None, root: str, file: RenderedFile, adopt: bool, follow: bool) -> list[FileChange]:
    """Return the copies to be made of files that a file clashes with; raise MailgenError unless `adopt`."""
    made = []
    for clash in file.clashes:
        if not clash.path:
            continue
        with _seen(top, clash.path, root, follow, "file") as sight:
            if not re.search(clash.pattern, (sight.before or b"").decode(errors="replace"), re.DOTALL):
                continue
            if not adopt:
                mend = Text(
                    "{mend}; or say {adopt}, and a copy is kept beside it", mend=clash.mend, adopt=_YES
                )
                raise MailgenError(clash.what, clash.path, mend)
            name, is_new = _backup(sight)
            same = sight.before, sight.before, sight.mode, sight.mode
            if is_new:
                made.append(
                    FileChange(clash.path, "unchanged", *same, clash.what, backup=name, follow_links=follow)
                )
    return made


def _kind(before: bytes | None, verdict: Outcome, file: RenderedFile | None) -> Kind:
    if before == verdict.after:
        return "unchanged"
    if file is None:
        return "remove"
    if before is None:
        return "create"
    return "update" if verdict.ours else "adopt"


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
        kind=file.kind,
        under=file.under,
        names=keys.names_in(file.text.encode(), file.under) if file.merge == "keys" else (),
        added=_added(sight.before, file, entry),
    )
    return replace(new, digest=digest(our_part(after or b"", new) or b""))


def _added(before: bytes | None, file: RenderedFile, entry: Entry | None) -> int:
    """Return how many line breaks have come with members of ours."""
    if file.merge != "keys" or before is None:
        return 0
    ours = entry.names if entry and entry.merge == "keys" else ()
    if ours and set(ours) & set(keys.names_in(before, file.under)):
        return entry.added if entry else 0
    return keys.put_members(before, file.text, file.under, ours)[1]


def _backup(sight: _Sight) -> tuple[str, bool]:
    """Return the path for a copy of the file beside it, and whether the copy has yet to be made."""
    place = sight.place
    if place is None:
        raise ValueError("what is not there cannot be copied")
    number = 1
    while True:
        ending = ".mailgen-backup" + (f".{number}" if number > 1 else "")
        beside = walking.Place(place.folder, place.name + ending, place.shown)
        shown = sight.real + ending
        if walking.look(place.folder, beside.name) is None:
            return shown, True
        try:
            there = disk.read_file(beside)
        except (OSError, MailgenError):  # not a copy of ours, then
            there = None
        if there and there.content == sight.before:
            return shown, False
        number += 1


def _twice(path: str) -> MailgenError:
    return MailgenError(
        "two targets want to write this file", path, "give one of them another file, or leave one out"
    )


def _broken(error: blocks.BrokenMarks, path: str) -> MailgenError:
    return MailgenError(
        Text("the marks of mailgen's part are out of order: {why}", why=error.why),
        Text("{path}, line {line}", path=path, line=error.line),
        "put each >>> and <<< line back in its place, or remove the part with both its marks",
    )


def _unmergeable(error: keys.Unmergeable, path: str) -> MailgenError:
    return MailgenError(
        Text("nothing can be put beside what is in the file: {why}", why=error.why),
        Text("{path}, line {line}", path=path, line=error.line),
        "mend the file, or move it out of the way",
    )


def _holds_mark(path: str) -> MailgenError:
    return MailgenError(
        "a line for this file looks like a mark of mailgen's own parts", path, "leave that line out"
    )


def _unreadable(error: OSError, path: str) -> MailgenError:
    return MailgenError(
        Text("this cannot be read: {strerror}", strerror=error.strerror),
        path,
        "see to it that you may read it",
    )
