"""Provider data that were fetched (`mailgen data update`): they count where they are newer than ours.

They take the place of all providers of mailgen's own, so that what was taken out is gone. They hold no
code: targets and their templates are mailgen's own always. They were judged when they were fetched, and are
again before they are compiled into the cache folder, as another mailgen may have other rules. What cannot
be used costs nothing but its news: mailgen's own data serve, and each run tells.
"""

from __future__ import annotations

import os

from mailgen import __version__, paths
from mailgen.catalog.layer import Layer
from mailgen.catalog.reader import FORMAT
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.model.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.catalog.reader import Catalogue, CompiledCatalogue
    from mailgen.model.records import Record

_AGAIN = Text(
    "fetch them again with {update}, or go back to mailgen's own with {remove}",
    update="'mailgen data update'",
    remove="'mailgen data remove'",
)


class UpdatedCatalogue(Layer):
    """Newer providers instead of those of mailgen's own; `findings` says so."""

    def __init__(self, data: CompiledCatalogue, own: Catalogue) -> None:
        super().__init__(data, own)
        what = Text(
            "the provider data are those that were fetched, of {serial}; mailgen's own are of {own}",
            serial=data.serial,
            own=own.serial,
        )
        mend = Text("{remove} goes back to mailgen's own", remove="'mailgen data remove'")
        self.findings = (*own.findings, Finding("note", "fetched-data", what, paths.fetched_data(), mend))

    @property
    def fingerprint(self) -> str:
        return f"{self._beneath.fingerprint} {self.serial}"

    @property
    def serial(self) -> int:
        return self._top.serial

    @property
    def compared(self) -> str:
        return self._top.compared

    def record_for(self, domain: str) -> tuple[str, Record] | None:
        return self._top.record_for(domain)

    def record(self, id: str) -> Record | None:
        return self._top.record(id)

    def records(self) -> Iterator[tuple[str, Record]]:
        return self._top.records()

    def domains(self) -> Iterator[str]:
        return self._top.domains()


def newest(own: Catalogue) -> Catalogue:
    """Return `own`, or newer data that were fetched in place of its providers; `findings` says which and why.

    The file of another user's, as where a change of user kept HOME, is not used.
    """
    path = paths.fetched_data()
    try:
        stranger = paths.of_another(path)
        if stranger:
            what, mend = Text("provider data that another user has fetched are not used"), _AGAIN
            return _told(own, Finding("warning", "data-of-another", what, stranger, mend))
        data = _compiled(path, own)
    except FileNotFoundError:
        return own  # it has gone meanwhile
    except MailgenError as error:
        what = Text("the provider data that were fetched are not used: {what}", what=error.what)
        return _told(own, Finding("warning", "spoiled-data", what, error.where, _AGAIN))
    if data.serial <= own.serial:
        data.close()
        return own
    return UpdatedCatalogue(data, own)


def _told(own: Catalogue, finding: Finding) -> Catalogue:
    own.findings = (*own.findings, finding)
    return own


def _compiled(path: str, own: Catalogue) -> CompiledCatalogue:
    """Return the catalogue of the data at `path`: from the cache, if neither they nor mailgen changed."""
    from mailgen.catalog import cache

    status = os.stat(path)
    seen = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    state = repr((FORMAT, __version__, own.fingerprint, own.serial, path, seen))

    def compiled() -> bytes:
        from mailgen.catalog import compiler
        from mailgen.dataset import document

        data = document.read_document(document.content_of(path), path)
        return compiler.compiled(data.providers.items(), [], state, serial=data.serial)

    return cache.kept_or_compiled(f"data-{paths.hash_of(path):08x}.sqlite", state, compiled)
