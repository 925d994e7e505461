"""The way to a secret that is wished meets a client: what it can do of that, and what the provider takes."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.core.values import remembered_for_values, replace
from mailgen.model.provider import Address, Provider
from mailgen.model.server import Credential
from mailgen.model.target import Target
from mailgen.model.tokens import Command, Plain
from mailgen.model.vocabulary import OWN_TOKENS
from mailgen.resolve import compat
from mailgen.resolve.findings import (
    cannot_ask,
    command_left_out,
    no_literal,
    no_netrc,
    own_oauth2,
)
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.model.finding import Finding


def choose_credentials(
    provider: Provider, target: Target, wish: Wish, protocols: Sequence[str], address: Address
) -> tuple[dict[str, Credential], tuple[Finding, ...]]:
    """Fit the ways to the secrets of `protocols`, as `choose_credential` does for those that share one."""
    if not protocols:
        return {}, ()
    if not wish.credentials:
        shared, about = choose_credential(provider, target, wish, protocols, address)
        return dict.fromkeys(protocols, shared), about
    alike = [one for one in protocols if one not in wish.credentials]
    groups = [([one], wish.credentials[one]) for one in protocols if one in wish.credentials]
    found: dict[str, Credential] = {}
    findings: list[Finding] = []
    for group, wanted in [*([(alike, wish.credential)] if alike else []), *groups]:
        theirs = wish if wanted is wish.credential else replace(wish, credential=wanted)
        chosen, more = choose_credential(provider, target, theirs, group, address)
        found |= dict.fromkeys(group, chosen)
        findings += [one for one in more if one not in findings]
    return found, tuple(findings)


@remembered_for_values(256)
def _takes_only_oauth2(provider: Provider, *protocols: str) -> bool:
    """Say whether a provider takes nothing but tokens over one of some protocols."""
    return any(secret.kind == "oauth2-only" for secret in provider.secrets(protocols))


def refuse_two_in_one_place(target: Target, credentials: Mapping[str, Credential]) -> None:
    """Raise MailgenError for a literal where two secrets are wished, and the client's file holds one."""
    one_line = any(file.path == "{secret_file}" and file.grammar == "line" for file in target.files)
    for protocol, credential in credentials.items():
        if one_line and credential.kind == "literal":
            raise MailgenError(
                Text(
                    "{title} reads one secret of an account from a file, and here are two", title=target.title
                ),
                Option(f"{protocol}.credential"),
                Text("have them printed: {command}", command=Option(f"{protocol}.password_command")),
            )


def choose_credential(
    provider: Provider, target: Target, wish: Wish, protocols: Sequence[str], address: Address
) -> tuple[Credential, tuple[Finding, ...]]:
    """Fit the wished credential to what the target can run and the provider accepts over `protocols`.

    Returns it with what the target cannot do and does otherwise. Raises MailgenError if only
    OAuth2 works, or is wished, and the target has no way to it.
    """
    wanted = wish.credential.kind
    if wanted not in ("token", "oauth2") and _takes_only_oauth2(provider, *protocols):
        name = Translated(provider.name)
        if "oauth2" in target.secret:
            return Credential("oauth2"), (command_left_out(target),) if wanted == "command" else ()
        if wish.signs_in and wanted == "prompt" and "token" in target.secret:
            return Credential("token", Command((*OWN_TOKENS, Plain(address)))), ()
        # Of an accounts file, where it has to be said; and not for a machine, as which nobody signs in.
        own = [Text("let mailgen sign in: {credential}", credential=Option("credential", "mailgen"))]
        own = own if wish.id and target.scope == "user" else []
        raise MailgenError(
            Text("{name} accepts no password from a mail program, only OAuth2", name=name),
            Text("{title} for {name}", title=target.title, name=name),
            Listed(
                "; or ",
                [
                    *own,
                    Text(
                        "give a program that prints an access token: {token_command}",
                        token_command=Option("token_command", "PROGRAM ..."),
                    ),
                ],
            )
            if "token" in target.secret
            else Listed(
                "; or ",
                [
                    Text("{title} has no OAuth2; use a client that has", title=target.title),
                    compat.by_proxy(protocols[0]),
                ],
            ),
        )
    if wanted in target.secret or (wanted == "literal" and "file" in target.secret):
        return wish.credential, ()
    if "prompt" not in target.secret and wanted not in ("token", "oauth2"):
        raise cannot_ask(target)
    if wanted == "netrc":
        return Credential(), (no_netrc(target),)
    if wanted == "literal":
        return Credential(), (no_literal(target),)
    if wanted == "command":
        return Credential(), (command_left_out(target),)
    if wanted == "token" and "oauth2" in target.secret:
        return Credential("oauth2"), (own_oauth2(target),)
    if wanted == "oauth2" and "token" in target.secret:
        raise MailgenError(
            Text("{title} fetches no OAuth2 tokens by itself", title=target.title),
            Option("credential", "oauth2"),
            Text(
                "give a program that prints an access token: {token_command}",
                token_command=Option("token_command", "PROGRAM ..."),
            ),
        )
    raise MailgenError(
        Text("{title} cannot log in with OAuth2", title=target.title),
        Option("credential", "oauth2") if wanted == "oauth2" else Option("token_command"),
        Text("use another client, or a password if the provider still accepts one"),
    )
