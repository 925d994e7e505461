"""What the user should know about a choice that was made: findings, and refusals that no choice can avoid."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.model.finding import Finding
from mailgen.resolve.compat import version_key
from mailgen.resolve.evidence import confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailgen.model.account import Server
    from mailgen.model.provider import Address, Provider
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Wish


def about_provider(provider: Provider, address: Address, target: Target, version: str) -> list[Finding]:
    """Return what is doubtful about a provider, an address or a client's version before any choice.

    Raises MailgenError for a closed service, and for an address that the client would rewrite.
    """
    name = provider.name["en"]
    findings = []
    if provider.status == "retired":
        mend = f"use another service; 'mailgen show {provider.id}' tells what is known of its end"
        raise MailgenError(
            f"{name} is closed",
            f"the address at {address.unicode_domain}",
            mend if provider.note else "use another service",
        )
    if provider.file:
        findings.append(_from_own_file(provider))
    if provider.note:
        mend = f"see 'mailgen show {provider.id}'"
        if provider.status == "unverified":
            mend = "if the login fails, give other servers: --imap-host, --pop3-host, --smtp-host"
        findings.append(
            Finding(
                "note" if provider.status == "ok" else "warning",
                "provider-note",
                provider.note["en"],
                name,
                mend,
                translations=provider.note,
            )
        )
    if provider.sources and not provider.mx and address.unicode_domain not in provider.domains:
        findings.append(
            Finding(
                "warning",
                "foreign-domain",
                f"{name} is not known to serve other domains than its own",
                f"the domain {address.unicode_domain}",
                "if it does, the login name is often the address at the provider: give it with --username",
            )
        )
    if address.domain != address.unicode_domain:
        findings.append(
            Finding(
                "note",
                "idn",
                f"the domain {address.unicode_domain} is written {address.domain}, as mail programs need it",
                "the domain",
                "nothing has to be done",
            )
        )
    if version_key(version) < version_key(target.min_version):
        findings.append(
            Finding(
                "warning",
                "old-client",
                f"{target.title} {version} is older than {target.min_version}, the oldest known to work",
                "--client-version",
                "install a newer one, or read the result with care",
            )
        )
    _refuse_rewritten(target, str(address), "the part before the @")
    if not address.local.isascii():
        findings.append(_utf8_local_part("the part before the @"))
    return findings


def _from_own_file(provider: Provider) -> Finding:
    instead = provider.instead_of
    return Finding(
        "note",
        "own-file",
        "the settings come from a provider file of your own"
        + (f", instead of mailgen's for {instead}" if instead else ""),
        provider.file,
        "remove the file if that is not wanted" if instead else "nothing has to be done",
        translations={
            "zh": "这些设置来自您自己的服务商文件" + (f"，而不是 mailgen 的 {instead}" if instead else "")
        },
    )


def _refuse_rewritten(target: Target, address: str, where: str) -> None:
    """Raise MailgenError for an address that the client would not write as it is."""
    if target.rewrites_quoted_local and address.startswith('"'):
        raise MailgenError(
            f"{target.title} silently drops the quotes of a quoted local part and would send as another",
            where,
            "use another client for this address",
        )


def _utf8_local_part(where: str) -> Finding:
    return Finding(
        "warning",
        "utf8-local-part",
        "a part before the @ beyond ASCII needs SMTPUTF8 (RFC 6531) at every server on the way",
        where,
        "ask the provider for an ASCII alias if mail comes back",
    )


def about_evidence(provider: Provider, servers: Iterable[Server]) -> list[Finding]:
    """Return a warning for each chosen server that too little attests, saying what does.

    A provider that is unverified as a whole has its note, which says the same.
    """
    if provider.status == "unverified":
        return []
    return [
        Finding(
            "warning",
            "unconfirmed",
            f"{server.host}:{server.port} ({server.protocol.upper()}) is not confirmed: "
            + "; ".join(provider.sources[source].what for source in server.endpoint.sources),
            f"mailgen show {provider.id}",
            f"if the login fails, override with --{server.protocol}-host, "
            f"--{server.protocol}-port, --{server.protocol}-tls",
        )
        for server in servers
        if confidence(server.endpoint, provider.sources) == "low"
    ]


def about_folders(
    provider: Provider, target: Target, protocol: str | None, folders: Mapping[str, str]
) -> list[Finding]:
    """Return a note if the template would write names of folders that nobody knows."""
    missing = [role for role in target.folder_roles if role not in folders]
    if protocol != "imap" or not missing:
        return []
    roles = ", ".join(missing)
    return [
        Finding(
            "note",
            "folders-unknown",
            f"the names of the server's folders for {roles} are not known; {target.title} uses none",
            provider.name["en"],
            f"name them once you have seen them: --folder {missing[0]}=NAME",
        )
    ]


def about_identities(provider: Provider, target: Target, wish: Wish) -> list[Finding]:
    """Return what the client cannot be told of who sends and of local mail, and what the provider may refuse.

    Where another program writes the messages, who sends is its affair. Raises MailgenError for an
    address that the client would rewrite.
    """
    findings = []
    written = wish.identities if target.several_identities else ()
    for one in written:
        _refuse_rewritten(target, one.address, f"the identity {one.address}")
        if not one.address.rpartition("@")[0].isascii():
            findings.append(_utf8_local_part(f"the identity {one.address}"))
    if "reply_to" in target.identity_parts:
        for address in (wish.reply_to, *(one.reply_to for one in written)):
            _refuse_rewritten(target, address, f"the address for answers, {address}")
    lost = []
    if target.kind == "reader":
        lost = [part for part in ("name", "reply_to", "signature") if getattr(wish, part)]
        lost = [part for part in lost if part not in target.identity_parts]
        if wish.identities and not target.several_identities:
            lost.append("identities")
        elif wish.identities:
            parts = ("name", "reply_to", "signature")
            used = [part for part in parts if any(getattr(one, part) for one in wish.identities)]
            lost += [f"{part} of the identities" for part in used if part not in target.identity_parts]
    if wish.maildir and target.incoming and not target.uses_maildir:
        lost.append("maildir")
    if wish.identities and target.outgoing and "sender-must-match" in provider.quirks:
        findings.append(
            Finding(
                "warning",
                "identity-may-be-refused",
                f"{provider.name['en']} takes only mail whose From is the address of the login",
                f"the identities of {wish.label or 'the account'}",
                "send as another address only if the provider knows it as an alias of yours",
            )
        )
    if not lost:
        return findings
    return [
        *findings,
        Finding(
            "note",
            "not-expressed",
            f"{target.title} has no place for: {', '.join(lost)}",
            wish.label or "the account",
            "nothing has to be done if another client takes care of it",
        ),
    ]


def no_netrc(target: Target) -> Finding:
    """Return the warning that a target does not read ~/.netrc."""
    return Finding(
        "warning",
        "no-netrc",
        f"{target.title} does not read ~/.netrc; it asks for the password",
        "the secret",
        "give a program that prints it: --password-command"
        if "command" in target.secret
        else "type it there",
    )


def cannot_ask(target: Target) -> MailgenError:
    """Return the refusal of an account without a secret for a target that nobody sits before."""
    return MailgenError(
        f"{target.title} cannot ask for a password: nobody is there to answer",
        "the secret",
        "give a program that prints it to whoever sends: --password-command 'PROGRAM ...'",
    )


def no_account(target: Target, address: Address) -> MailgenError:
    """Return the refusal of an account in an accounts file for a target that is told of none."""
    return MailgenError(
        f"{target.title} describes a provider to everybody, and no account",
        f"the target {target.name}",
        f"take {target.name} out, and make it by itself: mailgen {target.name} {address}",
    )


def no_literal(target: Target) -> Finding:
    """Return the warning that a target's configuration never holds a password."""
    return Finding(
        "warning",
        "no-literal",
        f"{target.title} takes no password from its configuration; it is left out there",
        "the secret",
        "type it there when it asks" if "prompt" in target.secret else "use another way to the secret",
    )


