"""Provider files of the user's own, laid over mailgen's catalogue: what they say comes first.

They are checked as ours are, and compiled into the cache folder, so that a run with them costs one
more look-up and nothing else. Files that changed are compiled anew.

A file that cannot be used costs only the domains that it may speak of: for those no other answer will
do, as it might send a password to a server that the user has decided against. All others are answered
without it, and each run tells. In a folder that was named for this run, all files must be good.
"""

from __future__ import annotations

import os

from mailgen import __version__, paths
from mailgen.catalog.layer import Layer
from mailgen.catalog.reader import FORMAT
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Option, Text
from mailgen.core.values import dataclass
from mailgen.model.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.catalog.reader import Catalogue, CompiledCatalogue
    from mailgen.model.records import Record


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A provider file that cannot be used: its id, its words as compared, or None, and what is wrong."""

    id: str
    words: str | None
    error: MailgenError

    def may_serve(self, domain: str) -> bool:
        """Say whether the file may list `domain` (A-labels), however it is written there."""
        from mailgen.resolve.address import normalise_domain

        if self.words is None or "\\" in self.words:  # an escape could be any letter
            return True
        names = (domain, *normalise_domain(domain, domain))
        forms = [_compared(form) for name in names for form in (name, f"*.{name.partition('.')[2]}")]
        return any(form == _compared(self.id) or form in self.words for form in forms)


class OverlaidCatalogue(Layer):
    """A catalogue whose providers come from a folder of the user's first, and then from the one beneath.

    Their records hold two keys more: `file`, the path of the provider file, and `instead_of`, the id of
    the provider beneath that would have answered, if there is one. Targets are those beneath. What a
    `spoiled` file may serve is refused, with what is wrong in it.
    """

    def __init__(
        self, top: Catalogue, folder: str, beneath: Catalogue, spoiled: tuple[Spoiled, ...] = ()
    ) -> None:
        super().__init__(top, beneath)
        self.findings = (*beneath.findings, *map(_not_used, spoiled))
        self._folder, self._spoiled = folder, spoiled

    def record_for(self, domain: str) -> tuple[str, Record] | None:
        for file in self._spoiled:
            if file.may_serve(domain):
                raise _again(file.error)
        beneath = self._beneath.record_for(domain)
        hit = self._top.record_for(domain)
        return (hit[0], self._marked(*hit, beneath[0] if beneath else None)) if hit else beneath

    def record(self, id: str) -> Record | None:
        for file in self._spoiled:
            if file.id == id:
                raise _again(file.error)
        beneath = self._beneath.record(id)
        record = self._top.record(id)
        return self._marked(id, record, id if beneath else None) if record else beneath

    def records(self) -> Iterator[tuple[str, Record]]:
        own = {file.id for file in self._spoiled}
        for id, record in self._top.records():
            own.add(id)
            yield id, self._marked(id, record, id if self._beneath.record(id) else None)
        yield from ((id, record) for id, record in self._beneath.records() if id not in own)

    def domains(self) -> Iterator[str]:
        yield from sorted({*self._top.domains(), *self._beneath.domains()})

    def _marked(self, id: str, record: Record, beneath: str | None) -> Record:
        marks = {"file": os.path.join(self._folder, f"{id}.yaml")}
        if beneath is not None:
            marks["instead_of"] = beneath
        return {**record, **marks}


def laid(catalogue: Catalogue, folder: str | None) -> Catalogue:
    """Return `catalogue` with the provider files of `folder` over it, and those of the user's own between.

    Those of the user's own are left out if they are another user's, as where a change of user kept HOME;
    `findings` says so, and names the files that cannot be used. Raises MailgenError for the first problem
    in `folder`, naming file, line and field, and if it has no provider files.
    """
    home = paths.own_providers()
    if os.path.isdir(home) and (stranger := paths.of_another(home)):
        catalogue.findings = (*catalogue.findings, _of_another(home, stranger))
    elif os.path.isdir(home) and any(_names(home)):
        top, spoiled = _compiled(home, catalogue, lenient=True)
        catalogue = OverlaidCatalogue(top, home, catalogue, spoiled)
    if folder is None:
        return catalogue
    if not os.path.isdir(folder):
        raise UsageError("this is no folder", folder, "name one that holds provider files")
    names, misnamed = _names(folder)
    if misnamed:
        raise _misnamed(os.path.join(folder, misnamed[0]))
    if not names:
        raise UsageError("no provider files are in this folder", folder, "they end in .yaml")
    return OverlaidCatalogue(_compiled(folder, catalogue, lenient=False)[0], folder, catalogue)


def supposed(catalogue: Catalogue, path: str, record: Record) -> Catalogue:
    """Return `catalogue` with one provider file over it, as if it lay at `path` already."""
    from mailgen.catalog import cache, compiler

    folder, name = os.path.split(path)
    content = compiler.compiled([(name.removesuffix(".yaml"), record)], [], "", catalogue.compared)
    return OverlaidCatalogue(cache.opened_from(path, content), folder, catalogue)


def _compiled(folder: str, ours: Catalogue, lenient: bool) -> tuple[CompiledCatalogue, tuple[Spoiled, ...]]:
    """Return the catalogue of a folder, from the cache if nothing changed, and the files that are not in it.

    What was compiled without a file is not used again. Raises MailgenError for a bad file unless `lenient`.
    """
    from mailgen.catalog import cache

    names, misnamed = _names(folder)
    state = _state(folder, names, ours)
    spoiled = [_spoiled(os.path.join(folder, name), None) for name in misnamed]

    def compiled() -> bytes:
        from pathlib import Path

        from mailgen.catalog import compiler
        from mailgen.dataset.providers import each

        records = []
        for path, record, problems in each([Path(folder, name) for name in names]):
            if problems and not lenient:
                raise problems[0].error()
            if record is None or problems:
                spoiled.append(_spoiled(str(path), problems[0].error()))
            else:
                records.append((path.stem, record))
        return compiler.compiled(records, [], "" if spoiled else state, ours.compared)

    name = f"providers-{paths.hash_of(os.path.realpath(folder)):08x}.sqlite"
    return cache.kept_or_compiled(name, state, compiled), tuple(spoiled)


def _names(folder: str) -> tuple[list[str], list[str]]:
    """Return the names of the provider files of a folder, and of those that were meant to be."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise MailgenError(
            Text("the folder cannot be read: {strerror}", strerror=error.strerror), folder, "make it readable"
        ) from None
    return [name for name in names if name.endswith(".yaml")], [
        name for name in names if name.endswith(".yml")
    ]


