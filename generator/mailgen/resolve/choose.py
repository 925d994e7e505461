"""An address meets a provider and a target, and becomes an account: every choice is made here.

The order of precedence is: what the wish says, then the provider's own order of preference among
what the client can do. Nothing is looked up and nothing is rendered.
"""

from __future__ import annotations

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.core.values import remembered_for_pairs, remembered_for_values, replace
from mailgen.model.account import Account, Folders, handle, household_key
from mailgen.model.finding import Finding
from mailgen.model.provider import ALWAYS, Address, Endpoint, Provider
from mailgen.model.server import Credential, Server
from mailgen.model.target import Target
from mailgen.model.tokens import FileName, Folder, Label, Verbatim, stands_for_many
from mailgen.model.vocabulary import INCOMING, NO_INCOMING
from mailgen.resolve import compat
from mailgen.resolve.credentials import choose_credentials, refuse_two_in_one_place
from mailgen.resolve.findings import (
    about_evidence,
    about_login,
    about_provider,
    about_servers,
    protocol_is_idle,
)
from mailgen.resolve.senders import about_identities, known_identities
from mailgen.resolve.wish import (
    Refusal,
    Resolution,
    Wish,
    default_label,
    wanted_protocol,
    wished_version,
    with_own_servers,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import Any


_NO_FOLDERS = Folders()


def resolve(address: Address, provider: Provider | None, target: Target, wish: Wish) -> Resolution:
    """Choose servers, login names and authentication for `address` on `target`.

    `provider` is None for a domain nobody knows; then `wish.servers` must name the hosts. Raises
    MailgenError if nothing that works can be chosen, with the reason and the way out. A target that
    describes the provider to everybody is publishing.py's affair.
    """
    if target.published:
        from mailgen.resolve.publish import publish

        return publish(address, provider, target, wish)
    written = str(address)
    if stands_for_many(written):
        raise UsageError(
            Text("an account has one address, and this stands for many"),
            Text("the address {address}", address=written),
            Text("name one, and this under {identities}", identities=Option("identities")),
        )
    whole = target
    if wish.protocol == NO_INCOMING:
        from mailgen.resolve.send_only import without_incoming

        target = without_incoming(target)
    if target.uses_maildir or target.hands_over:
        from mailgen.resolve.local import beside_others

        target = beside_others(target, wish)
    recorded, provider = provider, with_own_servers(provider, address, target, wish)
    version = wished_version(target, wish)
    target = compat.at_version(target, version)
    findings = list(about_provider(provider, address, target, version))
    if target.only_at:
        compat.refuse_elsewhere(target, provider)
    protocol = None
    if target.incoming:
        protocol, more = choose_protocol(provider, target, version, wanted_protocol(wish))
        findings += more
    elif wish.protocol not in (None, NO_INCOMING) and not whole.incoming:
        findings.append(protocol_is_idle(target, wish.protocol))
    if target.outgoing:
        findings += _accept(provider, "smtp", compat.judge(provider, target, version, "smtp"))
    protocols = [used for used in (protocol, "smtp" if target.outgoing else None) if used]
    credentials, more = choose_credentials(provider, target, wish, protocols, address)
    findings += more
    # Without a server whoever talks to them logs in.
    credential = credentials[protocols[0]] if protocols else Credential()
    if wish.credentials and any(credentials[one] != credential for one in protocols):
        refuse_two_in_one_place(target, credentials)
    servers = {
        used: choose_server(provider, target, used, address, wish, credentials[used]) for used in protocols
    }
    compat.refuse_logins(target, servers.values())
    findings += about_evidence(provider, servers.values())
    if any(wish.servers.values()):
        from mailgen.resolve.own_servers import about_own_servers

        findings += about_own_servers(recorded, wish.servers, servers, target)
    if target.oauth2_hosts:
        from mailgen.resolve.oauth2 import about_oauth2

        findings += about_oauth2(provider, target, servers.values(), credential)
    if target.certificates:
        from mailgen.resolve.certificates import about_certificates

        findings += about_certificates(target, servers.values(), wish)
    findings += about_servers(wish.servers, servers, target)
    findings += about_login(servers.values(), wish)
    findings += terms_of(provider, servers.values())
    further: dict[str, Server] = {}
    if target.further:
        from mailgen.resolve.further import further_servers

        further, about = further_servers(provider, target, address, wish, credential)
        findings += about
    by_language = target.folders_found and provider.folder_language
    folders = {} if by_language else provider.folders
    folders = {**folders, **wish.folders} if wish.folders else folders
    workarounds = worked_around(provider, target, version)
    if target.folder_roles:
        from mailgen.resolve.folders import about_folders

        findings += about_folders(provider, target, protocol, wish, workarounds)
    identities = known_identities(target, version, wish)
    findings += about_identities(provider, whole, wish, identities)
    account = Account(
        label=Label(wish.label or default_label(address)),
        address=written,
        name=wish.name or "",
        incoming=servers.get(protocol) if protocol else None,
        smtp=servers.get("smtp"),
        credential=credential,
        folders=Folders(**{role: Folder(name) for role, name in folders.items()}) if folders else _NO_FOLDERS,
        workarounds=workarounds,
        id=wish.id,
        key=household_key(wish.id),
        identities=identities,
        reply_to=wish.reply_to,
        signature=wish.signature,
        secret_file=_named(target.secret_file, wish, address)
        if target.secret_file and any(one.kind == "literal" for one in credentials.values())
        else None,
        options={**target.unset, **wish.options},
        extra=_extra_at("", wish),
        server_extra=_extra_at("server", wish),
        login_extra=_extra_at("login", wish),
        client_version=version,
        further=further,
        provider=provider.id,
        kept_at=wish.kept_at if wish.protocol == NO_INCOMING else None,
        one_secret=not (provider.credentials.per_service or wish.credentials or wish.logins),
    )
    if whole.works_with_others:
        account = _through_others(account, address, provider, whole, wish)
        if not whole.needs and account.maildir is None:
            from mailgen.resolve.local import no_mail_here

            findings.append(no_mail_here(whole, wish))
    if target.for_people:
        from mailgen.resolve.for_people import told_to_people

        account = told_to_people(account, provider, wish)
    return Resolution(account, provider, tuple(findings))


def _through_others(
    account: Account, address: Address, provider: Provider, target: Target, wish: Wish
) -> Account:
    """Return an account with its mail on this machine, and the program that sends for the client."""
    from mailgen.resolve import local

    workarounds = account.workarounds
    here = local.reads_here(target, wish)
    if here and "saves-sent-copy" in workarounds:
        # What the server files comes here only with a mirror of all its folders.
        def protocol_of(one: Target) -> str:
            return choose_protocol(provider, one, one.version, wish.protocol)[0]

        if not local.mirrored(wish, protocol_of):
            workarounds -= {"saves-sent-copy"}
    return replace(
        account,
        workarounds=workarounds,
        maildir=local.maildir_of(target, wish, address) if here or local.keeps_mail(target, wish) else None,
        local=local.local_folders(wish) if here else Folders(),
        sendmail=local.sends_with(target, wish),
        tagged=target.keeps_tags or (here and wish.kept_by is not None and wish.kept_by.keeps_tags),
        after_sync=wish.after_sync,
        brought_by=wish.brought_by,
    )


def _extra_at(place: str, wish: Wish) -> tuple[Verbatim, ...]:
    """Return the user's own lines that belong to a place."""
    return tuple(one for one in wish.extra if one.place == place) if wish.extra else ()


def _named(path: str, wish: Wish, address: Address) -> FileName | None:
    """Return a path of a manifest with the account's name in it; None for none."""
    return FileName(path.replace("{handle}", handle(wish.id, str(address)))) if path else None


@remembered_for_pairs(256)
def choose_protocol(
    provider: Provider, target: Target, version: str, wanted: str | None
) -> tuple[str, tuple[Finding, ...]]:
    """Choose how mail comes in: `wanted`, else the first protocol of the target that works.

    Returns the protocol and the findings about it; where a better one was passed over, the first
    finding says why. Raises MailgenError if `wanted`, or every protocol, cannot work.
    """
    offered = [protocol for protocol in target.protocols if protocol in INCOMING]
    verdicts = {protocol: compat.judge(provider, target, version, protocol) for protocol in offered}
    working = [protocol for protocol in offered if verdicts[protocol].state != "refused"]
    if wanted is not None:
        verdict = verdicts.get(wanted) or compat.judge(provider, target, version, wanted)
        others = [Option("protocol", other) for other in working if other != wanted]
        return wanted, _accept(provider, wanted, verdict, others)
    if not working:
        known = next((protocol for protocol in offered if provider.endpoints.get(protocol)), offered[0])
        return known, _accept(provider, known, verdicts[known])
    passed_over = tuple(
        replace(
            finding,
            severity="warning",
            what=Text("{what}; {protocol} is used instead", what=finding.what, protocol=working[0].upper()),
            passed_over=better,
        )
        for better in offered[: offered.index(working[0])]
        for finding in verdicts[better].findings
        if finding.severity == "refusal" and provider.endpoints.get(better)
    )
    return working[0], passed_over[:1] + verdicts[working[0]].findings


def _accept(
    provider: Provider, protocol: str, verdict: compat.Verdict, others: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return the findings of a verdict that is not a refusal; raise Refusal for one that is."""
    for finding in verdict.findings:
        if finding.severity == "refusal":
            mend = Listed("; or ", [*others, finding.mend])
            raise Refusal(finding.what, finding.where, mend, provider, protocol)
    return verdict.findings


def choose_server(
    provider: Provider, target: Target, protocol: str, address: Address, wish: Wish, credential: Credential
) -> Server:
    """Choose the first usable endpoint and how to log in to it; raises MailgenError if none fits."""
    can = target.protocols[protocol]["auth"]
    oauth2 = credential.kind in ("token", "oauth2")
    for endpoint in compat.usable_endpoints(provider, target, protocol):
        for auth in endpoint.auth:
            if auth in can and (auth != "password") == oauth2:
                return Server(
                    endpoint, login_name(provider, endpoint, address, wish), auth, credential=credential
                )
    if oauth2 and any(
        auth != "password" for one in provider.endpoints.get(protocol, ()) for auth in one.auth
    ):
        since = compat.since_when(target, protocol, ("xoauth2", "oauthbearer"))
        raise MailgenError(
            Text(
                "{title} logs in with no OAuth2 token over {protocol} that {name} takes",
                title=target.title,
                protocol=protocol.upper(),
                name=Translated(provider.name),
            ),
            Text("{title} for {name}", title=target.title, name=Translated(provider.name)),
            compat.newer(target, since) if since else compat.ANOTHER_CLIENT,
        )
    raise MailgenError(
        Text(
            "{name} takes no OAuth2 token over {protocol}"
            if oauth2
            else "{name} takes no password over {protocol}",
            name=Translated(provider.name),
            protocol=protocol.upper(),
        ),
        Text("{title} for {name}", title=target.title, name=Translated(provider.name)),
        Text("use {password_command}", password_command=Option("password_command"))
        if oauth2
        else Text("use {token_command}", token_command=Option("token_command")),
    )


def terms_of(provider: Provider, servers: Collection[Server]) -> Iterable[Finding]:
    """Return what is to be said of days and conditions; most providers have none, and this costs nothing."""
    if not _has_terms(provider) and all(one.endpoint.term is ALWAYS for one in servers):
        return ()
    return _terms(provider, *(part for one in servers for part in (one.endpoint, one.auth)))


@remembered_for_values(256)
def _has_terms(provider: Provider) -> bool:
    return provider.has_terms


@remembered_for_values(256)
def _terms(provider: Provider, *chosen: Any) -> tuple[Finding, ...]:
    """Return the findings about endpoints, each followed by how to log in there."""
    from mailgen.resolve.terms import about_terms

    servers = [Server(endpoint, "", auth) for endpoint, auth in zip(chosen[::2], chosen[1::2], strict=True)]
    return tuple(about_terms(provider, servers))


@remembered_for_pairs(256)
def worked_around(provider: Provider, target: Target, version: str) -> frozenset[str]:
    """Return the quirks of a provider that a template of a target does something about."""
    return frozenset(quirk for quirk in provider.quirks if compat.meets(target, quirk, version) == "option")


def login_name(provider: Provider, endpoint: Endpoint, address: Address, wish: Wish) -> str:
    """Return the login name in the form the endpoint wants, unless one is wished for its protocol or for all.

    Raises MailgenError for a name that does not follow from the address.
    """
    wished = wish.logins.get(endpoint.protocol, wish.username)
    if wished is not None:
        return wished
    match endpoint.username:
        case "address":
            return str(address)
        case "localpart":
            return address.local
        case "localpart.domain":
            return f"{address.local}.{address.domain}"
    raise MailgenError(
        Text("the login name of this service does not follow from the address"),
        Text("{protocol} at {host}", protocol=endpoint.protocol.upper(), host=endpoint.host),
        Listed(
            " ",
            [
                Text("give it with {username}.", username=Option("username")),
                Translated(provider.credentials.hint),
            ],
        )
        if provider.credentials.hint
        else Text("give it with {username}.", username=Option("username")),
    )
