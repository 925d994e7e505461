"""An address meets a provider and a target, and becomes an account: every choice is made here.

The order of precedence is: what the wish says, then the provider's own order of preference among
what the client can do. Nothing is looked up and nothing is rendered.
"""

from __future__ import annotations

from mailgen import compat, remarks
from mailgen.errors import MailgenError, UsageError
from mailgen.model import (
    Account,
    Address,
    Credential,
    Credentials,
    Endpoint,
    Finding,
    Folder,
    Folders,
    Label,
    Provider,
    Server,
    Target,
)
from mailgen.values import EMPTY, dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: The port of each protocol with implicit TLS and with STARTTLS (RFC 8314 section 3.3, RFC 6409).
PORTS = {
    ("imap", "implicit"): 993,
    ("imap", "starttls"): 143,
    ("pop3", "implicit"): 995,
    ("pop3", "starttls"): 110,
    ("smtp", "implicit"): 465,
    ("smtp", "starttls"): 587,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for beside the address; everything may be left out.

    `servers` holds host, port and tls by protocol, as far as given; `folders` names by role.
    """

    name: str | None = None
    label: str | None = None
    username: str | None = None
    protocol: str | None = None
    client_version: str | None = None
    credential: Credential = Credential()
    servers: Mapping[str, Mapping[str, Any]] = EMPTY
    folders: Mapping[str, str] = EMPTY


class Refusal(MailgenError):
    """A provider and a target cannot work together over `protocol`; another target might."""

    def __init__(self, what: str, where: str, mend: str, provider: Provider, protocol: str) -> None:
        super().__init__(what, where, mend)
        self.provider = provider
        self.protocol = protocol


@dataclass(frozen=True, slots=True)
class Resolution:
    """The account, the provider as it was used, and what the user should know about the choices."""

    account: Account
    provider: Provider
    findings: tuple[Finding, ...]


def resolve(address: Address, provider: Provider | None, target: Target, wish: Wish) -> Resolution:
    """Choose servers, login names and authentication for `address` on `target`.

    `provider` is None for a domain nobody knows; then `wish.servers` must name the hosts. Raises
    MailgenError if nothing that works can be chosen, with the reason and the way out.
    """
    provider = with_own_servers(provider, address, wish)
    version = client_version(target, wish)
    findings = list(remarks.about_provider(provider, address, target, version))
    protocol = None
    if target.incoming:
        protocol, more = choose_protocol(provider, target, version, wish.protocol)
        findings += more
    elif wish.protocol:
        findings.append(remarks.protocol_is_idle(target, wish.protocol))
    if target.outgoing:
        findings += _accept(provider, "smtp", compat.judge(provider, target, version, "smtp"))
    credential = choose_credential(provider, target, wish, findings)
    servers = {
        used: choose_server(provider, target, used, address, wish, credential)
        for used in (protocol, "smtp" if target.outgoing else None)
        if used
    }
    findings += remarks.about_evidence(provider, servers.values())
    folders = {**provider.folders, **wish.folders}
    findings += remarks.about_folders(provider, target, protocol, folders)
    account = Account(
        label=Label(wish.label or str(address)),
        address=str(address),
        name=wish.name or "",
        incoming=servers.get(protocol) if protocol else None,
        smtp=servers.get("smtp"),
        credential=credential,
        folders=Folders(**{role: Folder(name) for role, name in folders.items()}),
        workarounds=frozenset(
            quirk for quirk in provider.quirks if compat.meets(target, quirk, version) == "option"
        ),
    )
    return Resolution(account, provider, tuple(findings))


def client_version(target: Target, wish: Wish) -> str:
    """Return the client's version: the wished one, else the one the target was tested with."""
    version = wish.client_version or target.version
    try:
        compat.version_key(version)
    except ValueError:
        raise UsageError(
            "this is not a version number", "--client-version", f"write it as {target.version}"
        ) from None
    return version


def with_own_servers(provider: Provider | None, address: Address, wish: Wish) -> Provider:
    """Put the servers that the user names before those of the dataset, per protocol.

    A missing port follows from the TLS form, a missing TLS form from the port, else implicit TLS.
    """
    if provider is None:
        provider = Provider(
            id=address.domain,
            name={"en": address.unicode_domain},
            endpoints={},
            credentials=Credentials("unknown"),
        )
    own = {
        protocol: _own_endpoint(provider, protocol, given)
        for protocol, given in wish.servers.items()
        if given
    }
    if not own:
        return provider
    return replace(
        provider, endpoints={**provider.endpoints, **{key: (value,) for key, value in own.items()}}
    )


def _own_endpoint(provider: Provider, protocol: str, given: Mapping[str, Any]) -> Endpoint:
    known = next(iter(provider.endpoints.get(protocol, ())), None)
    host = given.get("host") or (known.host if known else None)
    if host is None:
        raise UsageError(
            f"--{protocol}-port or --{protocol}-tls is given, but no host is known",
            f"the {protocol.upper()} server",
            f"add --{protocol}-host",
        )
    port, tls = given.get("port"), given.get("tls")
    if tls is None:
        tls = next(
            (form for (name, form), usual in PORTS.items() if (name, usual) == (protocol, port)), "implicit"
        )
    if port is None:
        port = PORTS[protocol, tls]
    auth, username = (
        (known.auth, known.username) if known else (("password", "xoauth2", "oauthbearer"), "address")
    )
    return Endpoint(protocol, host, port, tls, auth, username)  # type: ignore[arg-type]


def choose_protocol(
    provider: Provider, target: Target, version: str, wanted: str | None
) -> tuple[str, tuple[Finding, ...]]:
    """Choose how mail comes in: `wanted`, else the first protocol of the target that works.

    Returns the protocol and the findings about it; where a better one was passed over, the first
    finding says why. Raises MailgenError if `wanted`, or every protocol, cannot work.
    """
    offered = [protocol for protocol in target.protocols if protocol in ("imap", "pop3")]
    verdicts = {protocol: compat.judge(provider, target, version, protocol) for protocol in offered}
    working = [protocol for protocol in offered if verdicts[protocol].state != "refused"]
    if wanted is not None:
        verdict = verdicts.get(wanted) or compat.judge(provider, target, version, wanted)
        others = [f"--protocol {other}" for other in working if other != wanted]
        return wanted, _accept(provider, wanted, verdict, others)
    if not working:
        known = next((protocol for protocol in offered if provider.endpoints.get(protocol)), offered[0])
        return known, _accept(provider, known, verdicts[known])
    passed_over = tuple(
        replace(
            finding,
            severity="warning",
            what=f"{finding.what}; {working[0].upper()} is used instead",
            passed_over=better,
        )
        for better in offered[: offered.index(working[0])]
        for finding in verdicts[better].findings
        if finding.severity == "refusal" and provider.endpoints.get(better)
    )
    return working[0], passed_over[:1] + verdicts[working[0]].findings


def _accept(
    provider: Provider, protocol: str, verdict: compat.Verdict, others: list[str] | None = None
) -> tuple[Finding, ...]:
    """Return the findings of a verdict that is not a refusal; raise Refusal for one that is."""
    for finding in verdict.findings:
        if finding.severity == "refusal":
            mend = "; or ".join([*(others or ()), finding.mend])
            raise Refusal(finding.what, finding.where, mend, provider, protocol)
    return verdict.findings


def choose_credential(provider: Provider, target: Target, wish: Wish, findings: list[Finding]) -> Credential:
    """Fit the wished credential to what the target can run and the provider accepts.

    Appends to `findings` what the target cannot do and does otherwise. Raises MailgenError if only
    OAuth2 works and no way to a token is given.
    """
    credential = wish.credential
    name = provider.name["en"]
    if (
        provider.credentials.kind == "oauth2-only"
        and credential.kind != "token"
        and "oauth2" not in target.secret
    ):
        token = "token" in target.secret
        raise MailgenError(
            f"{name} accepts no password from a mail program, only OAuth2",
            f"{target.title} for {name}",
            "give a program that prints an access token: --token-command 'PROGRAM ...'"
            if token
            else f"{target.title} has no OAuth2; use another client",
        )
    if credential.kind == "prompt" or credential.kind in target.secret:
        return credential
    option = {"command": "--password-command", "token": "--token-command"}[credential.kind]
    if credential.kind == "token" and "oauth2" not in target.secret:
        raise MailgenError(
            f"{target.title} cannot log in with an OAuth2 token",
            option,
            "use another client, or a password if the provider still accepts one",
        )
    findings.append(
        Finding(
            "warning",
            f"no-{credential.kind}-command",
            f"{target.title} cannot run a command for its secret; {option} is left out",
            option,
            "the next step below says what works instead",
        )
    )
    return Credential()


def choose_server(
    provider: Provider, target: Target, protocol: str, address: Address, wish: Wish, credential: Credential
) -> Server:
    """Choose the first usable endpoint and how to log in to it; raises MailgenError if none fits."""
    can = target.protocols[protocol]["auth"]
    oauth2 = credential.kind == "token" or provider.credentials.kind == "oauth2-only"
    for endpoint in compat.usable_endpoints(provider, target, protocol):
        for auth in endpoint.auth:
            if auth in can and (auth != "password") == oauth2:
                return Server(endpoint, login_name(endpoint, address, wish), auth)
    raise MailgenError(
        f"{provider.name['en']} takes no {'OAuth2 token' if oauth2 else 'password'} over {protocol.upper()}",
        f"{target.title} for {provider.name['en']}",
        "use --password-command" if oauth2 else "use --token-command",
    )


def login_name(endpoint: Endpoint, address: Address, wish: Wish) -> str:
    """Return the login name in the form the endpoint wants; `wish.username` overrides it."""
    if wish.username is not None:
        return wish.username
    match endpoint.username:
        case "address":
            return str(address)
        case "localpart":
            return address.local
        case "localpart.domain":
            return f"{address.local}.{address.domain}"
    raise MailgenError(
        "the login name of this service does not follow from the address",
        f"{endpoint.protocol.upper()} at {endpoint.host}",
        "give it with --username",
    )
