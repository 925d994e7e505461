"""What the user should know about a choice that was made: findings, and refusals that no choice can avoid."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.core.values import remembered_for_values
from mailgen.model.finding import Finding
from mailgen.resolve.compat import version_key
from mailgen.resolve.evidence import confidence
from mailgen.resolve.senders import refuse_rewritten, utf8_local_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailgen.model.provider import Address, Provider
    from mailgen.model.server import Server
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def about_provider(provider: Provider, address: Address, target: Target, version: str) -> list[Finding]:
    """Return what is doubtful about a provider, an address or a client's version before any choice.

    Raises MailgenError for a closed service, and for an address that the client would rewrite.
    """
    findings = [*_about_service(provider)]
    if provider.status == "retired":
        name = Translated(provider.name)
        mend = Text("use another service; 'mailgen show {id}' tells what is known of its end", id=provider.id)
        raise MailgenError(
            Text("{name} is closed", name=name),
            Text("the address at {unicode_domain}", unicode_domain=address.unicode_domain),
            mend if provider.note else Text("use another service"),
        )
    if provider.sources and not provider.mx and not provider.serves(address.unicode_domain):
        findings.append(
            Finding(
                "warning",
                "foreign-domain",
                Text(
                    "{name} is not known to serve other domains than its own", name=Translated(provider.name)
                ),
                Text("the domain {unicode_domain}", unicode_domain=address.unicode_domain),
                Text(
                    "if it does, the login name is often the address at the provider: "
                    "give it with {username}",
                    username=Option("username"),
                ),
            )
        )
    if address.domain != address.unicode_domain:
        findings.append(
            Finding(
                "note",
                "idn",
                Text(
                    "the domain {unicode_domain} is written {domain}, as mail programs need it",
                    unicode_domain=address.unicode_domain,
                    domain=address.domain,
                ),
                Text("the domain"),
                Text("nothing has to be done"),
            )
        )
    if version_key(version) < version_key(target.min_version):
        findings.append(
            Finding(
                "warning",
                "old-client",
                Text(
                    "{title} {version} is older than {min_version}, the oldest known to work",
                    title=target.title,
                    version=version,
                    min_version=target.min_version,
                ),
                Option(f"client_version.{target.name}"),
                Text("install a newer one, or read the result with care"),
            )
        )
    if address.local.startswith('"'):
        refuse_rewritten(target, str(address), Text("the part before the @"))
    if not address.local.isascii():
        findings.append(utf8_local_part(Text("the part before the @")))
    return findings


@remembered_for_values(256)
def _about_service(provider: Provider) -> tuple[Finding, ...]:
    """Return what is doubtful about a provider for everybody."""
    findings = []
    if provider.file:
        findings.append(_from_own_file(provider))
    if provider.note:
        mend = Text("see 'mailgen show {id}'", id=provider.id)
        if provider.status == "unverified":
            mend = Text(
                "if the login fails, give other servers: {imap_host}, {pop3_host}, {smtp_host}",
                imap_host=Option("imap.host"),
                pop3_host=Option("pop3.host"),
                smtp_host=Option("smtp.host"),
            )
        findings.append(
            Finding(
                "note" if provider.status == "ok" else "warning",
                "provider-note",
                provider.note["en"],
                Translated(provider.name),
                mend,
                translations=provider.note,
            )
        )
    return tuple(findings)


def _from_own_file(provider: Provider) -> Finding:
    instead = provider.instead_of
    return Finding(
        "note",
        "own-file",
        Text(
            "the settings come from a provider file of your own, instead of mailgen's for {instead}",
            instead=instead,
        )
        if instead
        else Text("the settings come from a provider file of your own"),
        provider.file,
        Text("remove the file if that is not wanted") if instead else Text("nothing has to be done"),
    )


def about_evidence(provider: Provider, servers: Iterable[Server]) -> list[Finding]:
    """Return a warning for each chosen server that too little attests, saying what does.

    A provider that is unverified as a whole has its note, which says the same.
    """
    if provider.status == "unverified":
        return []
    return [
        unconfirmed(
            provider,
            server,
            server.protocol.upper(),
            Text(
                "if the login fails, override with {host}, {port}, {tls}",
                host=Option(f"{server.protocol}.host"),
                port=Option(f"{server.protocol}.port"),
                tls=Option(f"{server.protocol}.tls"),
            ),
        )
        for server in servers
        if confidence(server.endpoint, provider.sources) == "low"
    ]


def unconfirmed(provider: Provider, server: Server, called: str, mend: Text) -> Finding:
    """Return the warning about a server that too little attests; `called` is its protocol for people."""
    what = Text(
        "{host}:{port} ({protocol}) is not confirmed: {sources}",
        host=server.host,
        port=server.port,
        protocol=called,
        sources="; ".join(provider.sources[source].what for source in server.endpoint.sources),
    )
    return Finding("warning", "unconfirmed", what, Text("mailgen show {id}", id=provider.id), mend)


def no_netrc(target: Target) -> Finding:
    """Return the warning that a target does not read ~/.netrc."""
    return Finding(
        "warning",
        "no-netrc",
        Text("{title} does not read ~/.netrc; it asks for the password", title=target.title),
        Text("the secret"),
        Text("give a program that prints it: {password_command}", password_command=Option("password_command"))
        if "command" in target.secret
        else Text("type it there"),
    )


def cannot_ask(target: Target) -> MailgenError:
    """Return the refusal of an account without a secret for a target that nobody sits before."""
    return MailgenError(
        Text("{title} cannot ask for a password: nobody is there to answer", title=target.title),
        Text("the secret"),
        Text(
            "give a program that prints it to whoever sends: {password_command}",
            password_command=Option("password_command", "PROGRAM ..."),
        ),
    )


def no_account(target: Target, address: Address) -> MailgenError:
    """Return the refusal of an account in an accounts file for a target that is told of none."""
    return MailgenError(
        Text("{title} describes a provider to everybody, and no account", title=target.title),
        Text("the target {name}", name=target.name),
        Text(
            "take {name} out, and make it by itself: mailgen {name} {address}",
            name=target.name,
            address=address,
        ),
    )


def no_literal(target: Target) -> Finding:
    """Return the warning that a target's configuration never holds a password."""
    return Finding(
        "warning",
        "no-literal",
        Text("{title} takes no password from its configuration; it is left out there", title=target.title),
        Text("the secret"),
        Text("type it there when it asks")
        if "prompt" in target.secret
        else Text("use another way to the secret"),
    )


