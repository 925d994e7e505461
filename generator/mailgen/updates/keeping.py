"""Where fetched data are kept, and what the newest were that this user has taken: no older ones are, then."""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import sha256

from mailgen import paths
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import dataclass
from mailgen.dataset import document
from mailgen.writer.private import alone_in, make_private_folders, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.dataset.document import DataDocument


@dataclass(frozen=True, slots=True)
class NewestTaken:
    """The serial and the digest of a document."""

    serial: int
    digest: str


def newest_taken() -> NewestTaken | None:
    """Return the newest document that was ever taken here, also if it is not used any more.

    Raises MailgenError if what remembers it is damaged.
    """
    path = _memory()
    try:
        with open(path, encoding="utf-8") as file:
            serial, digest = file.read(200).split()
        return NewestTaken(int(serial), digest)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        what = Text("this file should tell how new the data were that were fetched last, and does not")
        raise MailgenError(what, path, Text("delete it, if you know why it is so")) from None


def digest_of(content: bytes) -> str:
    """Return the digest by which two documents of one serial are told apart."""
    return sha256(content).hexdigest()


def kept_document() -> DataDocument | None:
    """Return the document that is kept, judged anew; None if there is none."""
    path = paths.fetched_data()
    if not os.path.exists(path):
        return None
    return document.read_document(document.content_of(path), path)


@contextmanager
def alone() -> Iterator[int]:
    """Open the folder of the kept document; other runs of mailgen wait meanwhile."""
    folder = os.path.dirname(paths.fetched_data())
    make_private_folders(folder)
    with alone_in(folder) as handle:
        yield handle


def keep_document(folder: int, content: bytes, serial: int) -> None:
    """Keep a document in the open `folder`; what remembers its serial is written first.

    Raises MailgenError; the document is then the old one.
    """
    memory = _memory()
    make_private_folders(os.path.dirname(memory))
    with alone_in(os.path.dirname(memory)) as beside:
        replace_file(beside, memory, f"{serial} {digest_of(content)}\n".encode(), 0o600)
    replace_file(folder, paths.fetched_data(), content, 0o600)


def take_away() -> bool:
    """Take the kept document away; what remembers its serial stays. Returns whether there was one."""
    path = paths.fetched_data()
    if not os.path.lexists(path):
        return False
    with alone() as folder:
        os.unlink(os.path.basename(path), dir_fd=folder)
    return True


def _memory() -> str:
    return os.path.join(paths.state_folder(), "data-serial")
