"""Opening mailgen's catalogue, and laying the user's own provider files over it."""

from __future__ import annotations

import os

from mailgen import paths
from mailgen.catalog.light import sqlite
from mailgen.catalog.reader import CompiledCatalogue, _kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.catalog.reader import Catalogue


def open_catalogue() -> Catalogue:
    """Open mailgen's own catalogue; in a checkout, compile it first if the sources changed.

    It lies beside the code; where this user cannot write there, in his cache folder (see cache.py).
    Raises MailgenError for a problem in the dataset or a manifest, naming file, line and field.
    """
    path = paths.catalogue_file()
    if paths.installed():
        return CompiledCatalogue(path)
    fingerprint = paths.fingerprint()
    if catalogue := _kept(path, fingerprint):
        return catalogue
    from mailgen.catalog import cache, compiler

    if os.access(os.path.dirname(path), os.W_OK):
        try:
            compiler.build(path, compiler.checked_providers(), compiler.checked_targets(), fingerprint)
            return CompiledCatalogue(path)
        except (OSError, sqlite.OperationalError):
            pass  # the disk is full, say; the cache folder, or no file at all, will do
    return cache.kept_or_compiled(
        "catalog.sqlite",
        fingerprint,
        lambda: compiler.compiled(compiler.checked_providers(), compiler.checked_targets(), fingerprint),
    )


def with_own_providers(catalogue: Catalogue, folder: str | None = None) -> Catalogue:
    """Return `catalogue` with the user's own provider files over it, if there are any: see overlay.py.

    `folder` is one that was named for this run; it comes before the user's own.
    """
    if folder is None and not os.path.isdir(paths.own_providers()):
        return catalogue
    from mailgen.catalog import overlay

    return overlay.laid(catalogue, folder)
