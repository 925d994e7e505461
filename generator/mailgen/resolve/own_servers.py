"""Servers that the user names: what follows from the parts that are given, and what contradicts itself."""

from __future__ import annotations

from mailgen.core.errors import UsageError
from mailgen.core.text import Option, Text
from mailgen.core.values import EMPTY, replace
from mailgen.model.finding import Finding
from mailgen.model.hosts import is_address, is_loopback
from mailgen.model.ports import RELAYS, default_port, port_objection, usual_tls
from mailgen.model.provider import Credentials, Endpoint
from mailgen.model.vocabulary import AUTH, PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from typing import Any

    from mailgen.model.provider import Hurdle, Provider
    from mailgen.model.server import Server
    from mailgen.model.target import Target


def own_endpoint(provider: Provider, protocol: str, given: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint that the user means by `given`: some of host, port and tls.

    What is missing is what the provider's record says of this very host, else what is usual: a port follows
    from the form of TLS and the form from the port, and without both it is implicit TLS. Raises UsageError
    where no host is known, and for a port that tells no form of TLS.
    """
    known = nearest_endpoint(provider, protocol, given)
    host = given.get("host") or (known.host if known and "{" not in known.host else None)
    if host is None:
        raise UsageError(
            Text(
                "{port} or {tls} is given, but no host is known",
                port=Option(f"{protocol}.port"),
                tls=Option(f"{protocol}.tls"),
            ),
            Text("the {protocol} server", protocol=protocol.upper()),
            Text("add {host}", host=Option(f"{protocol}.host")),
        )
    record = _recorded(provider, protocol, {**given, "host": host})
    port = given.get("port") or (record.port if record else None)
    tls = given.get("tls") or (record.tls if record else None)
    tls = tls or ("implicit" if port is None else usual_tls(protocol, port) or RELAYS.get((protocol, port)))
    if tls is None:
        raise UsageError(
            Text("port {port} does not tell which form of TLS the server wants", port=port),
            Text("the {protocol} server {host}", protocol=protocol.upper(), host=host),
            Text(
                "ask whoever runs it, and say {implicit} or {starttls}",
                implicit=Option(f"{protocol}.tls", "implicit"),
                starttls=Option(f"{protocol}.tls", "starttls"),
            ),
        )
    if tls == "none" and not is_loopback(host):
        raise UsageError(
            Text("without TLS everybody on the way can read the password, so nothing is written"),
            Text("the {protocol} server {host}", protocol=protocol.upper(), host=host),
            Text(
                "only a server on this machine may be without: say {implicit} or {starttls}",
                implicit=Option(f"{protocol}.tls", "implicit"),
                starttls=Option(f"{protocol}.tls", "starttls"),
            ),
        )
    port = port or default_port(protocol, "starttls" if tls == "none" else tls)
    if known is None or not is_theirs(provider, host):
        return Endpoint(protocol, host, port, tls, AUTH)  # type: ignore[arg-type]
    return Endpoint(protocol, host, port, tls, known.auth, known.username)  # type: ignore[arg-type]


def is_theirs(provider: Provider, host: str) -> bool:
    """Say whether what is known of a provider holds of a host: one that is recorded, or one beside these.

    Beside them is what lies below the same name, or below a domain of the provider's.

    >>> from mailgen.model.provider import Credentials, Endpoint, Provider
    >>> known = {"imap": (Endpoint("imap", "imap.mail.example", 993, "implicit"),)}
    >>> mine = Provider("m", {}, known, Credentials("unknown"), domains=("m.example",))
    >>> [is_theirs(mine, host) for host in ("smtp.mail.example", "imap.m.example", "127.0.0.1", "x.example")]
    [True, True, False, False]
    """
    host = host.lower()
    hosts = {one.host for one in provider.mail_servers}
    hosts |= {*provider.old_hosts, *provider.old_hosts.values()}
    if host in hosts:
        return True
    if is_address(host):
        return False
    above = {above for one in hosts if "." in (above := one.partition(".")[2])}
    return any(host == name or host.endswith(f".{name}") for name in (*above, *provider.domains))


def without_facts_of(provider: Provider, protocols: Container[str]) -> Provider:
    """Return a provider without what is known of some protocols, whose servers are another's."""
    unknown = Credentials("unknown", protocols=tuple(one for one in PROTOCOLS if one in protocols))
    base = provider.credentials
    return replace(
        provider,
        credentials=replace(base, cases=(unknown, *base.cases)),
        quirks={name: one for name, one in provider.quirks.items() if one.concerns not in protocols},
        folders=EMPTY if "imap" in protocols else provider.folders,
        off_by_default=_of_others(provider.off_by_default, protocols),
        plans=_of_others(provider.plans, protocols),
        limits=EMPTY if "smtp" in protocols else provider.limits,
    )


def _of_others(hurdles: tuple[Hurdle, ...], protocols: Container[str]) -> tuple[Hurdle, ...]:
    """Return what stands before the use of other protocols than these."""
    kept = []
    for one in hurdles:
        others = tuple(other for other in one.protocols or PROTOCOLS if other not in protocols)
        if others:
            kept.append(replace(one, protocols=others))
    return tuple(kept)


def nearest_endpoint(provider: Provider, protocol: str, given: Mapping[str, Any]) -> Endpoint | None:
    """Return the provider's endpoint that a user's own server follows in all that is not `given`.

    That is the one of the same host, whomever it is for, else the first that is in use, if there is one.
    """
    recorded = provider.endpoints.get(protocol, ())
    same = [one for one in recorded if one.is_at(given.get("host", ""))]
    return next(iter(same or [one for one in recorded if one.term.in_force]), None)


def _recorded(provider: Provider, protocol: str, given: Mapping[str, Any]) -> Endpoint | None:
    """Return the first endpoint of the record in use that has all that is given."""
    return next(
        (
            one
            for one in provider.endpoints.get(protocol, ())
            if one.tls != "none"
            and one.term.in_force
            and all(getattr(one, part) == value for part, value in given.items())
        ),
        None,
    )


def about_own_servers(
    provider: Provider | None,
    servers: Mapping[str, Mapping[str, Any]],
    used: Mapping[str, Server],
    target: Target,
) -> Iterator[Finding]:
    """Yield a warning for each server whose port and TLS contradict each other, or are a guess.

    Also for one whose certificate the target will hardly accept. `provider` is as it is recorded, `used` are
    the servers of the account, by protocol.
    """
    for protocol, given in servers.items():
        server = used.get(protocol)
        if server is None or not given:
            continue
        where = Text("the {protocol} server {host}", protocol=protocol.upper(), host=server.host)
        if server.tls != "none" and (told := names_only(target, server.host)):
            severity = "note" if is_loopback(server.host) else "warning"
            mend = Text("give the name of the server: {host}", host=Option(f"{protocol}.host"))
            yield Finding(severity, "address-certificate", told, where, mend)  # type: ignore[arg-type]
        attested = provider and provider.has_server(protocol, server.host, server.port, server.tls)
        wrong = None if attested else port_objection(protocol, server.port, server.tls)
        if server.tls == "none":
            yield _no_tls(protocol, server)
        elif wrong:
            yield Finding("warning", "port-and-tls", wrong[1], where, _mend(protocol, server, wrong[0]))
        elif (
            "tls" not in given
            and (protocol, server.port) in RELAYS
            and not (provider and _recorded(provider, protocol, {**given, "host": server.host}))
        ):
            form = Option(f"{protocol}.tls", server.tls)
            what = Text(
                "no document says which form of TLS port {port} has; {form} is a guess",
                port=server.port,
                form=form,
            )
            yield Finding("warning", "tls-guessed", what, where, Text("say {form} if it is right", form=form))


def names_only(target: Target, host: str) -> Text | None:
    """Say that a target will hardly accept the certificate of a host that is named by an address, or None."""
    if target.address_certificates or not is_address(host):
        return None
    return Text(
        "{title} compares a certificate with names only: one for the address {host} is refused, unless "
        "that is also its name (CN)",
        title=target.title,
        host=host,
    )


def _no_tls(protocol: str, server: Server) -> Finding:
    return Finding(
        "warning",
        "no-tls-here",
        Text(
            "{protocol} goes without TLS to port {port} of this machine: nobody on the way can read it, "
            "but whatever listens at that port is handed the password",
            protocol=protocol.upper(),
            port=server.port,
        ),
        Text("the {protocol} server {host}", protocol=protocol.upper(), host=server.host),
        Text("say {starttls} if the bridge can do it", starttls=Option(f"{protocol}.tls", "starttls")),
    )


def _mend(protocol: str, server: Server, wrong: str) -> Text:
    """Return what else to give: the form of TLS for this port, or a port for this form."""
    port = Option(f"{protocol}.port", str(default_port(protocol, server.tls)))
    if wrong == "port":
        return Text("look it up at whoever runs the server; usual is {port}", port=port)
    form = Option(f"{protocol}.tls", usual_tls(protocol, server.port))
    return Text(
        "say {form}, or {port}: client and server may wait for each other for ever", form=form, port=port
    )
