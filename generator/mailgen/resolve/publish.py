"""A provider meets a format that describes it to everybody: what is published, and what is left out.

Such a target (`scope: domain` in its manifest) is told of no account: all endpoints are listed that the
format can express, in the provider's order, and nothing is of the person whose address was given.
"""

from __future__ import annotations

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.core.values import dataclass, replace
from mailgen.model.account import Account
from mailgen.model.finding import Finding
from mailgen.model.hosts import is_address, is_loopback
from mailgen.model.ports import default_port
from mailgen.model.published import Domain, OAuth2, Published, Setting
from mailgen.model.server import Credential, Server
from mailgen.model.tokens import Label, Link
from mailgen.model.vocabulary import LOGINS, TLS
from mailgen.resolve.address import normalise_domain
from mailgen.resolve.choose import terms_of
from mailgen.resolve.compat import without_server
from mailgen.resolve.display_names import fitting, short_name, wished_text
from mailgen.resolve.findings import about_evidence, about_login, about_provider, about_servers
from mailgen.resolve.wish import Resolution, default_label, wanted_protocol, wished_version, with_own_servers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.provider import Address, Endpoint, Provider
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish

_OTHER = Text("publish another format")
_OTHER_MEANS = Text("tell your people by other means")


def publish(address: Address, provider: Provider | None, target: Target, wish: Wish) -> Resolution:
    """Describe the provider of `address` in the words of `target`; as `resolve.resolve` in all else.

    `wish.username`, written for this address, tells the form of everybody's login name. Raises
    MailgenError if the format cannot say enough for anybody to read and send mail.
    """
    used = _with_own_servers(provider, address, target, wish)
    version = wished_version(target, wish)
    findings = [
        _of_a_domain(one)
        for one in about_provider(used, address, target, version)
        if one.code != "utf8-local-part"  # the address only names the domain
    ]
    form = _form(address, wish.username)
    wanted = wanted_protocol(wish)
    said: dict[str, tuple[Setting, ...]] = {}
    unsaid: dict[str, tuple[_Unsaid, ...]] = {}
    for protocol in target.protocols:
        if protocol == "smtp" or wanted in (None, protocol):
            said[protocol], unsaid[protocol] = _sorted(used, target, protocol, form)
            findings += _left_out(used, target, said[protocol], unsaid[protocol])
    incoming = tuple(one for protocol, settings in said.items() if protocol != "smtp" for one in settings)
    outgoing = said.get("smtp", ())
    _refuse_too_little(used, target, incoming, outgoing, unsaid)
    settings = (*incoming, *outgoing)
    servers = [Server(one.endpoint, "", one.endpoint.auth[0]) for one in settings]
    findings += about_evidence(used, servers)
    by_protocol = {one.protocol: one for one in servers}
    if any(wish.servers.values()):
        from mailgen.resolve.own_servers import about_own_servers

        findings += about_own_servers(provider, wish.servers, by_protocol, target)
    findings += about_servers(wish.servers, by_protocol, target)
    findings += about_login(servers, wish)
    findings += terms_of(used, servers)
    findings += _quirks(used, target, version, {one.protocol for one in settings})
    findings += _of_one_person(target, wish)
    whole = provider is not None and provider is used and provider.serves(address.unicode_domain)
    given = wished_text(wish, "name")
    name = used.name["en"] if given is None else given
    account = Account(
        Label(default_label(address)),
        str(address),
        "",
        None,
        None,
        Credential(),
        options={**target.unset, **wish.options},
        published=Published(
            id=used.id if whole else address.domain,
            name=fitting(target, "name", name),
            short_name=short_name(target, wish, name),
            domains=_domains(used.domains) if whole else (Domain(address.domain),),
            mx=_domains(used.mx) if whole else (),
            incoming=incoming,
            outgoing=outgoing,
            pages=tuple(map(Link, used.docs)),
            oauth2=_oauth2(used, settings),
        ),
    )
    return Resolution(account, used, tuple(findings))


def _with_own_servers(provider: Provider | None, address: Address, target: Target, wish: Wish) -> Provider:
    """Put the user's own servers in; of those that nobody knows, only passwords are believed."""
    used = with_own_servers(provider, address, target, wish)
    if not any(wish.servers.values()):
        return used
    from mailgen.resolve.own_servers import is_theirs

    own = {
        protocol: tuple(replace(one, auth=("password",)) for one in used.endpoints[protocol])
        for protocol, given in wish.servers.items()
        if given and not (provider and is_theirs(provider, used.endpoints[protocol][0].host))
    }
    return replace(used, endpoints={**used.endpoints, **own})


