"""A home directory and a state folder to write to, and what to look for in them afterwards."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mailgen.core.files import RenderedFile
from mailgen.writer import FileChange, commit, locked, survey
from mailgen.writer.remembered import TREE_RECORD

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "correct horse battery"


def whole(text: str, path: str = "~/.config/x/user.js", **more: object) -> RenderedFile:
    """Return a file that is mailgen's as a whole."""
    return RenderedFile(path, 0o600, text, **{"target": "thunderbird", "grammar": "text", **more})  # type: ignore[arg-type]


def block(text: str, path: str = "~/.msmtprc", **more: object) -> RenderedFile:
    """Return a part for a file of the user's."""
    facts = {"merge": "block", "comment": "#", "target": "msmtp", "grammar": "msmtp"}
    return RenderedFile(path, 0o600, text, **{**facts, **more})  # type: ignore[arg-type]


class Home:
    """A home directory below a folder, with its state folder beside it; or a `tree` with its own record."""

    def __init__(self, folder: Path, tree: bool = False) -> None:
        self.path = folder / "home"
        self.tree = str(self.path) if tree else None
        self.state = folder / "state" / "mailgen"
        self.path.mkdir(mode=0o700, exist_ok=True, parents=True)

    def apply(self, *files: RenderedFile, **how: bool) -> tuple[FileChange, ...]:
        """Survey and commit, as a door does."""
        with locked(str(self.state), tree=self.tree) as state:
            changes = survey(str(self.path), files, state, **how)
            commit(str(self.path), changes, state)
        return changes

    def kinds(self, *files: RenderedFile, **how: bool) -> list[str]:
        """Apply, and return the kinds of the changes."""
        return [change.kind for change in self.apply(*files, **how)]

    def write(self, name: str, content: bytes, mode: int = 0o600) -> Path:
        """Put a file of the user's own."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(content)
        path.chmod(mode)
        return path

    def files(self) -> dict[str, bytes]:
        """Return all files of the home, by path, but the record of a tree."""
        found = {}
        for folder, _, names in os.walk(self.path):
            for name in set(names) - {TREE_RECORD, f".{TREE_RECORD}.new"}:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.path)] = file.read()
        return found

    def folders(self) -> set[str]:
        """Return all folders of the home, by path."""
        return {
            os.path.relpath(os.path.join(folder, name), self.path)
            for folder, names, _ in os.walk(self.path)
            for name in names
        }

    def litter(self) -> list[str]:
        """Return temporary files that are left, in the home and in the state folder."""
        return [
            os.path.join(folder, name)
            for top in (self.path, self.state)
            for folder, _, names in os.walk(top)
            for name in names
            if (name.startswith(".mailgen-") or name.endswith(".new") or name == "journal.json")
        ]

    def loose(self) -> list[str]:
        """Return the files and folders that others may read or write."""
        paths = [
            os.path.join(folder, name)
            for top in (self.path, self.state)
            for folder, folders, names in os.walk(top)
            for name in (*folders, *names)
        ]
        return [path for path in paths if not os.path.islink(path) and os.stat(path).st_mode & 0o077]
