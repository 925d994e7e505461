"""What is to be said where a client fetches OAuth2 tokens by itself: at whose servers it can, and cannot."""

from __future__ import annotations

from mailgen.core.text import Listed, Option, Text
from mailgen.model.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mailgen.model.provider import Provider
    from mailgen.model.server import Credential, Server
    from mailgen.model.target import Target


def about_oauth2(
    provider: Provider, target: Target, servers: Collection[Server], credential: Credential
) -> Iterator[Finding]:
    """Yield that a client knows no way to a token for some servers, or that it needs no password for any."""
    strange = [server.host for server in servers if not has_tokens_for(target, server.host)]
    if credential.kind == "oauth2" and strange:
        yield Finding(
            "warning",
            "oauth2-unknown-server",
            Text(
                "{title} has OAuth2 for servers that it knows, and {hosts} is none of these",
                title=target.title,
                hosts=Listed(" and ", list(dict.fromkeys(strange))),
            ),
            provider.name["en"],
            Text("use a client that takes tokens from a command"),
        )
    elif credential.kind == "prompt" and servers and not strange and _all_take_tokens(target, servers):
        yield Finding(
            "note",
            "oauth2-possible",
            Text("{title} can log in with OAuth2 here, without a password of its own", title=target.title),
            provider.name["en"],
            Text("say {oauth2}", oauth2=Option("credential", "oauth2")),
        )


def has_tokens_for(target: Target, host: str) -> bool:
    """Say whether a client that fetches tokens by itself can do so for a server.

    >>> from types import SimpleNamespace
    >>> client = SimpleNamespace(oauth2_hosts=("mail.example", "imap.lab.example"))
    >>> [has_tokens_for(client, host) for host in ("imap.mail.example", "xmail.example", "lab.example")]
    [True, False, False]
    """
    return any(host == end or host.endswith(f".{end}") for end in target.oauth2_hosts)


def _all_take_tokens(target: Target, servers: Collection[Server]) -> bool:
    """Say whether each server takes a token in a way that the client has."""
    return all(
        any(way != "password" and way in target.protocols[one.protocol]["auth"] for way in one.endpoint.auth)
        for one in servers
    )
