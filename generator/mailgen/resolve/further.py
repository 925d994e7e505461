"""Servers beyond mail: calendars, address books and whatever else a target speaks and a provider has.

What a target needs is refused where it cannot be had; the rest is a gift, and is left out where it would not
work, or is not wanted, which is told.
"""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Option, Text
from mailgen.model.finding import Finding
from mailgen.model.server import Server
from mailgen.model.vocabulary import FURTHER
from mailgen.resolve.choose import choose_server
from mailgen.resolve.evidence import confidence
from mailgen.resolve.findings import unconfirmed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.model.provider import Address, Endpoint, Provider
    from mailgen.model.server import Credential
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def further_servers(
    provider: Provider, target: Target, address: Address, wish: Wish, credential: Credential
) -> tuple[dict[str, Server], list[Finding]]:
    """Return the servers for the protocols beyond mail that `target` speaks, and what is to be told of them.

    Raises MailgenError if the target needs one that cannot be had.
    """
    servers: dict[str, Server] = {}
    findings: list[Finding] = []
    for protocol in target.further:
        needed = protocol in target.needs
        option = target.protocols[protocol].get("option")
        if option and wish.options.get(option) is False and not needed:
            continue
        recorded = provider.endpoints.get(protocol, ())
        if not recorded and not needed:
            continue
        why = _unusable(provider, target, protocol, wish, credential)
        if why is None:
            chosen = choose_server(provider, target, protocol, address, wish, credential)
            server = Server(chosen.endpoint, chosen.username, chosen.auth, _filled(chosen.endpoint, address))
            servers[protocol] = server
            findings += _unconfirmed(provider, server, option and f"{target.name}.{option}")
        elif needed:
            what, mend = why
            raise MailgenError(
                what, Text("{title} for {name}", title=target.title, name=_name(provider)), mend
            )
        else:
            findings.append(_left_out(provider, target, recorded[0], *why))
    return servers, findings


def _unusable(
    provider: Provider, target: Target, protocol: str, wish: Wish, credential: Credential
) -> tuple[Text, Text] | None:
    """Return why no server of a protocol can be used, as a clause, and the mend; None if one can."""
    name, title, called = _name(provider), target.title, FURTHER[protocol]
    recorded = [one for one in provider.endpoints.get(protocol, ()) if one.term.in_force]
    look = Text("see 'mailgen show {id}' for what it offers", id=provider.id)
    if not recorded:
        return Text("no {protocol} server is known for {name}", protocol=called, name=name), look
    if provider.credentials.over(protocol).kind in ("oauth2-only", "none"):
        recorded = []
    ways = {"xoauth2", "oauthbearer"} if credential.kind in ("token", "oauth2") else {"password"}
    ways &= set(target.protocols[protocol]["auth"])
    usable = [one for one in recorded if ways & set(one.auth)]
    if not usable:
        facts = {"name": name, "protocol": called, "title": title}
        return Text("{name} accepts only OAuth2 over {protocol}, which {title} cannot do", **facts), look
    if wish.username is None and usable[0].username == "account-id":
        mend = Text("give it with {username}.", username=Option("username"))
        return Text("the login name there does not follow from the address"), mend
    return None


def _left_out(provider: Provider, target: Target, endpoint: Endpoint, why: Text, mend: Text) -> Finding:
    return Finding(
        "warning",
        "left-out",
        Text(
            "{protocol} at {host} is left out: {why}",
            protocol=FURTHER[endpoint.protocol],
            host=endpoint.host,
            why=why,
        ),
        Text("{title} for {name}", title=target.title, name=_name(provider)),
        mend,
    )


def _unconfirmed(provider: Provider, server: Server, option: str | None) -> Iterator[Finding]:
    """Yield a warning about a server that too little attests, unless the provider is so as a whole."""
    if provider.status == "unverified" or confidence(server.endpoint, provider.sources) != "low":
        return
    mend = Text("if the login fails there, please report what it says")
    if option:
        way = Option(f"options.{option}", "no")
        mend = Text("if the login fails there, leave it out: {option}", option=way)
    yield unconfirmed(provider, server, FURTHER[server.protocol], mend)


def _filled(endpoint: Endpoint, address: Address) -> str:
    """Return the URL of an endpoint with what it has of its user, percent-encoded (RFC 3986)."""
    if "{" not in endpoint.url:
        return endpoint.url
    from urllib.parse import quote

    parts = {"address": str(address), "localpart": address.local, "domain": address.domain}
    url = endpoint.url
    for name, value in parts.items():
        url = url.replace(f"{{{name}}}", quote(value, safe="@"))
    return url


def _name(provider: Provider) -> str:
    return provider.name["en"]
