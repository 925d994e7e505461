"""The ways by which domains tell about their mail servers, each as its document has it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import UsageError
from mailgen.core.text import Listed, Text
from mailgen.dataset.suffixes import is_public_suffix
from mailgen.discovery import Nothing
from mailgen.drafts.autoconfig import from_autoconfig
from mailgen.drafts.builder import Drafting
from mailgen.drafts.pacc import from_pacc
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.resolve.address import normalise_domain

if TYPE_CHECKING:
    from mailgen.discovery.asker import Answer, Asker
    from mailgen.discovery.names import Service
    from mailgen.drafts import Draft

CENTRAL = "https://autoconfig.thunderbird.net/v1.1"
#: SRV service -> protocol and TLS (RFC 6186, RFC 8314 section 5.1), in the order in which they are told.
SERVICES = {
    "imaps": ("imap", "implicit"),
    "imap": ("imap", "starttls"),
    "pop3s": ("pop3", "implicit"),
    "pop3": ("pop3", "starttls"),
    "submissions": ("smtp", "implicit"),
    "submission": ("smtp", "starttls"),
}
#: DNS can be forged on the way, unlike a page over HTTPS.
FROM_SRV = {
    "en": "From SRV records in DNS, which can be forged: compare the host names with the provider's.",
    "zh": "来自 DNS 的 SRV 记录，传输途中可能被伪造：请与服务商公布的主机名核对。",
}


async def pacc(asker: Asker, domain: str) -> Draft | None:
    """Ask for a PACC document (draft-ietf-mailmaint-pacc) whose digest stands in DNS."""
    name = f"_ua-auto-config.{domain}"
    url = f"https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json"
    if is_public_suffix(domain):
        asker.skip("pacc", url, _others(domain))
        return None

    async def digests() -> Answer:
        found = _digests(await asker.names.texts(name))
        one, several = Text("1 digest"), Text("{number} digests", number=len(found))
        return one if len(found) == 1 else several, False, found

    async def document(good: set[bytes]) -> Answer:
        page = await asker.page(url)
        if hashlib.sha256(page.content).digest() not in good:
            raise Nothing("not used: it does not have the digest that DNS tells")
        source = {"kind": "vendor", "url": url, "checked": _today()}
        return _settings(from_pacc(page.content, url, ("pacc", source), domain))

    good = await asker.tried("pacc", f"TXT {name}", digests())
    return await asker.tried("pacc", url, document(good)) if good else None


def _digests(texts: list[bytes]) -> set[bytes]:
    """Return the SHA-256 digests in TXT records; raises Nothing if there is none."""
    found = set()
    for text in texts:
        parts = [part.strip().partition(b"=") for part in text.split(b";") if part.strip()]
        fields = {key.strip(): value.strip() for key, _, value in parts}
        if len(fields) != len(parts) or fields.get(b"v") != b"UAAC1" or fields.get(b"a") != b"sha256":
            continue
        try:
            digest = base64.b64decode(fields.get(b"d", b""), validate=True)
        except binascii.Error:
            continue
        if len(digest) == hashlib.sha256().digest_size:
            found.add(digest)
    if not found:
        raise Nothing("no digest in it (v=UAAC1; a=sha256; d=...)")
    return found


async def autoconfig(asker: Asker, domain: str) -> Draft | None:
    """Ask the provider for an autoconfig file (draft-ietf-mailmaint-autoconfig), naming no address."""
    first = f"https://autoconfig.{domain}/mail/config-v1.1.xml"
    second = f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"
    for url in (first, second):
        if url == first and is_public_suffix(domain):
            asker.skip("autoconfig", url, _others(domain))
            continue
        source = {"kind": "vendor", "url": url, "checked": _today()}
        draft = await asker.tried("autoconfig", url, _autoconfig(asker, url, ("autoconfig", source), domain))
        if draft:
            return draft  # type: ignore[no-any-return]
    return None


async def database(asker: Asker, listed: str, domain: str, method: str = "database") -> Draft | None:
    """Ask the central autoconfig database for `listed`, on behalf of `domain`.

    DNS allows any byte in a name, and a label of an MX host may hold `/`, `?` or `#`: only the name of a
    host becomes a part of the URL.
    """
    try:
        name, _ = normalise_domain(listed, CENTRAL)
    except UsageError:
        asker.skip(method, CENTRAL, Text("{name} is not the name of a host", name=listed))
        return None
    url = f"{CENTRAL}/{name}"
    source = {"kind": "dataset", "dataset": "thunderbird/autoconfig", "checked": _today()}
    return await asker.tried(method, url, _autoconfig(asker, url, ("ispdb", source), domain))  # type: ignore[no-any-return]


async def _autoconfig(asker: Asker, url: str, source: tuple[str, dict[str, Any]], domain: str) -> Answer:
    page = await asker.page(url)
    return _settings(from_autoconfig(page.content, url, source, domain))


async def srv(asker: Asker, domain: str) -> Draft | None:
    """Ask for the SRV records of the mail protocols (RFC 6186, RFC 8314)."""

    async def records(service: str) -> Answer:
        found = [one for one in await asker.names.services(f"_{service}._tcp.{domain}") if one.target != "."]
        if not found:
            raise Nothing("not offered")
        return ", ".join(f"{one.target}:{one.port}" for one in found), True, found

    tries = [("srv", f"SRV _{service}._tcp.{domain}", records(service)) for service in SERVICES]
    found: list[list[Service] | None] = await asker.tried_together(tries)
    if not any(found):
        return None

    async def together() -> Answer:
        return _settings(_from_srv(dict(zip(SERVICES, found, strict=True)), domain))

    return await asker.tried("srv", Text("the SRV records of {domain}", domain=domain), together())  # type: ignore[no-any-return]


def _from_srv(found: dict[str, list[Service] | None], domain: str) -> Draft:
    title = f"SRV records of {domain} (RFC 6186)"
    source = {"kind": "vendor", "title": title, "checked": _today()}
    drafting = Drafting(title, ("srv", source), domain)
    for service, records in found.items():
        protocol, tls = SERVICES[service]
        for record in records or ():
            # RFC 6186 section 4: the login name is the address, and if that is refused the local part.
            for form in ("address", "localpart"):
                drafting.listens(
                    protocol, record.target, record.port, tls, ["password"], form, f"_{service}._tcp"
                )
    draft = drafting.draft()
    draft.record.update(status="unverified", note=FROM_SRV)
    return draft


def _settings(draft: Draft) -> Answer:
    services = [name for name in PROTOCOLS if name in draft.record["services"]]
    return Text("settings for {services}", services=Listed(", ", services)), True, draft


def _others(domain: str) -> str:
    return Text("the names below {domain} belong to others", domain=domain)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
