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
    Folders,
    Identity,
    Provider,
    Server,
    Target,
)
from mailgen.ports import default_port, usual_tls
from mailgen.tokens import FileName, Folder, Label, Verbatim
from mailgen.values import EMPTY, dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mailgen.tokens import Command


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for beside the address; everything may be left out.

    `servers` holds host, port and tls by protocol, as far as given; `folders` names by role;
    `options` are the target's own. `id` is the account's key in an accounts file.
    """

    name: str | None = None
    label: str | None = None
    username: str | None = None
    protocol: str | None = None
    client_version: str | None = None
    credential: Credential = Credential()
    servers: Mapping[str, Mapping[str, Any]] = EMPTY
    folders: Mapping[str, str] = EMPTY
    id: str = ""
    identities: tuple[Identity, ...] = ()
    reply_to: str = ""
    signature: FileName | None = None
    maildir: FileName | None = None
    options: Mapping[str, str | Command | bool | int] = EMPTY
    extra: tuple[Verbatim, ...] = ()


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
    MailgenError if nothing that works can be chosen, with the reason and the way out. A target that
    describes the provider to everybody is publishing.py's affair.
    """
    if target.published:
        from mailgen.publishing import publish

        return publish(address, provider, target, wish)
    provider = with_own_servers(provider, address, wish)
    version = client_version(target, wish)
    findings = list(remarks.about_provider(provider, address, target, version))
    protocol = None
    if target.incoming:
        protocol, more = choose_protocol(provider, target, version, wanted_protocol(wish))
        findings += more
    elif wish.protocol:
        findings.append(remarks.protocol_is_idle(target, wish.protocol))
    if target.outgoing:
        findings += _accept(provider, "smtp", compat.judge(provider, target, version, "smtp"))
    credential, more = choose_credential(provider, target, wish)
    findings += more
    servers = {
        used: choose_server(provider, target, used, address, wish, credential)
        for used in (protocol, "smtp" if target.outgoing else None)
        if used
    }
    findings += remarks.about_evidence(provider, servers.values())
    findings += remarks.about_servers(wish.servers, servers, target)
    findings += remarks.about_login(servers.values(), wish.username)
    folders = {**provider.folders, **wish.folders}
    findings += remarks.about_folders(provider, target, protocol, folders)
    findings += remarks.about_identities(provider, target, wish)
    account = Account(
        label=Label(wish.label or default_label(address)),
        address=str(address),
        name=wish.name or "",
        incoming=servers.get(protocol) if protocol else None,
        smtp=servers.get("smtp"),
        credential=credential,
        folders=Folders(**{role: Folder(name) for role, name in folders.items()}),
        workarounds=frozenset(
            quirk for quirk in provider.quirks if compat.meets(target, quirk, version) == "option"
        ),
        id=wish.id,
        identities=wish.identities if target.several_identities else (),
        reply_to=wish.reply_to,
        signature=wish.signature,
        maildir=wish.maildir if target.uses_maildir else None,
        options={**dict.fromkeys(target.options), **wish.options},
        extra=wish.extra,
    )
    return Resolution(account, provider, tuple(findings))


def default_label(address: Address) -> str:
    """Return what a client calls the account when nothing is wished: the address, without its quotes.

    >>> default_label(Address('"a b"', "sohu.com", "sohu.com"))
    'a-b@sohu.com'
    """
    if not address.local.startswith('"'):
        return str(address)
    plain = "".join(char if char.isalnum() or char in "._-" else "-" for char in address.local[1:-1])
    return f"{plain}@{address.domain}"


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
    tls = tls or usual_tls(protocol, port)
    port = port or default_port(protocol, tls)
    auth, username = (
        (known.auth, known.username) if known else (("password", "xoauth2", "oauthbearer"), "address")
    )
    return Endpoint(protocol, host, port, tls, auth, username)  # type: ignore[arg-type]


def wanted_protocol(wish: Wish) -> str | None:
    """Return the incoming protocol that the wish names, or implies by naming servers for one only."""
    named = [protocol for protocol in ("imap", "pop3") if wish.servers.get(protocol)]
    return wish.protocol or (named[0] if len(named) == 1 else None)


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


def choose_credential(
    provider: Provider, target: Target, wish: Wish
) -> tuple[Credential, tuple[Finding, ...]]:
    """Fit the wished credential to what the target can run and the provider accepts.

    Returns it with what the target cannot do and does otherwise. Raises MailgenError if only
    OAuth2 works, or is wished, and the target has no way to it.
    """
    wanted = wish.credential.kind
    name = provider.name["en"]
    if provider.credentials.kind == "oauth2-only" and wanted not in ("token", "oauth2"):
        if "oauth2" in target.secret:
            return Credential("oauth2"), (remarks.no_command(target),) if wanted == "command" else ()
        raise MailgenError(
            f"{name} accepts no password from a mail program, only OAuth2",
            f"{target.title} for {name}",
            "give a program that prints an access token: --token-command 'PROGRAM ...'"
            if "token" in target.secret
            else f"{target.title} has no OAuth2; use a client that has",
        )
    if wanted in target.secret:
        return wish.credential, ()
    if "prompt" not in target.secret and wanted not in ("token", "oauth2"):
        raise remarks.cannot_ask(target)
    if wanted == "netrc":
        return Credential(), (remarks.no_netrc(target),)
    if wanted == "literal":
        return Credential(), (remarks.no_literal(target),)
    if wanted == "command":
        return Credential(), (remarks.no_command(target),)
    if wanted == "token" and "oauth2" in target.secret:
        return Credential("oauth2"), (remarks.own_oauth2(target),)
    if wanted == "oauth2" and "token" in target.secret:
        raise MailgenError(
            f"{target.title} fetches no OAuth2 tokens by itself",
            "--oauth2",
            "give a program that prints an access token: --token-command 'PROGRAM ...'",
        )
    raise MailgenError(
        f"{target.title} cannot log in with OAuth2",
        "--oauth2" if wanted == "oauth2" else "--token-command",
        "use another client, or a password if the provider still accepts one",
    )


def choose_server(
    provider: Provider, target: Target, protocol: str, address: Address, wish: Wish, credential: Credential
) -> Server:
    """Choose the first usable endpoint and how to log in to it; raises MailgenError if none fits."""
    can = target.protocols[protocol]["auth"]
    oauth2 = credential.kind in ("token", "oauth2")
    for endpoint in compat.usable_endpoints(provider, target, protocol):
        for auth in endpoint.auth:
            if auth in can and (auth != "password") == oauth2:
                return Server(endpoint, login_name(provider, endpoint, address, wish), auth)
    raise MailgenError(
        f"{provider.name['en']} takes no {'OAuth2 token' if oauth2 else 'password'} over {protocol.upper()}",
        f"{target.title} for {provider.name['en']}",
        "use --password-command" if oauth2 else "use --token-command",
    )


def login_name(provider: Provider, endpoint: Endpoint, address: Address, wish: Wish) -> str:
    """Return the login name in the form the endpoint wants; `wish.username` overrides it.

    Raises MailgenError for a name that does not follow from the address.
    """
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
        f"give it with --username. {provider.credentials.hint.get('en', '')}".strip(),
    )
