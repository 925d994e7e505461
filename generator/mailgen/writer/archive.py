"""The files of a household as a tar archive: the same bytes for the same files, whoever makes it."""

from __future__ import annotations

import io
import tarfile

from . import blocks, disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from ..core.files import RenderedFile


def tar(files: Sequence[RenderedFile], stream: IO[bytes]) -> None:
    """Write a tar archive (POSIX.1-2001, pax) of `files` to `stream`, `~/` being its top.

    Folders come before what is in them, 0700. There are no times, users or groups in it. A file that
    is a block among others holds the block alone.
    """
    parts = {file: disk.relative(file.path, "~") for file in files}
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
        for file, names in sorted(parts.items(), key=lambda one: one[1]):
            if file.kind == "folder":
                continue
            entry = tarfile.TarInfo("/".join(names))
            entry.mode = file.mode
            if file.kind == "symlink":
                entry.type, entry.linkname = tarfile.SYMTYPE, file.text
                archive.addfile(entry)
                continue
            content = (
                blocks.put(b"", file.text, file.target, file.comment or "#")
                if file.merge == "block"
                else file.text.encode()
            )
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
