"""The files of a household as a tar archive: the same bytes for the same files, whoever makes it."""

from __future__ import annotations

import io
import tarfile

from ..core.files import RenderedFile
from ..core.values import replace
from . import blocks, keys, walking
from .changes import Entry, FileChange
from .remembered import TREE_RECORD, VERSION, as_bytes, to_record
from .state import digest, our_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO


def tar(files: Sequence[RenderedFile], stream: IO[bytes]) -> None:
    """Write a tar archive (POSIX.1-2001, pax) of `files` to `stream`, `~/` being its top.

    Folders come before what is in them, 0700. There are no times, users or groups in it. A file that
    is a block among others holds the block alone. The record of a tree comes with it, so that what is
    unpacked is as if it had been written there.
    """
    parts = {file: walking.relative(file.path, "~") for file in files}
    folders = sorted(
        {
            names[:depth]
            for file, names in parts.items()
            for depth in range(1, len(names) + (file.kind == "folder"))
        }
    )
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for folder in folders:
            entry = tarfile.TarInfo("/".join(folder))
            entry.type, entry.mode = tarfile.DIRTYPE, 0o700
            archive.addfile(entry)
        contents = {names: (_content(file), file) for file, names in parts.items() if file.kind != "folder"}
        if files:
            record = RenderedFile(TREE_RECORD, 0o600, "")
            contents[(TREE_RECORD,)] = _record(parts), record
        for names, (content, file) in sorted(contents.items(), key=lambda one: one[0]):
            entry = tarfile.TarInfo("/".join(names))
            entry.mode = file.mode
            if file.kind == "symlink":
                entry.type, entry.linkname = tarfile.SYMTYPE, file.text
                archive.addfile(entry)
                continue
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def unpacked(files: Sequence[RenderedFile]) -> list[FileChange]:
    """Return what would be done where the archive of `files` is unpacked and nothing is yet."""
    return [
        FileChange(file.path, "create", None, _content(file), None, file.mode, file=file)
        for file in files
        if file.kind == "file"
    ]


def _content(file: RenderedFile) -> bytes:
    if file.merge == "block":
        return blocks.put(b"", file.text, file.target, file.comment or "#")
    return file.content


def _record(parts: Mapping[RenderedFile, tuple[str, ...]]) -> bytes:
    """Return the record of a tree that was empty before."""
    kept = {}
    for file, names in parts.items():
        path = "~/" + "/".join(names)
        new = Entry(
            path, "", file.mode, file.merge, file.comment, file.target, file.accounts,
            created=True, grammar=file.grammar, kind=file.kind, under=file.under,
            names=keys.names_in(file.text.encode(), file.under) if file.merge == "keys" else (),
        )  # fmt: skip
        kept[path] = to_record(replace(new, digest=digest(our_part(_content(file), new) or b"")))
    above = {names[:depth] for names in parts.values() for depth in range(1, len(names))}
    made = sorted("~/" + "/".join(folder) for folder in above)
    return as_bytes({"version": VERSION, "files": kept, "folders": made}, TREE_RECORD, lines=True)
