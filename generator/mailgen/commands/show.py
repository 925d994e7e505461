"""`mailgen show`: everything known about one provider, on one sheet."""

from __future__ import annotations

import json
import sys

from mailgen import records
from mailgen.catalog import open_catalogue, with_own_providers
from mailgen.compat import QUIRKS
from mailgen.evidence import confidence
from mailgen.lookup import provider_record
from mailgen.parser import add_language, add_providers
from mailgen.secret_options import KINDS
from mailgen.terminal import columns, in_language, language, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from mailgen.catalog import Record
    from mailgen.model import Provider

_TLS = {"implicit": "TLS", "starttls": "STARTTLS", "none": "no TLS"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    parser.add_argument("what", metavar="DOMAIN|ADDRESS|ID", help="a domain, an address or a provider's id")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")
    add_language(parser)
    add_providers(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the sheet of the provider that serves a domain or an address."""
    catalogue = with_own_providers(open_catalogue(), arguments.providers)
    id, record = provider_record(catalogue, arguments.what)
    if arguments.json:
        print(json.dumps({"id": id, **record}, ensure_ascii=False, indent=2))
        return 0
    for line in sheet(records.provider_from_record(id, record), record, language(arguments.lang)):
        print(wrapped(line, columns(sys.stdout), 0, " " * 13))
    return 0


def sheet(provider: Provider, record: Record, lang: str) -> Iterator[str]:
    """Yield the lines of a readable sheet about a provider."""
    names = " / ".join(dict.fromkeys(provider.name.values()))
    yield names if provider.status == "ok" else f"{names} [{provider.status}]"
    if provider.note:
        yield f"  {in_language(provider.note, lang)}"
    if provider.domains:
        yield f"  domains    {', '.join(provider.domains)}"
    if provider.file:
        instead = f", instead of mailgen's {provider.instead_of}" if provider.instead_of else ""
        yield f"  your file  {provider.file}{instead}"
    if record.get("mx"):
        yield f"  hosts own domains whose MX ends in {', '.join(record['mx'])}"
    yield ""
    yield from _servers(provider)
    for protocol in ("managesieve", "jmap", "caldav", "carddav"):
        for item in record["services"].get(protocol, ()):
            place = item.get("url") or f"{item['host']}:{item['port']} ({_TLS[item['tls']]})"
            yield f"  {protocol:9}  {place} [{', '.join(item['sources'])}]"
    yield ""
    yield from _login(provider, lang)
    if oauth2 := record.get("oauth2"):
        yield f"  oauth2     {oauth2['issuer']}"
        for protocol, scopes in oauth2["scopes"].items():
            yield f"             {protocol}: {' '.join(scopes)}"
    if provider.folders:
        yield f"  folders    {', '.join(f'{role}: {name}' for role, name in provider.folders.items())}"
    for quirk, sources in provider.quirks.items():
        yield f"  quirk      {quirk}: it {QUIRKS[quirk][2]} [{', '.join(sources)}]"
    for old, new in provider.old_hosts.items():
        yield f"  old host   {old}, now {new}"
    for page in provider.docs:
        yield f"  see        {page}"
    yield ""
    for name, source in provider.sources.items():
        old = ", long ago" if source.aged else ""
        yield f"  [{name}] {source.kind}, checked {source.checked}{old}: {source.what}"


def _servers(provider: Provider) -> Iterator[str]:
    for protocol, endpoints in provider.endpoints.items():
        for endpoint in endpoints:
            facts = [_TLS[endpoint.tls], f"login: {endpoint.username}"]
            if endpoint.username_alternatives:
                facts.append(f"or {', '.join(endpoint.username_alternatives)}")
            if endpoint.auth != ("password",):
                facts.append(f"auth: {', '.join(endpoint.auth)}")
            if endpoint.audience:
                facts.append(f"for: {endpoint.audience}")
            level = confidence(endpoint, provider.sources)
            place = f"{endpoint.host}:{endpoint.port}"
            yield f"  {protocol:9}  {place:32} {'; '.join(facts)}"
            yield f"             confidence {level} [{', '.join(endpoint.sources)}]"


def _login(provider: Provider, lang: str) -> Iterator[str]:
    credentials = provider.credentials
    label = {"en": "secret    ", "zh": "密码      "}[lang]
    yield f"  {label} {KINDS[credentials.kind][lang]}"
    if credentials.format:
        yield f"             {in_language(credentials.format, lang)}"
    if credentials.hint:
        yield f"             {in_language(credentials.hint, lang)}"
    for said, text in (
        (credentials.shown_once, {"en": "shown only once", "zh": "只显示一次"}),
        (credentials.per_service, {"en": "one for each service", "zh": "各服务分别使用"}),
    ):
        if said:
            yield f"             {text[lang]}"
    if credentials.url:
        yield f"             {credentials.url}"
