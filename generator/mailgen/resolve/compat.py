"""Whether a provider and a client can work together, and if not, why. Pure judgement, no choice."""

from __future__ import annotations

from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.core.values import dataclass, remembered_for_pairs, remembered_for_values, replace
from mailgen.model.finding import Finding
from mailgen.model.hosts import is_loopback
from mailgen.model.provider import Endpoint, Provider, Quirk
from mailgen.model.target import Target
from mailgen.model.target import version_key as version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from typing import Any, Literal

    from mailgen.model.server import Server

#: The mend where only the client stands in the way; who knows the others puts their names in its place.
ANOTHER_CLIENT = Text("use another client")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one protocol: `ok` (nothing), `degraded`, or `refused`."""

    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> Literal["ok", "degraded", "refused"]:
        if any(finding.severity == "refusal" for finding in self.findings):
            return "refused"
        return "degraded" if self.findings else "ok"


def meets(target: Target, quirk: str, version: str) -> str:
    """Say how `target` at `version` meets `quirk`: always, option, none or unknown.

    Of a quirk that the manifest does not name nobody knows; what is published says nothing to a server.
    """
    support = target.quirks.get(quirk)
    if support is None:
        return "none" if target.published else "unknown"
    if support.since and version_key(version) < version_key(support.since):
        return "none"
    return support.support


def at_version(target: Target, version: str) -> Target:
    """Return a target with those ways to log in that a version of its program has."""
    if not any("since" in can for can in target.protocols.values()):
        return target
    return _at_version(target, version)


@remembered_for_values(64)
def _at_version(target: Target, version: str) -> Target:
    def known(can: Mapping[str, Any]) -> dict[str, Any]:
        since = can.get("since", {})
        return {**can, "auth": [way for way in can["auth"] if way not in since or _is(version, since[way])]}

    return replace(target, protocols={name: known(can) for name, can in target.protocols.items()})


def _is(version: str, since: str) -> bool:
    return version_key(version) >= version_key(since)


def newer(target: Target, since: str) -> Text:
    """Return the mend where a newer version of a client has what is missing."""
    return Text(
        "use {title} {since} or newer, and say so with {client_version}",
        title=target.title,
        since=since,
        client_version=Option(f"client_version.{target.name}", f'"{since}"'),
    )


@remembered_for_pairs(256)
def usable_endpoints(provider: Provider, target: Target, protocol: str) -> tuple[Endpoint, ...]:
    """Return the endpoints of `protocol` that `target` can use, in the provider's order.

    Left out: those without TLS (but the user's own on this machine), those at an address that it cannot be
    told, those for a special audience or of
    another time, those with a name that is not known whole, and those whose TLS form or every
    authentication the client lacks.
    """
    can = target.protocols.get(protocol, {})
    return tuple(
        endpoint
        for endpoint in provider.endpoints.get(protocol, ())
        if endpoint.tls in can.get("tls", ())
        and takes_host(target, protocol, endpoint.host)
        and (endpoint.tls != "none" or _is_own_bridge(endpoint))
        and endpoint.audience is None
        and endpoint.term.in_force
        and "{" not in endpoint.host
        and set(endpoint.auth) & set(can.get("auth", ()))
    )


def takes_host(target: Target, protocol: str, host: str) -> bool:
    """Say whether a target can be told this host: some take no IPv6 address in the place of a name."""
    return ":" not in host or protocol in target.ipv6


def no_ipv6(target: Target, protocol: str) -> Text:
    """Say that a target takes no IPv6 address."""
    return Text(
        "{title} takes no IPv6 address for the {protocol} server",
        title=target.title,
        protocol=protocol.upper(),
    )


def _is_own_bridge(endpoint: Endpoint) -> bool:
    """Say whether this is a server on this machine that the user has named: nobody else attests it."""
    return is_loopback(endpoint.host) and not endpoint.sources


@remembered_for_pairs(256)
def judge(provider: Provider, target: Target, version: str, protocol: str) -> Verdict:
    """Judge whether `target` at `version` can use `protocol` of `provider`.

    Returns a Verdict; its findings name the reason and a way out that holds for any client. Which
    other client could do it is for the caller to add: this function sees one.
    """
    where = Text("{name}, {protocol}", name=Translated(provider.name), protocol=protocol.upper())
    target = at_version(target, version)
    usable = usable_endpoints(provider, target, protocol)
    if not usable:
        return Verdict((_no_endpoint(provider, target, protocol, where),))
    if provider.credentials.over(protocol).kind == "none":
        return Verdict((_no_login(provider, protocol, where),))
    return Verdict(
        tuple(
            finding
            for name, quirk in provider.quirks.items()
            if quirk.concerns in (protocol, "any")
            and (finding := _quirk_finding(name, quirk, provider, target, version, where))
        )
    )


def _no_login(provider: Provider, protocol: str, where: str) -> Finding:
    return Finding(
        "refusal",
        "no-login",
        Text(
            "{name} lets no mail program log in over {protocol}",
            name=Translated(provider.name),
            protocol=protocol.upper(),
        ),
        where,
        Text("see 'mailgen show {id}'", id=provider.id),
    )


def _quirk_finding(
    name: str, quirk: Quirk, provider: Provider, target: Target, version: str, where: str
) -> Finding | None:
    sentence = Text("{name} {happens}", name=Translated(provider.name), happens=Text(quirk.says["en"]))
    if quirk.beyond_clients:
        return Finding(quirk.severity, name, sentence, where, Text("use it from such a network"))
    support = meets(target, name, version)
    if support in ("always", "option"):
        return None
    if support == "unknown":
        mend = Text("if {title} fails with it, please report what it says", title=target.title)
        return Finding(
            "warning",
            name,
            Text("{sentence}; whether {title} copes is not known", sentence=sentence, title=target.title),
            where,
            mend,
        )
    since = target.quirks[name].since if name in target.quirks else None
    mend = newer(target, since) if since else ANOTHER_CLIENT
    return Finding(
        quirk.severity,
        name,
        Text(
            "{sentence}; {title} {version} does not do what it needs",
            sentence=sentence,
            title=target.title,
            version=version,
        ),
        where,
        mend,
    )


def without_server(provider: Provider, protocol: str) -> tuple[Text, Text]:
    """Return what to say of a protocol that has no server on record, and the mend: a refusal or a gap."""
    facts = {"protocol": protocol.upper(), "name": Translated(provider.name)}
    if protocol in provider.not_offered:
        what = Text("{name} does not offer {protocol}", **facts)
        return what, Text("see 'mailgen show {id}' for what it offers", id=provider.id)
    return Text("no {protocol} server is known for {name}", **facts), _give(protocol)


def _give(protocol: str) -> Text:
    return Text(
        "give one with {host}, {port} and {tls}",
        host=Option(f"{protocol}.host"),
        port=Option(f"{protocol}.port"),
        tls=Option(f"{protocol}.tls"),
    )


def _of_another_time(provider: Provider, protocol: str, recorded: tuple[Endpoint, ...]) -> Text:
    """Say that the servers of a protocol are in use no more, or not yet."""
    facts = {"name": Translated(provider.name), "protocol": protocol.upper()}
    coming = [one.term.since for one in recorded if one.term.state == "future"]
    if coming:
        return Text("{name} offers {protocol} from {day} on only", day=min(coming), **facts)
    last = max(one.term.until for one in recorded)
    return Text("{name} has offered {protocol} until {day}, and does not any more", day=last, **facts)


def since_when(target: Target, protocol: str, ways: Container[str]) -> str:
    """Return the first version of a client that can log in one of these ways; "" if it is none, or any."""
    can = target.protocols[protocol]
    return next(
        (since for way, since in can.get("since", {}).items() if way in ways and way not in can["auth"]), ""
    )


def by_proxy(protocol: str) -> Text:
    """Return the mend where a client cannot log in as a provider wants, and a program beside it could."""
    return Text(
        "run a proxy on this machine that logs in with OAuth2, and name it with {host}",
        host=Option(f"{protocol}.host", "127.0.0.1"),
    )


def _no_endpoint(provider: Provider, target: Target, protocol: str, where: str) -> Finding:
    name = Translated(provider.name)
    recorded = provider.endpoints.get(protocol, ())
    can = target.protocols.get(protocol)
    mend: str
    if not can:
        what, mend = (
            Text("{title} does not speak {protocol}", title=target.title, protocol=protocol.upper()),
            ANOTHER_CLIENT,
        )
    elif not recorded:
        what, mend = without_server(provider, protocol)
    elif not any(takes_host(target, protocol, endpoint.host) for endpoint in recorded):
        what = no_ipv6(target, protocol)
        name_it = Text("give the name of the server: {host}", host=Option(f"{protocol}.host"))
        mend = Listed("; or ", [name_it, ANOTHER_CLIENT])
    elif all(endpoint.tls == "none" and _is_own_bridge(endpoint) for endpoint in recorded):
        what = Text("{title} is never told to go without TLS, on this machine neither", title=target.title)
        starttls = Option(f"{protocol}.tls", "starttls")
        mend = Listed(
            "; or ", [ANOTHER_CLIENT, Text("say {starttls} if the bridge can do it", starttls=starttls)]
        )
    elif all(endpoint.tls == "none" for endpoint in recorded):
        what = Text(
            "the {protocol} servers known for {name} offer no TLS: "
            "anybody on the way could read the password, so nothing is written",
            protocol=protocol.upper(),
            name=name,
        )
        mend = Text(
            "ask the provider for a server with TLS and name it with {host}; "
            "if there is none, use another mail service",
            host=Option(f"{protocol}.host"),
        )
    elif not any(endpoint.term.in_force for endpoint in recorded):
        what, mend = _of_another_time(provider, protocol, recorded), _give(protocol)
    elif not any(set(endpoint.auth) & set(can.get("auth", ())) for endpoint in recorded):
        what = Text(
            "{name} accepts only OAuth2 over {protocol}, which {title} cannot do",
            name=name,
            protocol=protocol.upper(),
            title=target.title,
        )
        since = since_when(target, protocol, {way for one in recorded for way in one.auth})
        ways = [newer(target, since)] if since else []
        mend = Listed("; or ", [*ways, ANOTHER_CLIENT, by_proxy(protocol)])
    elif any("{" in endpoint.host for endpoint in recorded):
        from mailgen.resolve.slots import missing_slots

        asked, give = missing_slots(provider)
        mend = Text("{give}", give=give)
        what = Text("the name of this server holds something that only you know: {asked}", asked=asked)
    elif all(endpoint.audience for endpoint in recorded):
        audiences = Listed(" or ", list(dict.fromkeys(str(endpoint.audience) for endpoint in recorded)))
        what = Text(
            "{name} has {protocol} only for some customers ({audiences})",
            name=name,
            protocol=protocol.upper(),
            audiences=audiences,
        )
        mend = Text(
            "if you are one, name the server: {host}",
            host=Option(f"{protocol}.host", recorded[0].host),
        )
    else:
        what = Text(
            "no {protocol} server of {name} suits {title}",
            protocol=protocol.upper(),
            name=name,
            title=target.title,
        )
        mend = _give(protocol)
    return Finding("refusal", f"no-{protocol}", what, where, mend)


def refuse_logins(target: Target, servers: Iterable[Server]) -> None:
    """Raise Unrepresentable for a login name that would end early where the program reads it."""
    for server in servers:
        for char in target.logins_without:
            if char in server.username:
                why = Text("it would end at the first {char} there", char=char)
                raise Unrepresentable("username", target.title, why)


def refuse_elsewhere(target: Target, provider: Provider) -> None:
    """Raise MailgenError for a provider that has none of the servers for whose accounts alone a client is."""
    hosts = [endpoint.host for endpoints in provider.endpoints.values() for endpoint in endpoints]
    if not any(f".{host}".endswith(f".{end}") for host in hosts for end in target.only_at):
        raise MailgenError(
            Text(
                "{title} is for accounts at {hosts} alone, and {name} is elsewhere",
                title=target.title,
                hosts=Listed(" and ", list(target.only_at)),
                name=Translated(provider.name),
            ),
            Text("{title} for {name}", title=target.title, name=Translated(provider.name)),
            ANOTHER_CLIENT,
        )
