"""Which provider serves a domain, and whose a host is: the catalogue, remembered while one file is judged."""

from __future__ import annotations

from mailgen import formats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.catalog.reader import Catalogue
    from mailgen.formats.base import Format
    from mailgen.model.provider import Provider
    from mailgen.model.records import Record
    from mailgen.model.target import Target


def whose_form(target: str, record: Record) -> str:
    """Return the target in whose form the files of a target are: itself, or the one that it is like.

    What a library writes of the same settings is no file of that program.
    """
    return target if record["files"][0].get("encoder") else record.get("like", target)


def _folder(record: Record) -> str:
    """Return the folder of `formats` that knows a target's own file; with a slash one that only writes."""
    folder: str = record["files"][0].get("encoder") or record["grammar"]
    return folder


class CatalogueShelf:
    """Answers from a catalogue; what was asked once is not read again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._providers: dict[str, Provider | None] = {}
        self._domains: dict[str, Provider | None] = {}
        self._hosts: dict[str, list[Provider]] | None = None
        self._formats: dict[str, Format] | None = None

    def of_id(self, id: str) -> Provider | None:
        """Return the provider `id`."""
        if id not in self._providers:
            self._providers[id] = self.catalogue.provider(id)
        return self._providers[id]

    def of_domain(self, domain: str) -> Provider | None:
        """Return the provider that lists exactly this domain (A-labels)."""
        if domain not in self._domains:
            self._domains[domain] = self.catalogue.provider_for(domain)
        return self._domains[domain]

    def of_host(self, host: str) -> tuple[Provider, ...]:
        """Return the providers that have a server of this name, or had one. The first call reads them all."""
        if self._hosts is None:
            self._hosts = self._all_hosts()
        return tuple(self._hosts.get(host, ())) or tuple(
            provider
            for name, providers in self._hosts.items()
            if "{" in name
            for provider in providers
            if any(one.is_at(host) for one in provider.mail_servers)
        )

    def _all_hosts(self) -> dict[str, list[Provider]]:
        hosts: dict[str, list[Provider]] = {}
        for provider in self.catalogue.providers():
            names = {endpoint.host for endpoint in provider.mail_servers}
            for name in sorted(names.union(provider.old_hosts)):
                hosts.setdefault(name, []).append(provider)
        return hosts

    def target(self, name: str) -> Target:
        """Return a target."""
        return self.catalogue.target(name)

    @property
    def formats(self) -> dict[str, Format]:
        """Return what reads the files of each target, where they are read and have a form of their own."""
        return {name: format for name, format in self.known_formats.items() if format.is_read}

    @property
    def known_formats(self) -> dict[str, Format]:
        """Return the formats that are read, and those of which mailgen only knows whose files they are."""
        if self._formats is None:
            found = {
                name: formats.read_as(_folder(record))
                for name, record in self.catalogue.manifests()
                if whose_form(name, record) == name and "/" not in _folder(record)
            }
            self._formats = {name: format for name, format in found.items() if format is not None}
        return self._formats
