"""A page for each provider in each language: servers, secret, what to know, and files for mail programs.

All of it is of the dataset, or made as for anybody who asks for an address there.
"""

from __future__ import annotations

from mailgen.api import generate
from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Text
from mailgen.languages import told_in
from mailgen.model.server import Credential, Server
from mailgen.model.tokens import Command
from mailgen.model.vocabulary import KINDS, LEVELS, LOGINS, PROTOCOLS, TLS
from mailgen.publishing.frame import LANGUAGES, html_page
from mailgen.resolve.evidence import confidence
from mailgen.resolve.for_people import secret_sentence
from mailgen.resolve.terms import about_terms
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Endpoint, Provider
    from mailgen.model.target import Target

#: What stands before the @ in the files that are shown.
EXAMPLE = "you"
#: Files that are longer are shown by the program only.
_LONGEST = 4000
_WAYS = (
    Credential(),
    Credential("command", Command(("pass", "show", "mail/example"))),
    Credential("oauth2"),
)


def pages(
    provider: Provider,
    targets: list[Target],
    catalogue: Catalogue,
    frame: Callable[[str, str], dict[str, Any]],
) -> Iterator[tuple[str, str, bytes]]:
    """Yield for each language: its name, the title of the page, and the page.

    `frame` says what stands around it, for a language and the name of the file.
    """
    files = list(_files(provider, targets, catalogue))
    for lang in LANGUAGES:
        name = _in(provider.name, lang)
        title = told_in(Text("{name}: servers, ports and password for mail programs", name=name), lang)
        yield (
            lang,
            title,
            html_page(
                "provider",
                lang,
                **frame(lang, provider.id),
                title=title,
                description=_described(provider, lang),
                id=provider.id,
                name=name,
                domains=provider.domains[:30],
                address=_address(provider),
                note=_in(provider.note, lang),
                servers=list(_servers(provider, lang)),
                secrets=list(_secrets(provider, lang)),
                facts=list(_facts(provider, lang)),
                files=files,
                docs=provider.docs,
                sources=list(_sources(catalogue.record(provider.id) or {}, lang)),
            ),
        )


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or texts.get("en", "")


def _address(provider: Provider) -> str:
    return f"{EXAMPLE}@{(*provider.domains, 'company.example')[0]}"


def _described(provider: Provider, lang: str) -> str:
    """Return the description for those who search: the hint, else the servers."""
    hint = _in(provider.credentials.hint, lang)
    hosts = ", ".join(dict.fromkeys(one.host for one in provider.mail_servers))
    return f"{hosts}. {hint}".strip() if hint else hosts


def _servers(provider: Provider, lang: str) -> Iterator[dict[str, object]]:
    for protocol in PROTOCOLS:
        for one in provider.endpoints.get(protocol, ()):
            yield {
                "protocol": protocol.upper(),
                "host": one.host,
                "port": one.port,
                "tls": TLS[one.tls][lang],
                "login": _login(one, lang),
                "confidence": LEVELS[confidence(one, provider.sources)][lang],
            }


def _login(endpoint: Endpoint, lang: str) -> str:
    form = LOGINS.get(endpoint.username)
    return form[lang] if form else told_in(Text("a name that the address does not tell"), lang)


def _secrets(provider: Provider, lang: str) -> Iterator[dict[str, str]]:
    for one in provider.asked_for(protocol for protocol in PROTOCOLS if provider.endpoints.get(protocol)):
        hint = _in(one.hint, lang)
        if one.kind != "unknown" or hint:
            yield {"what": secret_sentence(provider, one, lang), "hint": hint, "url": one.url or ""}


def _facts(provider: Provider, lang: str) -> Iterator[str]:
    """Yield what ends, moves or costs money, what has to be switched on, and what is unlike others."""
    servers = [
        Server(one, "", "password" if "password" in one.auth else one.auth[0])
        for one in provider.mail_servers
    ]
    for finding in about_terms(provider, servers):
        if finding.severity == "warning":
            facts = {"what": finding.what, "mend": finding.mend}
            yield told_in(Text("{what}: {mend}", **facts), lang, lambda option: option.value or option.path)
    for hurdle in provider.off_by_default:
        concerned = [one.upper() for one in PROTOCOLS if provider.endpoints.get(one) and hurdle.concerns(one)]
        protocols = Listed(", ", concerned)
        where = _in(hurdle.text, lang)
        yield told_in(
            Text("{protocols} must be switched on first: {where}", protocols=protocols, where=where), lang
        )
    for quirk in provider.quirks.values():
        says = _in(quirk.says, lang)
        yield told_in(Text("It {happens}.", happens=says), lang)


def _files(provider: Provider, targets: list[Target], catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Yield the main file of each program that can do it, by the plainest way to the secret that it takes."""
    for target in targets:
        for way in _WAYS:
            if way.kind not in target.secret:
                continue
            try:
                made = generate(
                    target,
                    _address(provider),
                    Wish(credential=way),
                    provider=provider.id,
                    catalogue=catalogue,
                )
            except MailgenError:
                continue
            file = made.files[0]
            if file.binary is None and file.kind == "file" and len(file.text) <= _LONGEST:
                yield {"target": target.name, "title": target.title, "path": file.path, "text": file.text}
            break


def _sources(record: Mapping[str, Any], lang: str) -> Iterator[dict[str, str]]:
    for source in record.get("sources", {}).values():
        title = source.get("title") or source.get("dataset") or source.get("url", "").partition("://")[2]
        kind = KINDS[source["kind"]][lang]
        yield {"title": title, "url": source.get("url", ""), "kind": kind, "checked": source["checked"]}
