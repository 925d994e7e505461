"""The words of writing: a file to write, what mailgen has written, and what it is about to change."""

from __future__ import annotations

from ..core.files import RenderedFile
from ..core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["create", "update", "adopt", "remove", "unchanged"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest remembers of a file: enough to know our part again, and to take it away.

    `digest` is the SHA-256 of our part: of the block with its marks, or of the whole file.
    `created` says that the file was not there before us; `backup` names the copy of what was. `kind` is
    that of RenderedFile; the bytes of a folder are none, those of a symbolic link say where it leads. `names`
    are our members of the table that `under` names, and `added` the line breaks that came with them.
    """

    path: str
    digest: str
    mode: int
    merge: str = "replace"
    comment: str | None = None
    target: str = ""
    accounts: tuple[str, ...] = ()
    created: bool = False
    backup: str | None = None
    grammar: str = ""
    kind: str = "file"
    under: str = ""
    names: tuple[str, ...] = ()
    added: int = 0


@dataclass(frozen=True, slots=True)
class FileChange:
    """What is to happen to the file at `path` (as shown to the user, with ~/ for the home).

    `kind` is `create`, `update`, `adopt` (a file or part that was not ours, or no longer as we left
    it), `remove` or `unchanged`. `before` and `after` are the whole file's bytes, None where there is
    no file; `old_mode` and `mode` likewise. `reason` is a phrase. `backup` is the path of the copy
    that will be made first. `file` is what was rendered, `entry` what the manifest says so far, and
    `becomes` what it will say; `follow_links` is how the file was looked for. `group` is the number of
    the group that the file is to have, None where its present one, `old_group`, will do.
    """

    path: str
    kind: Kind
    before: bytes | None
    after: bytes | None
    old_mode: int | None
    mode: int | None
    reason: str = ""
    file: RenderedFile | None = None
    entry: Entry | None = None
    becomes: Entry | None = None
    backup: str | None = None
    follow_links: bool = False
    old_group: int | None = None
    group: int | None = None

    def __repr__(self) -> str:
        """Return a line without the contents, which may hold a secret of the user's."""
        return f"Change(path={self.path!r}, kind={self.kind!r}, reason={self.reason!r})"

    @property
    def thing(self) -> str:
        """What it is about: a `file`, a `folder` or a `symlink`."""
        part = self.file or self.entry
        return part.kind if part else "file"

    @property
    def on_disk(self) -> bool:
        """Whether anything on the disk has to change, the manifest apart."""
        return (
            self.before != self.after
            or self.old_mode != self.mode
            or self.regrouped
            or self.backup is not None
        )

    @property
    def regrouped(self) -> bool:
        """Whether the file is to have another group than it has."""
        return self.group is not None and self.group != self.old_group

    @property
    def grammar(self) -> str:
        """How the file will be written, or was, if it goes; where a link leads is no secret."""
        if self.thing != "file":
            return "text"
        return (self.file.grammar if self.file else "") or (self.entry.grammar if self.entry else "")

    @property
    def old_grammar(self) -> str:
        """How the file was written."""
        former = self.entry.grammar if self.entry and self.thing == "file" else ""
        return former or self.grammar
