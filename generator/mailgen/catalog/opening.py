"""Opening mailgen's catalogue, and laying over it newer data and the user's own provider files."""

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
        return CompiledCatalogue(path, paths.zipped(path))
    fingerprint = paths.fingerprint()
    if catalogue := _kept(path, fingerprint):
        return catalogue
    from mailgen.catalog import cache, compiler
    from mailgen.catalog.serial import SERIAL

    if os.access(os.path.dirname(path), os.W_OK):
        try:
            sources = compiler.checked_providers(), compiler.checked_targets()
            compiler.build(path, *sources, fingerprint, serial=SERIAL)
            return CompiledCatalogue(path)
        except (OSError, sqlite.OperationalError):
            pass  # the disk is full, say; the cache folder, or no file at all, will do
    return cache.kept_or_compiled(
        "catalog.sqlite",
        fingerprint,
        lambda: compiler.compiled(
            compiler.checked_providers(), compiler.checked_targets(), fingerprint, serial=SERIAL
        ),
    )


def with_own_providers(catalogue: Catalogue, folder: str | None = None) -> Catalogue:
    """Return `catalogue` with what this user has of providers over it, if there is any.

    That are newer data which were fetched (updated.py), and above them provider files of the user's own
    (overlay.py); `folder` is one that was named for this run, and comes before those.
    """
    if os.path.exists(paths.fetched_data()):
        from mailgen.catalog import updated

        catalogue = updated.newest(catalogue)
    if folder is None and not os.path.isdir(paths.own_providers()):
        return catalogue
    from mailgen.catalog import overlay

    return overlay.laid(catalogue, folder)