def _state(folder: str, names: list[str], ours: Catalogue) -> str:
    """Return a text that changes whenever a file of the folder does, or what they are checked by."""
    files: list[tuple[object, ...]] = []
    for name in names:
        try:
            status = os.stat(os.path.join(folder, name))
        except OSError as error:
            files.append((name, error.errno))
        else:
            files.append((name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    return repr((FORMAT, __version__, ours.fingerprint, os.path.realpath(folder), files))


def _spoiled(path: str, error: MailgenError | None) -> Spoiled:
    from mailgen.dataset import yaml_lines

    try:
        words: str | None = _compared(yaml_lines.text_of(path, yaml_lines.LARGEST))
    except (OSError, MailgenError):
        words = None
    id = os.path.splitext(os.path.basename(path))[0]
    return Spoiled(id, words, error or _misnamed(path))


def _compared(text: str) -> str:
    """Return a text as names are compared: in small letters of their usual form, much as UTS 46 has it."""
    import unicodedata

    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _misnamed(path: str) -> MailgenError:
    return MailgenError("provider files end in .yaml", path, "rename it")


def _again(error: MailgenError) -> MailgenError:
    """Return the same refusal anew: what was raised once holds the frames it passed through."""
    return MailgenError(error.what, error.where, error.mend)


def _not_used(file: Spoiled) -> Finding:
    what = Text("this provider file of your own is not used: {what}", what=file.error.what)
    return Finding("warning", "spoiled-file", what, file.error.where, file.error.mend)


def _of_another(folder: str, stranger: str) -> Finding:
    where = folder if stranger == folder else f"{folder} (in {stranger})"
    mend = Text(
        "log in as the user whose home this is, or name the folder with {providers}",
        providers=Option("providers"),
    )
    return Finding("warning", "files-of-another", "provider files of another user are not used", where, mend)
