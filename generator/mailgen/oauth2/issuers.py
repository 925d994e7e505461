"""Where tokens come from: a provider's authorisation server, with the tenant filled in."""

from __future__ import annotations

from urllib.parse import urlsplit

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.core.values import EMPTY, dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from mailgen.model.provider import Provider
    from mailgen.oauth2.clients import Client


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authorisation server (RFC 6749), as far as it is known; a URL that is not known is "".

    `scopes` are those of all protocols, each once. `parameters` go with the authorisation request.
    `redirect` are the places where it may send the browser back, the best first. `sends_iss` says that it
    names itself when it does (RFC 9207). `tenant` stands for {tenant} in the URLs where nobody names one.
    `url` is its name as a URL, below which it publishes its metadata (RFC 8414); `registers` says that it may
    take any program by itself (RFC 7591), which its metadata tell.
    """

    name: str
    auth_url: str = ""
    token_url: str = ""
    device_url: str = ""
    revoke_url: str = ""
    registration_url: str = ""
    scopes: tuple[str, ...] = ()
    parameters: Mapping[str, str] = EMPTY
    redirect: tuple[str, ...] = ("loopback-127",)
    sends_iss: bool = False
    tenant: str = ""
    url: str = ""
    registers: bool = False

    def of_tenant(self, tenant: str) -> Issuer:
        """Return the issuer for the accounts of one tenant; without a place for one, itself."""
        urls = {
            name: getattr(self, name).replace("{tenant}", tenant)
            for name in ("auth_url", "token_url", "device_url", "revoke_url")
        }
        return replace(self, tenant=tenant, **urls)


def issuer_of(provider: Provider, protocols: Iterable[str]) -> Issuer:
    """Return the issuer of a provider, for an account that uses these protocols; no tenant is filled in.

    Raises MailgenError if nothing is known of it.
    """
    known: Mapping[str, Any] = provider.oauth2
    if not known:
        raise MailgenError(
            Text("nothing is known of logging in to {name} with OAuth2", name=provider.name["en"]),
            Text("the provider {id}", id=provider.id),
            Text("use its password: 'mailgen show {id}' says which", id=provider.id),
        )
    wanted = [scope for protocol in protocols for scope in known["scopes"].get(protocol, ())]
    return Issuer(
        known["issuer"],
        auth_url=known.get("auth_url", ""),
        token_url=known.get("token_url", ""),
        device_url=known.get("device_url", ""),
        revoke_url=known.get("revoke_url", ""),
        scopes=tuple(dict.fromkeys(wanted)),
        parameters=known.get("parameters", EMPTY),
        redirect=tuple(known.get("redirect", ("loopback-127",))),
        sends_iss=known.get("iss", False),
        tenant=known.get("tenant", ""),
        url=known.get("issuer_url", ""),
        registers=known.get("registration") == "dynamic",
    )


def for_client(issuer: Issuer, client: Client, tenant: str = "") -> Issuer:
    """Return the issuer as a client must use it: for its own tenant, else for `tenant`, else for any.

    Raises MailgenError for a URL that is not https, which would show the token to everybody on the way.
    """
    found = issuer.of_tenant(client.tenant or tenant or issuer.tenant)
    private(found)
    return found


def private(issuer: Issuer) -> None:
    """Raise MailgenError for a URL of an issuer that is not https, which would show the token on the way."""
    urls = (issuer.auth_url, issuer.token_url, issuer.device_url, issuer.revoke_url, issuer.registration_url)
    for url in urls:
        if url and urlsplit(url).scheme != "https":
            raise MailgenError(
                Text("{url} is no https address: the login would not be private", url=url),
                issuer.name,
                "use https",
            )
