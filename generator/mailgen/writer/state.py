"""What mailgen remembers of its writing: a manifest of the files, a journal of a run, and a lock.

All three lie in one folder of the user's ($XDG_STATE_HOME/mailgen), but the manifest of a tree lies in the
tree (see `remembered`). They hold digests and names, never the text of a file. Before the first byte goes
to a home directory, the journal says which temporary files will appear, and what the files will be; so
whatever ends a run, the next one clears up and knows which files are its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from contextlib import ExitStack, contextmanager, suppress

from ..core.errors import MailgenError
from ..core.text import Option, Text
from ..core.values import dataclass
from . import blocks, disk, keys, kinds, remembered, walking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from .changes import Entry

_FILES = ("manifest.json", "journal.json")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to do below a root, as its journal says.

    `temporary` are the files it makes on the way, each as (path of its neighbour, name); `folders` are
    those it has to make; `entries` is what the manifest will say of each path, None for removed.
    """

    temporary: tuple[tuple[str, str], ...]
    folders: tuple[str, ...]
    entries: Mapping[str, Entry | None]
    follow_links: bool = False


class State:
    """The manifest as read, and the ways to change it. Only `locked` hands out one that may be written."""

    def __init__(self, folder: str, saved: dict[str, Any], handle: int | None = None) -> None:
        self._folder = folder
        self._handle = handle
        self._saved = saved
        self._roots = dict(saved)
        self._trees: dict[str, dict[str, Any] | None] = {}

    def entries(self, root: str) -> dict[str, Entry]:
        """Return what was written below `root`, by path."""
        files = self._roots.get(os.path.realpath(root), {}).get("files", {})
        return {path: remembered.to_entry(path, record) for path, record in files.items()}

    def folders(self, root: str) -> tuple[str, ...]:
        """Return the folders that were made below `root`, as shown paths."""
        return tuple(self._roots.get(os.path.realpath(root), {}).get("folders", ()))

    def keep_in_tree(self, root: str) -> None:
        """Take what was written below `root` from its own record, and keep it there.

        Raises MailgenError if that cannot be read. What an earlier version has kept in the user's folder
        counts as long as the tree has no record.
        """
        where = os.path.join(root, remembered.TREE_RECORD)
        kept = None
        with _readably(where), walking.opened_root(root) as top:
            if top is not None:
                if self._handle is not None:
                    _forget_fresh(top, remembered.TREE_RECORD)
                place = walking.Place(top, remembered.TREE_RECORD, where)
                kept = remembered.read_record(place, remembered.check_tree)
        key = os.path.realpath(root)
        self._trees[key] = kept
        if kept is not None:
            self._roots[key] = {name: kept[name] for name in ("files", "folders")}

    def begin(self, root: str, intent: Intent) -> None:
        """Write the journal; it is on the disk when this returns."""
        journal = {
            "version": remembered.VERSION,
            "root": os.path.realpath(root),
            "tree": os.path.realpath(root) in self._trees,
            "temporary": intent.temporary,
            "folders": intent.folders,
            "follow_links": intent.follow_links,
            "entries": {
                path: entry and remembered.to_record(entry) for path, entry in intent.entries.items()
            },
        }
        self._readable(self._manifest_after(root, intent))  # before anything is written
        self._save("journal.json", journal)

    def _manifest_after(self, root: str, intent: Intent) -> object:
        """Return the manifest as it will be when a run is done, at its largest."""
        entries = self.entries(root)
        entries.update({path: entry for path, entry in intent.entries.items() if entry})
        after = State(self._folder, self._roots)
        after.remember(root, entries, (*self.folders(root), *intent.folders))
        return {"version": remembered.VERSION, "roots": after._roots}

    def give_up(self) -> None:
        """End the journal of a run that has put everything back."""
        with suppress(FileNotFoundError):
            os.unlink("journal.json", dir_fd=self._writable())

    def finish(self, root: str, entries: Mapping[str, Entry], folders: Sequence[str]) -> None:
        """Write the manifest, and the record of a tree, if they change, and end the journal."""
        self.remember(root, entries, folders)
        for tree in self._trees:
            self._save_in(tree)
        own = {root: kept for root, kept in self._roots.items() if root not in self._trees}
        if own != self._saved:
            self._save("manifest.json", {"version": remembered.VERSION, "roots": own})
            self._saved = own
        if walking.look(self._writable(), "journal.json"):
            self.give_up()

    def remember(self, root: str, entries: Mapping[str, Entry], folders: Sequence[str]) -> None:
        """Change what is said of `root`, in memory only."""
        key = os.path.realpath(root)
        files = {path: remembered.to_record(entry) for path, entry in entries.items()}
        self._roots.pop(key, None)
        if files or folders:
            self._roots[key] = {"files": files, "folders": sorted(set(folders))}

    def differs(self, root: str, entries: Mapping[str, Entry], folders: Sequence[str]) -> bool:
        """Say whether the record would be another one if this were said of `root`."""
        after = State(self._folder, self._saved)
        after.remember(root, entries, folders)
        return after._roots != self._saved

    def _save_in(self, tree: str) -> None:
        """Replace the record of a tree, or take it away with the last of what it speaks of."""
        kept = self._roots.get(tree)
        new = kept and {"version": remembered.VERSION, **kept}
        if new == self._trees[tree]:
            return
        with walking.made_root(tree) as top:
            if new:
                _replace(top, remembered.TREE_RECORD, remembered.as_bytes(new, tree, lines=True))
            else:
                with suppress(FileNotFoundError):
                    os.unlink(remembered.TREE_RECORD, dir_fd=top)
                os.fsync(top)
        self._trees[tree] = new

    def _save(self, name: str, data: object) -> None:
        """Replace a file of the state folder as a whole; OSError is left to the caller."""
        _replace(self._writable(), name, self._readable(data))

    def _readable(self, data: object) -> bytes:
        return remembered.as_bytes(data, self._folder)

    def _writable(self) -> int:
        if self._handle is None:
            raise RuntimeError("this state was read without the lock, to look at only")
        return self._handle


