"""Everything known about a provider, on one sheet."""

from __future__ import annotations

from mailgen.cli.terminal import in_language
from mailgen.cli.wording import COLON, worded
from mailgen.core.text import Text
from mailgen.model.records import provider_from_record
from mailgen.model.vocabulary import LANGUAGES, SECRETS
from mailgen.resolve.evidence import confidence
from mailgen.resolve.terms import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.model.provider import Credentials, Provider, Term
    from mailgen.model.records import Record

TLS = {"implicit": "TLS", "starttls": "STARTTLS", "none": "no TLS"}


def provider_sheet(id: str, record: Record, lang: str) -> Iterator[str]:
    """Yield the lines of a readable sheet about a provider, of all that its record says."""
    provider = provider_from_record(id, record)
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
    yield from _servers(provider, lang)
    for protocol in ("managesieve", "jmap", "caldav", "carddav"):
        for item in record["services"].get(protocol, ()):
            place = item.get("url") or f"{item['host']}:{item['port']} ({TLS[item['tls']]})"
            yield f"  {protocol:9}  {place} [{', '.join(item['sources'])}]"
    yield ""
    yield from _login(provider, lang)
    if oauth2 := record.get("oauth2"):
        yield f"  oauth2     {oauth2['issuer']}"
        for protocol, scopes in oauth2["scopes"].items():
            yield f"             {protocol}: {' '.join(scopes)}"
    if provider.folders:
        yield f"  folders    {', '.join(f'{role}: {name}' for role, name in provider.folders.items())}"
    if provider.folder_language:
        language = in_language(LANGUAGES[provider.folder_language], lang)
        others = in_language(provider.folder_others, lang)
        yield (
            "             "
            + {
                "en": f"in {language}; an account in another language has others"
                + f" ({others})" * bool(others),
                "zh": f"以上为{language}账号的名称；其他语言的账号另有名称" + f"（{others}）" * bool(others),
            }[lang]
        )
    for name, quirk in provider.quirks.items():
        yield f"  quirk      {name}: it {in_language(quirk.says, lang)} [{', '.join(quirk.sources)}]"
    for old, new in provider.old_hosts.items():
        yield f"  old host   {old}, now {new}"
    if provider.bare_logins:
        yield f"  login      also the part before the @, at {', '.join(provider.bare_logins)}"
    if provider.own_domain_login:
        yield "  login      of an address at a domain of one's own: the address at the provider"
    for page in provider.docs:
        yield f"  see        {page}"
    yield ""
    for name, source in provider.sources.items():
        old = ", long ago" if source.aged else ""
        yield f"  [{name}] {source.kind}, checked {source.checked}{old}: {source.what}"


def _servers(provider: Provider, lang: str) -> Iterator[str]:
    for protocol, endpoints in provider.endpoints.items():
        for endpoint in endpoints:
            facts = [TLS[endpoint.tls], f"login: {endpoint.username}"]
            if endpoint.username_alternatives:
                facts.append(f"or {', '.join(endpoint.username_alternatives)}")
            if endpoint.auth != ("password",):
                facts.append(f"auth: {', '.join(endpoint.auth)}")
            facts += _days(endpoint.term, lang)
            if endpoint.audience:
                facts.append(f"for: {endpoint.audience}")
            level = confidence(endpoint, provider.sources)
            place = f"{endpoint.host}:{endpoint.port}"
            yield f"  {protocol:9}  {place:32} {'; '.join(facts)}"
            yield f"             confidence {level} [{', '.join(endpoint.sources)}]"


def _login(provider: Provider, lang: str) -> Iterator[str]:
    credentials = provider.credentials
    label = {"en": "secret    ", "zh": "密码      "}[lang]
    yield f"  {label} {SECRETS[credentials.kind][lang]}"
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
    for day in _days(credentials.term, lang):
        yield f"             {day}"
    if credentials.url:
        yield f"             {credentials.url}"
    for case in credentials.cases:
        yield from _case(case, lang)


def _case(case: Credentials, lang: str) -> Iterator[str]:
    """Yield where another secret is wanted, and which."""
    places = [", ".join(one.upper() for one in case.protocols)] if case.protocols else []
    if case.when:
        places.append(worded(Text("where {settings}", settings=settings(case.when.items())), lang))
    places += _days(case.term, lang)
    colon = COLON[lang]
    yield f"             {'; '.join(places)}{colon}{SECRETS[case.kind][lang]} [{', '.join(case.sources)}]"
    if case.hint:
        yield f"               {in_language(case.hint, lang)}"


def _days(term: Term, lang: str) -> list[str]:
    """Return from when and until when something is so."""
    said = []
    if term.since:
        said.append(worded(Text("from {day} on", day=term.since), lang))
    if term.until:
        said.append(worded(Text("until {day}", day=term.until), lang))
    if term.state == "past":
        said.append(worded(Text("that is over"), lang))
    return said