def _of_a_domain(finding: Finding) -> Finding:
    """Say the mend of a finding about an account to the owner of a domain."""
    if finding.code != "foreign-domain":
        return finding
    return replace(finding, mend=Text("publish this only if mail of the domain really lies there"))


def _form(address: Address, username: str | None) -> str | None:
    """Return the form of a login name that is written for `address`, or None if none is given.

    Raises UsageError for one that does not follow from the address.
    """
    if username is None:
        return None
    forms = {
        str(address): "address",
        address.local: "localpart",
        f"{address.local}.{address.domain}": "localpart.domain",
    }
    if username not in forms:
        raise UsageError(
            Text("what is published is for everybody, and this login name does not follow from the address"),
            Option("username"),
            Text(
                "write the one of {address}: the whole, the part before the @, or with a dot for the @",
                address=address,
            ),
        )
    return forms[username]


@dataclass(frozen=True, slots=True)
class _Unsaid:
    """An endpoint that cannot be published: why, how to mend it, and whether that is told in any case."""

    endpoint: Endpoint
    why: str
    mend: str
    told: bool = False


def _sorted(
    provider: Provider, target: Target, protocol: str, form: str | None
) -> tuple[tuple[Setting, ...], tuple[_Unsaid, ...]]:
    """Return the endpoints of a protocol that the format can express, and the others."""
    said: list[Setting] = []
    unsaid: list[_Unsaid] = []
    for endpoint in provider.endpoints.get(protocol, ()):
        setting = Setting(endpoint, form or endpoint.username)
        reason = _server_unsaid(endpoint, target) or _login_unsaid(setting, target)
        if reason is None:
            said.append(setting)
        else:
            unsaid.append(reason)
    return tuple(said), tuple(unsaid)


def _server_unsaid(endpoint: Endpoint, target: Target) -> _Unsaid | None:
    """Return why a server cannot be published to everybody in this format, or None."""
    can, title, name = target.protocols[endpoint.protocol], target.title, endpoint.protocol
    other = Text(
        "if there is such a server, name it: {host}, {port}, {tls}; or {other}",
        other=_OTHER,
        host=Option(f"{name}.host"),
        port=Option(f"{name}.port"),
        tls=Option(f"{name}.tls"),
    )
    if endpoint.tls == "none":
        return _Unsaid(endpoint, Text("it has no TLS, which would show passwords to everybody"), other)
    if "{" in endpoint.host:
        return _Unsaid(endpoint, Text("its name is another for each customer"), other)
    if is_loopback(endpoint.host):
        return _Unsaid(endpoint, Text("it is a bridge on each user's own machine"), _OTHER_MEANS)
    if is_address(endpoint.host):
        return _Unsaid(endpoint, Text("it is an address, and no name that a certificate could hold"), other)
    if endpoint.audience:
        return _Unsaid(
            endpoint, Text("it is for some customers only ({audience})", audience=endpoint.audience), other
        )
    if endpoint.term.state == "past":
        return _Unsaid(endpoint, Text("it was in use until {day}", day=endpoint.term.until), other)
    if endpoint.term.state == "future":
        return _Unsaid(endpoint, Text("it is in use from {day} on only", day=endpoint.term.since), other)
    if endpoint.tls not in can["tls"]:
        forms = Listed(" or ", [TLS[form]["en"] for form in can["tls"]])
        return _Unsaid(
            endpoint,
            Text(
                "it has {tls}, and {title} can only say {forms}",
                tls=TLS[endpoint.tls]["en"],
                title=title,
                forms=forms,
            ),
            other,
        )
    usual = default_port(name, endpoint.tls)
    if target.published.get("default_ports") and endpoint.port != usual:
        return _Unsaid(
            endpoint,
            Text(
                "its port is {port}, and {title} can only say {usual}",
                port=endpoint.port,
                title=title,
                usual=usual,
            ),
            other,
        )
    if not set(endpoint.auth) & set(can["auth"]):
        return _Unsaid(endpoint, Text("it takes OAuth2 only, which {title} cannot say", title=title), _OTHER)
    return None


def _login_unsaid(setting: Setting, target: Target) -> _Unsaid | None:
    """Return why the login name of an endpoint cannot be published, or None."""
    if setting.username in target.published["usernames"]:
        return None
    if setting.username not in LOGINS:
        why = Text("the login name there does not follow from the address")
        return _Unsaid(setting.endpoint, why, _OTHER_MEANS, told=True)
    forms = Listed(" or ", [Text(LOGINS[form]["en"]) for form in target.published["usernames"]])
    return _Unsaid(
        setting.endpoint,
        Text(
            "the login name there is {form}, and {title} can only say {forms}",
            form=Text(LOGINS[setting.username]["en"]),
            title=target.title,
            forms=forms,
        ),
        Text(
            "if that is taken too, say so with {username}; or {other}",
            other=_OTHER,
            username=Option("username"),
        ),
    )