def _replace(handle: int, name: str, content: bytes) -> None:
    """Replace a file of the record as a whole; OSError is left to the caller."""
    _forget_fresh(handle, name)
    disk.stage(handle, f".{name}.new", content, 0o600)
    os.rename(f".{name}.new", name, src_dir_fd=handle, dst_dir_fd=handle)
    os.fsync(handle)


def _forget_fresh(handle: int, name: str) -> None:
    """Remove what an interrupted run has left of a file of the record."""
    if walking.look(handle, f".{name}.new"):
        os.unlink(f".{name}.new", dir_fd=handle)


def read_state(folder: str, tree: str | None = None) -> State:
    """Read the state without a lock and without writing, to look at: for a diff, say.

    `tree` is a root that has its own record. What an interrupted run had put in place counts. Raises
    MailgenError if the record cannot be read.
    """
    with _plainly(folder), walking.opened_root(folder) as handle:
        saved, journal = _load(folder, handle) if handle is not None else ({}, None)
        state = State(folder, saved)
        if tree is not None:
            state.keep_in_tree(tree)
        if journal:
            if journal.get("tree"):
                state.keep_in_tree(journal["root"])
            _settle(state, journal)
        return state


def settled_state(folder: str) -> State | None:
    """Read the state as `read_state` does; None where a run is at work, or has left something to clear up."""
    with _plainly(folder), walking.opened_root(folder) as handle:
        if handle is None:
            return State(folder, {})
        if any(walking.look(handle, name) for name in ("journal.json", *(f".{name}.new" for name in _FILES))):
            return None
        return State(folder, _load(folder, handle)[0])


@contextmanager
def locked(folder: str, wait: float = 3.0, tree: str | None = None) -> Iterator[State]:
    """Keep other runs out, clear up after one that was interrupted, and hand out the state.

    `tree` is a root that has its own record. Waits at most `wait` seconds for another run. Raises
    MailgenError if that does not end, if the folder cannot be made or written, and as `read_state` does.
    """
    with ExitStack() as stack:
        with _plainly(folder):
            handle = stack.enter_context(walking.made_root(folder))
            lock = _open_lock(handle)
            stack.callback(os.close, lock)
            _take(lock, folder, wait)
            saved, journal = _load(folder, handle)
            state = State(folder, saved, handle)
            if tree is not None:
                state.keep_in_tree(tree)
            _clear_up(state, journal, handle)
        yield state


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def our_part(content: bytes, entry: Entry) -> bytes | None:
    """Return what is ours of a file's bytes; None if it is not there. Raises BrokenMarks and Unmergeable."""
    if entry.merge == "keys":
        return keys.part_of_members(content, entry.under, entry.names)
    if entry.merge != "block":
        return content
    return blocks.part(content, entry.target, entry.comment or "#")


def _open_lock(handle: int) -> int:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open("lock", flags, dir_fd=handle)
    except FileNotFoundError:
        with walking.private_umask():
            return os.open("lock", flags | os.O_CREAT, 0o600, dir_fd=handle)


