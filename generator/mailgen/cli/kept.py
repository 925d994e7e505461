"""Which secrets mailgen has put into their stores, or has seen come out: a mark each, and no secret.

Asking a store would want passphrases typed. A secret that is taken away by hand keeps its mark until 'secret
check' misses it; the mark only spares people a line that they have followed.
"""

from __future__ import annotations

import os
from contextlib import suppress

from mailgen import paths
from mailgen.core.errors import MailgenError
from mailgen.writer.private import alone_in, make_private_folders, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def remember_kept(argv: Sequence[str]) -> None:
    """Note that the command `argv` prints a secret. Where that cannot be noted, a line more is said."""
    path = _mark(argv)
    with suppress(MailgenError, OSError):
        make_private_folders(os.path.dirname(path))
        with alone_in(os.path.dirname(path)) as folder:
            replace_file(folder, path, b"", 0o600)


def forget_kept(argv: Sequence[str]) -> None:
    """Note that the command `argv` prints no secret any more."""
    with suppress(OSError):
        os.unlink(_mark(argv))


def is_kept(argv: Sequence[str]) -> bool:
    """Say whether the command `argv` was known to print a secret."""
    return os.path.exists(_mark(argv))


def _mark(argv: Sequence[str]) -> str:
    """Return the file of a store's place, which is not named after it."""
    return os.path.join(paths.state_folder(), "kept", f"{paths.hash_of(chr(0).join(argv)):08x}")
