"""A catalogue with other providers over it: what both kinds of layer take from the one beneath."""

from __future__ import annotations

from mailgen.catalog.reader import Catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.model.records import Record
    from mailgen.model.target import Target


class Layer(Catalogue):
    """Providers that come from `top`; targets, which hold code, always come from `beneath`."""

    def __init__(self, top: Catalogue, beneath: Catalogue) -> None:
        self.path, self.findings = beneath.path, beneath.findings
        self._top, self._beneath = top, beneath

    @property
    def fingerprint(self) -> str:
        return self._beneath.fingerprint

    @property
    def serial(self) -> int:
        return self._beneath.serial

    @property
    def compared(self) -> str:
        return self._beneath.compared

    def manifest(self, name: str) -> Record:
        return self._beneath.manifest(name)

    def manifests(self) -> Iterator[tuple[str, Record]]:
        return self._beneath.manifests()

    def target(self, name: str) -> Target:
        return self._beneath.target(name)

    def targets(self) -> Iterator[Target]:
        return self._beneath.targets()

    def reasons(self, name: str) -> list[Record]:
        return self._beneath.reasons(name)

    def outlines(self, name: str) -> dict[str, str]:
        return self._beneath.outlines(name)

    def target_names(self) -> list[str]:
        return self._beneath.target_names()

    def close(self) -> None:
        self._top.close()
        self._beneath.close()
