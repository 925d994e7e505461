"""Which provider serves a domain, and whose a host is: the catalogue, remembered while one file is judged."""

from __future__ import annotations

from mailgen import formats
from mailgen.model.records import provider_from_record, target_from_record
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.catalog.reader import Catalogue
    from mailgen.formats.base import Format
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target


class CatalogueShelf:
    """Answers from a catalogue; what was asked once is not read again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._providers: dict[str, Provider | None] = {}
        self._domains: dict[str, str | None] = {}
        self._hosts: dict[str, list[str]] | None = None
        self._formats: dict[str, Format] | None = None

    def of_id(self, id: str) -> Provider | None:
        """Return the provider `id`."""
        if id not in self._providers:
            record = self.catalogue.provider(id)
            self._providers[id] = provider_from_record(id, record) if record else None
        return self._providers[id]

    def of_domain(self, domain: str) -> Provider | None:
        """Return the provider that lists exactly this domain (A-labels)."""
        if domain not in self._domains:
            hit = self.catalogue.provider_for(domain)
            self._domains[domain] = hit[0] if hit else None
        id = self._domains[domain]
        return self.of_id(id) if id is not None else None

    def of_host(self, host: str) -> tuple[Provider, ...]:
        """Return the providers that have a server of this name, or had one. The first call reads them all."""
        if self._hosts is None:
            self._hosts = self._all_hosts()
        found = (self.of_id(id) for id in self._hosts.get(host, ()))
        return tuple(provider for provider in found if provider is not None)

    def _all_hosts(self) -> dict[str, list[str]]:
        hosts: dict[str, list[str]] = {}
        for id, record in self.catalogue.providers():
            names = {item["host"] for protocol in PROTOCOLS for item in record["services"].get(protocol, ())}
            for name in sorted(names | {item["host"] for item in record.get("old_hosts", ())}):
                hosts.setdefault(name, []).append(id)
        return hosts

    def target(self, name: str) -> Target:
        """Return a target that is known to be there."""
        record = self.catalogue.target(name)
        assert record is not None, name
        return target_from_record(name, record)

    @property
    def formats(self) -> dict[str, Format]:
        """Return what reads the files of each target, where they are read and have a form of their own."""
        if self._formats is None:
            found = {
                name: formats.read_as(record["grammar"])
                for name, record in self.catalogue.targets()
                if "like" not in record
            }
            self._formats = {name: format for name, format in found.items() if format is not None}
        return self._formats
