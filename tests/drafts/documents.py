"""Files of mail settings as other people write them, and what every draft of one must bear out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from mailgen.core.printing import printable
from mailgen.dataset import providers, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.drafts import Draft

SOURCE: tuple[str, dict[str, Any]] = (
    "autoconfig",
    {"kind": "vendor", "url": "https://example.org/config.xml", "checked": "2026-11-26"},
)
WEAK: tuple[str, dict[str, Any]] = ("found", {"kind": "list", "title": "a list", "checked": "2026-11-26"})


def sound(draft: Draft) -> Draft:
    """Return a draft that the schema and all rules are content with, whose losses may be shown."""
    path = Path(f"{draft.id}.yaml")
    assert list(providers.schema_problems(path, draft.record, "provider.schema.json")) == []
    assert list(rules.provider_problems(path, draft.record)) == []
    assert draft.record.get("domains", [draft.id])[0] == draft.id
    for loss in draft.losses:
        assert loss.what
        assert loss.where
        assert printable(loss.what + loss.where) == loss.what + loss.where
    return draft


def lost(draft: Draft) -> str:
    """Return all losses as one text."""
    return "\n".join(f"{loss.where}: {loss.what}" for loss in draft.losses)


def server(
    kind: str = "imap",
    host: str = "mail.example.org",
    port: object = 993,
    tls: str = "SSL",
    user: str | None = "%EMAILADDRESS%",
    auth: tuple[str, ...] = ("password-cleartext",),
    more: str = "",
) -> str:
    """Return a server as an autoconfig file names it."""
    side = {"smtp": "outgoingServer", "managesieve": "setupServer"}.get(kind, "incomingServer")
    name = "" if user is None else f"<username>{escape(user)}</username>"
    ways = "".join(f"<authentication>{escape(way)}</authentication>" for way in auth)
    return (
        f"<{side} type={quoteattr(kind)}><hostname>{escape(host)}</hostname><port>{escape(str(port))}</port>"
        f"<socketType>{escape(tls)}</socketType>{name}{ways}{more}</{side}>\n"
    )


IMAP = server()
SMTP = server("smtp", port=465)


def autoconfig(
    inside: str = IMAP + SMTP,
    outside: str = "",
    domains: Mapping[str, str] | tuple[str, ...] = ("example.org",),
    name: str = "<displayName>Example Mail</displayName>",
) -> bytes:
    """Return an autoconfig file."""
    served = "".join(f"<domain>{escape(domain)}</domain>" for domain in domains)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<clientConfig version="1.1">\n'
        f'<emailProvider id="example.org">{served}{name}\n{inside}</emailProvider>\n'
        f"{outside}</clientConfig>\n"
    ).encode("utf-8", "surrogatepass")