def _left_out(
    provider: Provider, target: Target, said: tuple[Setting, ...], unsaid: tuple[_Unsaid, ...]
) -> list[Finding]:
    """Return a warning where a whole protocol is missing, and for people who would look for a server."""
    return [
        Finding(
            "warning",
            "left-out",
            Text(
                "{protocol} at {host} is left out: {why}",
                protocol=one.endpoint.protocol.upper(),
                host=one.endpoint.host,
                why=one.why,
            ),
            Text("{title} for {name}", title=target.title, name=Translated(provider.name)),
            one.mend,
        )
        for number, one in enumerate(unsaid)
        if one.told or not (said or number)
    ]


def _refuse_too_little(
    provider: Provider,
    target: Target,
    incoming: tuple[Setting, ...],
    outgoing: tuple[Setting, ...],
    unsaid: dict[str, tuple[_Unsaid, ...]],
) -> None:
    """Raise MailgenError if nothing can be said, or less than the format needs."""
    partial = target.published.get("partial")
    if (incoming and outgoing) or (partial and (incoming or outgoing)):
        return
    missing = [*unsaid] if partial else ["smtp"] if incoming else [one for one in unsaid if one != "smtp"]
    named = next((protocol for protocol in missing if unsaid[protocol]), missing[0])
    name, where = (
        Translated(provider.name),
        Text("{title} for {name}", title=target.title, name=Translated(provider.name)),
    )
    if unsaid[named]:
        first = unsaid[named][0]
        what = Text(
            "{title} cannot describe {protocol} of {name}: {why}",
            title=target.title,
            protocol=named.upper(),
            name=name,
            why=first.why,
        )
        raise MailgenError(what, where, first.mend)
    what, mend = without_server(provider, named)
    raise MailgenError(what, where, mend)


def _quirks(provider: Provider, target: Target, version: str, protocols: set[str]) -> list[Finding]:
    """Return a note for each quirk that clients have to meet without being told."""
    findings = []
    for name, quirk in provider.quirks.items():
        if quirk.severity == "note" or quirk.concerns not in (*protocols, "any"):
            continue
        findings.append(
            Finding(
                "note",
                name,
                Text(
                    "{name} {happens}; {title} has no word for it",
                    name=Translated(provider.name),
                    happens=Text(quirk.says["en"]),
                    title=target.title,
                ),
                Text("{name}, {protocol}", name=Translated(provider.name), protocol=quirk.concerns.upper()),
                Text("tell people which mail programs cope"),
            )
        )
    return findings


def _of_one_person(target: Target, wish: Wish) -> list[Finding]:
    """Return a note about all that was wished and is of one person."""
    given = [name for name in ("name", "label", "folders") if getattr(wish, name)]
    lost = [Text(name) for name in given]
    if wish.credential.kind != "prompt":
        lost.append(Text("the secret"))
    if not lost:
        return []
    return [
        Finding(
            "note",
            "not-expressed",
            Text("{title} has no place for: {parts}", title=target.title, parts=Listed(", ", lost)),
            Text("what is published is for everybody"),
            Text("what the service is called is set with {name}", name=Option("options.name", "NAME"))
            if "name" in given
            else Text("nothing has to be done"),
        )
    ]


def _domains(names: tuple[str, ...]) -> tuple[Domain, ...]:
    return tuple(Domain(normalise_domain(name, "the dataset")[0]) for name in names)


def _oauth2(provider: Provider, settings: tuple[Setting, ...]) -> OAuth2 | None:
    """Return where tokens for the published endpoints are to be had, if all of it is known."""
    known = provider.oauth2
    protocols = [one.protocol for one in settings if "oauth2" in one.ways]
    if not protocols or not known.get("auth_url") or not known.get("token_url"):
        return None
    scopes = [scope for protocol in protocols for scope in known["scopes"].get(protocol, ())]
    once = [*dict.fromkeys(reversed(scopes))][::-1]  # what several protocols ask for stands behind
    auth_url, token_url = (
        known[key].replace("{tenant}", known.get("tenant", "")) for key in ("auth_url", "token_url")
    )
    return OAuth2(known["issuer"], " ".join(once), auth_url, token_url)
