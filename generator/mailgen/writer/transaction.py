"""Changes to the disk in two steps: everything is staged before the first file gets its name.

An error while staging leaves all as it was. After that each file is either the old or the new one,
and the journal of `state` lets the next run go on from whatever a crash has left.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress

from ..core.errors import MailgenError
from ..core.text import Text
from ..core.values import dataclass
from . import disk, kinds, walking
from .done import record_after
from .remembered import TEMPORARY
from .state import Intent, remove_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .changes import Entry, FileChange
    from .state import State

_NOTHING = "nothing has changed"
_SOME = "some files may be done; run the same again for the rest"


@dataclass(frozen=True, slots=True)
class _Step:
    """A change with the names of its temporary files; None where it needs none."""

    change: FileChange
    parts: tuple[str, ...]
    temporary: str | None
    copy: str | None


def commit(root: str, changes: Sequence[FileChange], state: State) -> None:
    """Do what `survey` has found for the folder `root`; `state` is the one from `locked`.

    If nothing is to change, nothing is written, the manifest included. Raises MailgenError if a
    file is not as it was surveyed, and for whatever the system refuses; it says what is done by
    then. Sets the umask of the process while it works.
    """
    with staged(root, changes, state) as put_in_place:
        put_in_place()


@contextmanager
def staged(root: str, changes: Sequence[FileChange], state: State) -> Iterator[Callable[[], None]]:
    """Do the first half of `commit`, and hand out its second half, to be called at most once.

    Who writes for several users calls it when the files of all are staged. If it has not been called
    by the end, all is as it was. Raises as `commit` does.
    """
    entries, known = record_after(root, changes, state)
    steps = [_step(change, root) for change in changes if change.on_disk]
    if not steps:
        yield lambda: _finish(root, entries, state, known)
        return
    with walking.private_umask(), _opened(root) as top:
        run = _Run(root, top, state, steps)
        with run.tidied():
            run.stage()
            yield lambda: _finish(root, entries, state, run.put_in_place(known))


@contextmanager
def _opened(root: str) -> Iterator[int]:
    with ExitStack() as stack:
        with _failures(root, _NOTHING):
            top = stack.enter_context(walking.made_root(root))
        yield top


def _finish(root: str, entries: Mapping[str, Entry], state: State, folders: Sequence[str]) -> None:
    with _failures(
        root, "the files are in place; mend this and run the same again, for mailgen's own record"
    ):
        state.finish(root, entries, folders)


class _Run:
    """The steps of one commit below an open root; `done` are the paths that are as they shall be."""

    def __init__(self, root: str, top: int, state: State, steps: Sequence[_Step]) -> None:
        self.root = root
        self.top = top
        self.state = state
        self.steps = steps
        self.follow = any(step.change.follow_links for step in steps)
        self.done: list[str] = []
        self.made: tuple[str, ...] = ()
        self.begun = False
        self.putting = False
        self.whole = False

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Leave nothing half-done: what has not been put in place by the end is taken away."""
        try:
            yield
        except BaseException as stop:
            if isinstance(stop, KeyboardInterrupt):
                stop.args = (_SOME if self.putting else _NOTHING,)
            raise
        finally:
            if self.begun and not self.whole:
                self._undo()

    def stage(self) -> None:
        """Write the journal, then all files under temporary names."""
        self.made = self._missing_folders()
        temporary = [
            (step.change.path, name) for step in self.steps for name in (step.temporary, step.copy) if name
        ]
        entries = {step.change.path: step.change.becomes for step in self.steps}
        with _failures(self.root, _NOTHING):
            self.state.begin(self.root, Intent(tuple(temporary), self.made, entries, self.follow))
        self.begun = True
        for step in self.steps:
            with _failures(step.change.path, _NOTHING):
                self._stage(step)

    def put_in_place(self, folders: Sequence[str]) -> tuple[str, ...]:
        """Give the staged files their names. Takes the folders made so far, returns those made by now."""
        self.putting = True
        for step in reversed(self.steps):  # the main file comes first, and may name the others
            if step.change.after is not None:
                self._put_in_place(step)
        for step in sorted(self.steps, key=_names_no_others):
            if step.change.after is None:
                self._put_in_place(step)
        self.whole = True
        folders = (*folders, *self.made)
        if any(step.change.after is None for step in self.steps):
            folders = self._without_empty(folders)
        return tuple(folders)

    def _undo(self) -> None:
        if self._tidied():
            remove_folders(self.top, self.root, self.made, self.follow)
            if not self.putting:  # else the journal helps the next run to see what is done
                with suppress(OSError):
                    self.state.give_up()

    def _missing_folders(self) -> tuple[str, ...]:
        """Return the folders that will be made, as shown paths; raise if a file is not as surveyed."""
        missing: dict[str, None] = {}
        for step in self.steps:
            above = step.parts[:-1]
            with _failures(step.change.path, _NOTHING), self._at(step) as place:
                self._as_surveyed(step, place)
                count = len(place.missing)
                as_named = above[len(above) - count :] == place.missing  # not so below a link
            for end in range(len(above) - count + 1, len(above) + 1) if as_named else ():
                missing["~/" + "/".join(above[:end])] = None
        return tuple(missing)

    def _stage(self, step: _Step) -> None:
        change = step.change
        if not step.temporary and not step.copy and change.after is None:
            return
        with self._at(step, make=change.after is not None) as place:
            there = walking.look(place.folder, place.name)
            if step.copy:
                disk.stage(place.folder, step.copy, change.before or b"", 0o600)
            if step.temporary and change.after is not None and change.thing == "symlink":
                kinds.make_link(place, step.temporary, change.after)
            elif step.temporary and change.after is not None and change.mode is not None:
                former = there.st_gid if there else None
                group = former if change.group is None else change.group
                must = change.group is not None
                disk.stage(
                    place.folder, step.temporary, change.after, change.mode, group, must_have_group=must
                )

    def _put_in_place(self, step: _Step) -> None:
        """Give one file its new bytes, or take it away; a copy of the old ones goes beside it first."""
        change = step.change
        try:
            with self._at(step) as place:
                self._as_surveyed(step, place)
                if step.copy and change.backup:
                    disk.put_beside(place.folder, step.copy, os.path.basename(change.backup))
                    os.fsync(place.folder)
                if step.temporary:
                    os.rename(step.temporary, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
                elif change.after is not None:
                    kinds.make_folder(place, change.mode or 0o700)
                elif change.thing == "folder":
                    os.rmdir(place.name, dir_fd=place.folder)
                else:
                    os.unlink(place.name, dir_fd=place.folder)
                self.done.append(change.path)
                os.fsync(place.folder)
        except OSError as error:
            if change.path not in self.done and self._has_arrived(step):
                self.done.append(change.path)
            raise disk.refusal(error, change.path, self._how_far()) from None
        except MailgenError as error:
            raise MailgenError(
                error.what, error.where, Text("{mend}; {how_far}", mend=error.mend, how_far=self._how_far())
            ) from None

    def _has_arrived(self, step: _Step) -> bool:
        """Say whether a file is as it shall be, though the system has reported an error; some do both."""
        try:
            with self._at(step) as place:
                found = kinds.found_at(place, step.change.thing)
        except (OSError, MailgenError):
            return False
        return (found.content if found else None) == step.change.after

    def _how_far(self) -> str:
        if not self.done:
            return _NOTHING
        names = ", ".join(self.done)
        return Text(
            "{done} of {all} files are done ({names}); run the same again for the rest",
            done=len(self.done),
            all=len(self.steps),
            names=names,
        )

    def _tidied(self) -> bool:
        """Remove the temporary files that are left; say whether none is."""
        clean = True
        for step in self.steps:
            names = [name for name in (step.temporary, step.copy) if name]
            try:
                with self._at(step) as place:
                    for name in names if not place.missing else ():
                        if walking.look(place.folder, name):
                            os.unlink(name, dir_fd=place.folder)
            except (OSError, MailgenError):
                clean = False
        return clean

    def _without_empty(self, folders: Sequence[str]) -> tuple[str, ...]:
        """Remove the folders made by mailgen that have become empty; forget those somebody else uses."""
        remove_folders(self.top, self.root, folders, self.follow)
        return tuple(path for path in folders if os.path.isdir(os.path.join(self.root, path[2:])))

    def _as_surveyed(self, step: _Step, place: walking.Place) -> None:
        found = kinds.found_at(place, step.change.thing)
        change = step.change
        is_there = change.thing == "folder" and found is not None and change.after is not None
        if not is_there and (found.content if found else None) != change.before:
            raise MailgenError(
                "the file has changed while mailgen was at work", change.path, "run the same again"
            )

    @contextmanager
    def _at(self, step: _Step, make: bool = False) -> Iterator[walking.Place]:
        follow, path = step.change.follow_links, step.change.path
        link = step.change.thing == "symlink"
        with walking.located(self.top, step.parts, path, follow=follow, make=make, link=link) as place:
            yield place


def _step(change: FileChange, root: str) -> _Step:
    return _Step(
        change,
        walking.relative(change.path, root),
        None if change.after is None or change.thing == "folder" else _temporary(),
        _temporary() if change.backup else None,
    )


def _names_no_others(step: _Step) -> int:
    """Return the turn of a file that goes: files with a block may read those that are ours as a whole, and
    go first; folders go last, when nothing of ours is in them."""
    entry = step.change.entry
    return 2 if step.change.thing == "folder" else int(entry is None or entry.merge == "replace")


def _temporary() -> str:
    """Return a fresh name, short whatever the length of the file's own."""
    return f"{TEMPORARY}{os.urandom(8).hex()}"


@contextmanager
def _failures(path: str, how_far: str) -> Iterator[None]:
    """Say in mailgen's manner what the system refuses."""
    try:
        yield
    except OSError as error:
        raise disk.refusal(error, path, how_far) from None