def _take(lock: int, folder: str, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise MailgenError(
                    "another run of mailgen is at work", folder, "wait until it is done, and try again"
                ) from None
        time.sleep(0.05)


def _load(folder: str, handle: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the manifest's roots, and the journal if there is one. Raises MailgenError if it is damaged."""
    checks = (remembered.check_manifest, remembered.check_journal)
    manifest, journal = (
        remembered.read_record(walking.Place(handle, name, os.path.join(folder, name)), check)
        for name, check in zip(_FILES, checks)
    )
    return manifest["roots"] if manifest else {}, journal


def _clear_up(state: State, journal: dict[str, Any] | None, handle: int) -> None:
    """Remove what an interrupted run has left, and remember what it had finished."""
    for name in _FILES:
        _forget_fresh(handle, name)
    if journal:
        if journal.get("tree"):
            state.keep_in_tree(journal["root"])
        root, follow = journal["root"], journal["follow_links"]
        left: tuple[str, ...] = ()
        with walking.opened_root(root) as top:
            if top is not None:
                _sweep(top, root, journal)
                left = remove_folders(top, root, journal["folders"], follow)
        _settle(state, journal)
        state.finish(root, state.entries(root), (*state.folders(root), *left))


def _sweep(top: int, root: str, journal: dict[str, Any]) -> None:
    """Remove the temporary files of an interrupted run."""
    follow = journal["follow_links"]
    for path, name in journal["temporary"]:
        parts = walking.relative(path, root)
        link = (journal["entries"].get(path) or {}).get("kind") == "symlink"
        parts = parts if follow and not link else (*parts[:-1], name)
        try:
            with walking.located(top, parts, path, follow=follow, link=link) as place:
                if not place.missing and walking.look(place.folder, name):
                    os.unlink(name, dir_fd=place.folder)
        except OSError as error:
            raise MailgenError(
                Text(
                    "a temporary file of an interrupted run cannot be removed: {strerror}",
                    strerror=error.strerror,
                ),
                os.path.join(os.path.dirname(path), name),
                "remove it by hand, and try again",
            ) from None


def remove_folders(top: int, root: str, folders: Sequence[str], follow: bool) -> tuple[str, ...]:
    """Remove those of some folders that are empty, the deepest first; return those that are left."""
    left = []
    for path in sorted(folders, key=len, reverse=True):
        try:
            with walking.located(top, walking.relative(path, root), path, follow=follow) as place:
                if not place.missing and walking.look(place.folder, place.name):
                    os.rmdir(place.name, dir_fd=place.folder)
                    os.fsync(place.folder)
        except (OSError, MailgenError):  # not empty, most often: then it is of use to somebody
            left.append(path)
    return tuple(left)


def _settle(state: State, journal: dict[str, Any]) -> None:
    """Take into the manifest what an interrupted run had put in place, in memory."""
    root = journal["root"]
    entries = state.entries(root)
    with walking.opened_root(root) as top:
        if top is None:
            return
        for path, record in journal["entries"].items():
            new = remembered.to_entry(path, record) if record else None
            known = new or entries.get(path)
            try:
                kind, parts = known.kind if known else "file", walking.relative(path, root)
                follow, link = journal["follow_links"], kind == "symlink"
                with walking.located(top, parts, path, follow=follow, link=link) as place:
                    found = kinds.found_at(place, kind)
                ours = our_part(found.content, known) if found and known else None
            except (OSError, MailgenError, blocks.BrokenMarks, keys.Unmergeable):
                continue  # it is not as that run would have left it
            if new and ours is not None and digest(ours) == new.digest:
                entries[path] = new
            elif new is None and ours is None:
                entries.pop(path, None)
    state.remember(root, entries, state.folders(root))


@contextmanager
def _plainly(folder: str) -> Iterator[None]:
    """Say in mailgen's manner what the system refuses in the state folder."""
    try:
        yield
    except OSError as error:
        raise MailgenError(
            Text("mailgen cannot keep its record of what it writes: {strerror}", strerror=error.strerror),
            folder,
            Text(
                "make this folder writable{another}",
                another=Text(", or name another in {variable}", variable=Option("XDG_STATE_HOME")),
            ),
        ) from None


@contextmanager
def _readably(where: str) -> Iterator[None]:
    """Say in mailgen's manner what the system refuses in a tree."""
    try:
        yield
    except OSError as error:
        raise MailgenError(
            Text("mailgen's record of what it wrote cannot be read: {strerror}", strerror=error.strerror),
            where,
            "see to it that you may read and write it",
        ) from None