def protocol_is_idle(target: Target, protocol: str) -> Finding:
    """Return the note that a wished protocol means nothing to a target that only sends."""
    return Finding(
        "note",
        "protocol-idle",
        Text(
            "{title} only sends mail; {protocol} changes nothing",
            title=target.title,
            protocol=Option("protocol", protocol),
        ),
        Option("protocol"),
        Text("leave it out"),
    )


def command_left_out(target: Target) -> Finding:
    """Return the warning that a target can run no command for its password, with what it does instead."""
    return Finding(
        "warning",
        "no-command",
        Text("{title} cannot run a command for its password; the command is left out", title=target.title),
        Text("the secret"),
        Text("keep the password in ~/.netrc, or type it when it asks")
        if "netrc" in target.secret
        else Text("leave the command out, or type the password when it asks"),
    )


def own_oauth2(target: Target) -> Finding:
    """Return the note that a target needs no command for its tokens."""
    return Finding(
        "note",
        "own-oauth2",
        Text("{title} fetches OAuth2 tokens by itself; the command is left out", title=target.title),
        Option("token_command"),
        Text("{oauth2} says the same without a command", oauth2=Option("credential", "oauth2")),
    )


def about_servers(
    given: Mapping[str, Mapping[str, object]], used: Mapping[str, Server], target: Target
) -> list[Finding]:
    """Return a warning for each server that the user gave and this configuration does not use."""
    return [
        Finding(
            "warning" if protocol in target.protocols else "note",
            "unused-server",
            Text(
                "the {protocol} server you gave is not used in this configuration of {title}",
                protocol=protocol.upper(),
                title=target.title,
            ),
            Text(
                "{host}, {port}, {tls}",
                host=Option(f"{protocol}.host"),
                port=Option(f"{protocol}.port"),
                tls=Option(f"{protocol}.tls"),
            ),
            Text("choose it with {protocol}", protocol=Option("protocol", protocol))
            if protocol in target.protocols
            else Text("leave it out"),
        )
        for protocol, parts in given.items()
        if parts and protocol not in used
    ]


def about_login(servers: Iterable[Server], wish: Wish) -> list[Finding]:
    """Return a note where sources differ about the form of a login name that the user does not tell."""
    others = [
        form
        for server in servers
        if server.protocol not in wish.logins
        for form in server.endpoint.username_alternatives
    ]
    if wish.username is not None or not others:
        return []
    return [
        Finding(
            "note",
            "username-alternatives",
            Text(
                "some report that the login name is the {forms}",
                forms=Listed(" or ", [Text(form) for form in dict.fromkeys(others)]),
            ),
            Text("the login name"),
            Text("if the login fails, give it with {username}", username=Option("username")),
        )
    ]
