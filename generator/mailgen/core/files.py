"""What rendering hands to whoever writes files."""

from __future__ import annotations

from .values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from .places import ReadPlace

    Kind = Literal["create", "update", "adopt", "remove", "unchanged"]


@dataclass(frozen=True, slots=True)
class Clash:
    """Something in the user's own part of a file (a regular expression for a line) that would break ours.

    With a `path` it is looked for in that other file, as a whole; there the user may have it so all the same.
    With `first` only the first line above our part that is neither empty nor a comment is looked at.
    """

    pattern: str
    what: str
    mend: str
    path: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file to hand over: its `path` as the target names it (~ is the home), `mode`, whole `text`.

    `merge` is `replace` (the file is ours as a whole), `block` (a managed block among the user's own lines,
    between marks in a `comment`: `#`, or `<!-- -->`) or `keys` (members of a table among the user's own
    ones, as `under` says: `toml accounts`, see `writer/keys.py`). `holds_secret` says that a literal secret
    stands in the text. `target` made it, for the `accounts` with these ids. `clashes` is what the user's own
    lines around a block must not hold; `grammar` is how the file is written, so that whoever shows it
    knows where a secret may stand. `scope` is `user` for files below a home, `system` for those of the
    whole machine; `group` is the name of the group that may read such a file. `kind` is `file`;
    `folder`, whose text is empty and which is made but never emptied; or `symlink`, whose text is where
    it leads. `check` names the check of such files where it is not that of the target's first file;
    `after` are commands to be run once the file has changed. `reads` are the places where the program
    looks for this file, in its order: it belongs into the one that is read. `binary` is what is in a file
    that is no text, whose `text` is empty; None for all others. One that lies `aside` is not meant where one
    file is asked for and none is named.
    """

    path: str
    mode: int
    text: str
    holds_secret: bool = False
    merge: str = "replace"
    comment: str | None = None
    target: str = ""
    accounts: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()
    grammar: str = ""
    scope: str = "user"
    group: str | None = None
    kind: str = "file"
    check: str = ""
    after: tuple[tuple[str, ...], ...] = ()
    reads: tuple[ReadPlace, ...] = ()
    under: str = ""
    binary: bytes | None = None
    aside: bool = False

    @property
    def content(self) -> bytes:
        """What is to be in the file."""
        return self.text.encode() if self.binary is None else self.binary

    def __repr__(self) -> str:
        text = "***" if self.holds_secret else repr(self.text)
        return f"RenderedFile(path={self.path!r}, mode={self.mode:#o}, text={text}, target={self.target!r})"
