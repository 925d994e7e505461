"""Where the servers of a file differ from what is known of their provider, or contradict themselves."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Text, Translated
from mailgen.formats.problems import Problem
from mailgen.lint.fixes import to_endpoint
from mailgen.model.hosts import is_loopback
from mailgen.model.ports import USUAL, default_port, port_objection, usual_tls
from mailgen.model.provider import Endpoint
from mailgen.model.vocabulary import INCOMING, TLS
from mailgen.redaction.holes import has_hole
from mailgen.resolve.address import parse_address
from mailgen.resolve.choose import login_name
from mailgen.resolve.compat import judge, version_key
from mailgen.resolve.own_servers import is_theirs
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundAccount, FoundServer, Mark, Reading
    from mailgen.model.provider import Address, Provider
    from mailgen.model.target import Target

    class Shelf(Protocol):
        """Who knows the providers."""

        def of_domain(self, domain: str) -> Provider | None:
            """Return the provider that lists exactly this domain."""

        def of_host(self, host: str) -> tuple[Provider, ...]:
            """Return the providers that have a server, or had one, with this name."""


#: Secrets that are not the password of the web page.
_SPECIAL = {
    "authorisation-code": Text("an authorisation code (授权码)"),
    "app-password": Text("an app password"),
    "client-password": Text("a password of its own for mail programs"),
}


def drift(reading: Reading, format: Format, shelf: Shelf, target: Target) -> Iterator[Problem]:
    """Yield where servers, ports, TLS and login names differ from the dataset, and what it warns of.

    Of a server that it does not know, what port and TLS say of each other.
    """
    version = client_version(reading, format, target)
    for account in reading.accounts:
        address = address_of(account)
        provider = shelf.of_domain(address.domain) if address else None
        seen = None
        for server in (account.incoming, account.smtp):
            if server is None or not server.host or has_hole(server.host):
                continue
            owner = provider or owner_of(server, shelf)
            told = list(_server(server, owner, format, account, bool(provider))) if owner else []
            attested = owner and owner.has_server(server.protocol, server.host, server.port, server.tls)
            yield from told or (() if attested else _contradiction(server, format, account))
            if owner is None:
                continue
            if address:
                yield from _username(server, owner, format, address, account)
            yield from _client(server, owner, format, target, version, account)
            if is_theirs(owner, server.host):
                seen = seen or owner
        if seen is not None:
            yield from _secret(account, seen)


def address_of(account: FoundAccount) -> Address | None:
    """Return the address of an account, or None if it has none that is one."""
    if not account.address:
        return None
    try:
        return parse_address(account.address)
    except MailgenError:
        return None


def owner_of(server: FoundServer, shelf: Shelf) -> Provider | None:
    """Return the provider whose server this is, by its name."""
    host = server.host.lower()
    if is_loopback(host):
        return None
    found = shelf.of_host(host)
    with_it = [one for one in found if any(e.is_at(host) for e in one.endpoints.get(server.protocol, ()))]
    return next(iter(with_it or found), None)


def client_version(reading: Reading, format: Format, target: Target) -> str:
    """Return the version to judge by: the tested one, or the first that has the settings in the file."""
    if told := format.version(reading):
        return told
    version = target.version
    for one in reading.statements:
        support = target.quirks.get(format.quirk(one) or "")
        if support and support.since and version_key(support.since) > version_key(version):
            version = support.since
    return version


def _mark(server: FoundServer, account: FoundAccount, format: Format, *parts: str) -> Mark:
    """Return where the first of these parts of a server is said, else where the account begins."""
    names = [name for part in parts for name in format.places.get(part, ())]
    return server.mark(*names) or account.mark


def _server(
    server: FoundServer, provider: Provider, format: Format, account: FoundAccount, certain: bool
) -> Iterator[Problem]:
    name, host = Translated(provider.name), server.host.lower()
    endpoints = provider.endpoints.get(server.protocol, ())
    good = [one for one in endpoints if one.tls != "none" and one.audience is None and one.term.in_force]
    good = [one for one in good if "{" not in one.host]
    here = [one for one in endpoints if one.is_at(host)]
    if host in provider.old_hosts and not here:
        best = _nearest(server, [one for one in good if one.host == provider.old_hosts[host]] or good)
        # One old name may have stood for the servers of all protocols.
        new = best.host if best else provider.old_hosts[host]
        yield Problem(
            "retired-host",
            _mark(server, account, format, "host"),
            Text("{name} has replaced {host} by {new}", name=name, host=host, new=new),
            Text("use {server}", server=new),
            to_endpoint(format, server, best) if best else (),
        )
    elif here and all(one.term.state == "past" for one in here):
        best = _nearest(server, good)
        yield Problem(
            "closed-server",
            _mark(server, account, format, "host"),
            Text(
                "{name} has closed {host} for {protocol} after {day}",
                name=name,
                host=host,
                protocol=server.protocol.upper(),
                day=max(one.term.until for one in here),
            ),
            _use(best) if best else _see(provider),
            to_endpoint(format, server, best) if best else (),
        )
    elif not here and good and certain and not is_loopback(host):
        best = _nearest(server, good)
        yield Problem(
            "wrong-host",
            _mark(server, account, format, "host"),
            Text(
                "{host} is no {protocol} server of {name} that is known",
                host=host,
                protocol=server.protocol.upper(),
                name=name,
            ),
            _use(best) if best else _see(provider),
            to_endpoint(format, server, best) if best else (),
        )
    elif here and not is_loopback(host) and not (server.tls == "none" and _at_port(server, here)):
        # Where only TLS is missing, another rule says so already.
        yield from _port(server, here, good, format, account, name)


def _contradiction(server: FoundServer, format: Format, account: FoundAccount) -> Iterator[Problem]:
    """Yield that port and TLS of any server cannot both be right.

    Where TLS is missing, another rule says so already.
    """
    if server.port is None or server.tls == "none" or is_loopback(server.host):
        # The ports of a bridge on this machine are its user's affair.
        return
    wrong = port_objection(server.protocol, server.port, server.tls)
    if wrong is None:
        return
    form = usual_tls(server.protocol, server.port)
    port = server.port if form else default_port(server.protocol, server.tls)
    meant = Endpoint(server.protocol, server.host, port, form or server.tls)  # type: ignore[arg-type]
    parts = ("tls", "host") if wrong[0] == "tls" else ("port", "host")
    yield Problem(
        f"wrong-{wrong[0]}",
        _mark(server, account, format, *parts),
        Text("{what}, at {host}", what=wrong[1], host=server.host),
        _use(meant) if form else Text("{use}, or ask whoever runs the server", use=_use(meant)),
        to_endpoint(format, server, meant),
    )


def _at_port(server: FoundServer, endpoints: list[Endpoint]) -> bool:
    return any(one.port == server.port for one in endpoints)


def _nearest(server: FoundServer, endpoints: list[Endpoint]) -> Endpoint | None:
    """Return the endpoint that has most in common with a server, else the preferred one."""
    alike = [one for one in endpoints if (one.port, one.tls) == (server.port, server.tls)]
    return next(iter(alike or endpoints), None)


def _use(endpoint: Endpoint) -> Text:
    """Return the mend that names a server, its port and its TLS."""
    server = Text(
        "{host}, port {port}, {tls}",
        host=endpoint.host,
        port=endpoint.port,
        tls=Translated(TLS[endpoint.tls]),
    )
    return Text("use {server}", server=server)


def _see(provider: Provider) -> Text:
    return Text("see 'mailgen show {id}'", id=provider.id)


def _port(
    server: FoundServer,
    here: list[Endpoint],
    good: list[Endpoint],
    format: Format,
    account: FoundAccount,
    name: Translated,
) -> Iterator[Problem]:
    if any((one.port, one.tls) == (server.port, server.tls) for one in here) or server.port is None:
        return
    same_port = [one for one in here if one.port == server.port and one.tls != "none"]
    usable = same_port or [one for one in good if one.is_at(server.host.lower())] or good
    changes = to_endpoint(format, server, usable[0]) if usable else ()
    mend = _use(usable[0]) if usable else Text("look the server up at the provider's")
    if same_port:
        what = Text(
            "{name} wants {tls} at port {port} of {host}",
            name=name,
            tls=Translated(TLS[same_port[0].tls]),
            port=server.port,
            host=server.host,
        )
        yield Problem("wrong-tls", _mark(server, account, format, "tls", "host"), what, mend, changes)
    else:
        place = _mark(server, account, format, "port", "host")
        protocol = server.protocol.upper()
        what = Text(
            "port {port} of {host} is not known for {protocol} at {name}",
            port=server.port,
            host=server.host,
            protocol=protocol,
            name=name,
        )
        if _is_standard(server):
            mend = Text("keep it if it works, for it is a standard port; else {mend}", mend=mend)
            yield Problem("wrong-port", place, what, mend, level="note")
        else:
            yield Problem("wrong-port", place, what, mend, changes)


def _is_standard(server: FoundServer) -> bool:
    """Say whether port and TLS are as RFC 8314 and RFC 6409 have them: most servers answer there.

    Of the ports with STARTTLS only that of submission, which every mail program knows.
    """
    usual = USUAL.get((server.protocol, server.port or 0))
    return usual == server.tls and (usual == "implicit" or server.port == 587)


def _username(
    server: FoundServer, provider: Provider, format: Format, address: Address, account: FoundAccount
) -> Iterator[Problem]:
    endpoint = next(
        (one for one in provider.endpoints.get(server.protocol, ()) if one.is_at(server.host.lower())), None
    )
    if endpoint is None or not server.username:
        return
    forms = {
        "address": str(address),
        "localpart": address.local,
        "localpart.domain": f"{address.local}.{address.domain}",
    }
    if provider.own_domain_login and address.unicode_domain not in provider.domains:
        if server.username in forms.values():
            yield Problem(
                "username-form",
                _mark(server, account, format, "username"),
                Text(
                    "{name} takes the address at {domains} for the login, not one at a domain of your own",
                    name=Translated(provider.name),
                    domains=Listed(" or ", provider.domains),
                ),
                Text("put that address there"),
            )
        return
    taken = (endpoint.username, *endpoint.username_alternatives)
    if address.domain in provider.bare_logins:
        taken = (*taken, "localpart")
    if server.username not in forms.values() or server.username in [forms.get(form) for form in taken]:
        return
    try:
        wanted = login_name(provider, endpoint, address, Wish())
    except MailgenError:
        return
    yield Problem(
        "username-form",
        _mark(server, account, format, "username"),
        Text("{name} expects the login name in the form {form}", name=Translated(provider.name), form=wanted),
        Text("if the login fails, use {form}", form=wanted),
    )


def _client(
    server: FoundServer,
    provider: Provider,
    format: Format,
    target: Target,
    version: str,
    account: FoundAccount,
) -> Iterator[Problem]:
    if not any(one.is_at(server.host.lower()) for one in provider.endpoints.get(server.protocol, ())):
        return
    for finding in judge(provider, target, version, server.protocol).findings:
        if finding.severity == "refusal" and finding.code in provider.quirks:
            place = _mark(server, account, format, "host")
            ways = [one for one in INCOMING if one != server.protocol and target.protocols.get(one)]
            other = [way.upper() for way in ways if judge(provider, target, version, way).state != "refused"]
            mend = Listed("; or ", [*(Text("use {server}", server=way) for way in other), finding.mend])
            yield Problem("wrong-client", place, finding.what, mend)


def _secret(account: FoundAccount, provider: Provider) -> Iterator[Problem]:
    servers = [one for one in (account.incoming, account.smtp) if one and is_theirs(provider, one.host)]
    if not any(one.auth == "password" for one in servers):
        return
    name = Translated(provider.name)
    wanted = provider.secrets(one.protocol for one in servers if one.auth == "password")
    credentials = next((one for one in wanted if one.kind == "oauth2-only"), wanted[0])
    secret = next((one.statement for one in account.secrets if one.statement), None)
    place = secret.mark if secret else account.mark
    hint = Translated(credentials.hint)
    if credentials.kind == "oauth2-only":
        what = Text("{name} takes no password from mail programs, only OAuth2", name=name)
        mend = Text("use a program that can do OAuth2, or a helper that fetches tokens")
        if hint:
            mend = Text("{mend}. {hint}", mend=mend, hint=hint)
        yield Problem("oauth2-only", place, what, mend)
    elif credentials.kind in _SPECIAL:
        secret_kind = _SPECIAL[credentials.kind]
        what = Text("{name} wants {secret}, not the login password", name=name, secret=secret_kind)
        yield Problem("needs-code", place, what, hint or _see(provider))