def protocol_is_idle(target: Target, protocol: str) -> Finding:
    """Return the note that a wished protocol means nothing to a target that only sends."""
    return Finding(
        "note",
        "protocol-idle",
        f"{target.title} only sends mail; --protocol {protocol} changes nothing",
        "--protocol",
        "leave it out",
    )


def no_command(target: Target) -> Finding:
    """Return the warning that a target can run no command for its password, with what it does instead."""
    return Finding(
        "warning",
        "no-command",
        f"{target.title} cannot run a command for its password; the command is left out",
        "the secret",
        "keep the password in ~/.netrc, or type it when it asks"
        if "netrc" in target.secret
        else "leave the command out, or type the password when it asks",
    )


def own_oauth2(target: Target) -> Finding:
    """Return the note that a target needs no command for its tokens."""
    return Finding(
        "note",
        "own-oauth2",
        f"{target.title} fetches OAuth2 tokens by itself; the command is left out",
        "--token-command",
        "--oauth2 says the same without a command",
    )


def about_servers(
    given: Mapping[str, Mapping[str, object]], used: Mapping[str, Server], target: Target
) -> list[Finding]:
    """Return a warning for each server that the user gave and this configuration does not use."""
    return [
        Finding(
            "warning" if protocol in target.protocols else "note",
            "unused-server",
            f"the {protocol.upper()} server you gave is not used in this configuration of {target.title}",
            f"--{protocol}-host, --{protocol}-port, --{protocol}-tls",
            f"choose it with --protocol {protocol}" if protocol in target.protocols else "leave it out",
        )
        for protocol, parts in given.items()
        if parts and protocol not in used
    ]


def about_login(servers: Iterable[Server], username: str | None) -> list[Finding]:
    """Return a note where sources differ about the form of the login name."""
    others = [form for server in servers for form in server.endpoint.username_alternatives]
    if username is not None or not others:
        return []
    return [
        Finding(
            "note",
            "username-alternatives",
            f"some report that the login name is the {' or '.join(dict.fromkeys(others))}",
            "the login name",
            "if the login fails, give it with --username",
        )
    ]
