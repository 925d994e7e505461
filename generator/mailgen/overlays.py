"""Provider files of the user's own, laid over mailgen's catalogue: what they say comes first.

They are checked as ours are, and compiled into the cache folder, so that a run with them costs one
more look-up and nothing else. Files that changed are compiled anew.
"""

from __future__ import annotations

import os

from mailgen import __version__, resources
from mailgen.catalog import FORMAT, Catalogue, kept
from mailgen.errors import MailgenError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailgen.catalog import Record


class Overlaid(Catalogue):
    """A catalogue whose providers come from a folder of the user's first, and then from the one beneath.

    Their records hold two keys more: `file`, the path of the provider file, and `instead_of`, the id of
    the provider beneath that would have answered, if there is one. Targets are those beneath.
    """

    def __init__(self, top: Catalogue, folder: str, beneath: Catalogue) -> None:
        self.path = beneath.path
        self._database = beneath._database
        self._top, self._folder, self._beneath = top, folder, beneath

    def provider_for(self, domain: str) -> tuple[str, Record] | None:
        beneath = self._beneath.provider_for(domain)
        hit = self._top.provider_for(domain)
        return (hit[0], self._marked(*hit, beneath[0] if beneath else None)) if hit else beneath

    def provider(self, id: str) -> Record | None:
        beneath = self._beneath.provider(id)
        record = self._top.provider(id)
        return self._marked(id, record, id if beneath else None) if record else beneath

    def providers(self) -> Iterator[tuple[str, Record]]:
        own = set()
        for id, record in self._top.providers():
            own.add(id)
            yield id, self._marked(id, record, id if self._beneath.provider(id) else None)
        yield from ((id, record) for id, record in self._beneath.providers() if id not in own)

    def domains(self) -> Iterator[str]:
        yield from sorted({*self._top.domains(), *self._beneath.domains()})

    def close(self) -> None:
        self._top.close()
        self._beneath.close()

    def _marked(self, id: str, record: Record, beneath: str | None) -> Record:
        marks = {"file": os.path.join(self._folder, f"{id}.yaml")}
        if beneath is not None:
            marks["instead_of"] = beneath
        return {**record, **marks}


def laid(catalogue: Catalogue, folder: str | None) -> Catalogue:
    """Return `catalogue` with the provider files of `folder` over it, and those of the user's own between.

    Raises MailgenError for the first problem in them, naming file, line and field, and for a `folder`
    that has none.
    """
    home = resources.own_providers()
    if os.path.isdir(home) and _names(home):
        catalogue = Overlaid(_compiled(home, catalogue), home, catalogue)
    if folder is None:
        return catalogue
    if not os.path.isdir(folder):
        raise UsageError("this is no folder", folder, "name one that holds provider files")
    if not _names(folder):
        raise UsageError("no provider files are in this folder", folder, "they end in .yaml")
    return Overlaid(_compiled(folder, catalogue), folder, catalogue)


def _compiled(folder: str, ours: Catalogue) -> Catalogue:
    """Return the catalogue of a folder: from the cache if nothing changed, else made anew."""
    state = _state(folder, ours)
    path = os.path.join(
        resources.cache(), f"providers-{resources.hash_of(os.path.realpath(folder)):08x}.sqlite"
    )
    if catalogue := kept(path, state):
        return catalogue
    from pathlib import Path

    from mailgen import build

    records = list(build.checked_providers(Path(folder)))
    try:
        build.build(path, records, [], state)
    except OSError:
        return _passing(records)
    return Catalogue(path)


def _names(folder: str) -> list[str]:
    names = sorted(os.listdir(folder))
    for name in names:
        if name.endswith(".yml"):
            raise MailgenError("provider files end in .yaml", os.path.join(folder, name), "rename it")
    return [name for name in names if name.endswith(".yaml")]


def _state(folder: str, ours: Catalogue) -> str:
    """Return a text that changes whenever a file of the folder does, or what they are checked by."""
    files = []
    for name in _names(folder):
        status = os.stat(os.path.join(folder, name))
        files.append((name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    return repr((FORMAT, __version__, ours.fingerprint, os.path.realpath(folder), files))


def _passing(records: Iterable[tuple[str, Record]]) -> Catalogue:
    """Return a catalogue whose file is gone as soon as it is open, for want of a place to keep it."""
    import tempfile

    from mailgen import build

    with tempfile.TemporaryDirectory(prefix="mailgen-") as folder:
        path = os.path.join(folder, "providers.sqlite")
        build.build(path, records, [])
        return Catalogue(path)
