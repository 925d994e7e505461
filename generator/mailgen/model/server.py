"""A server that was chosen for an account, and how a client gets the secret for it."""

from __future__ import annotations

from mailgen.core.values import dataclass, replace
from mailgen.model.provider import Endpoint
from mailgen.model.tokens import Command, HostPort, Link, Secret, Url
from mailgen.model.vocabulary import OWN_TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from mailgen.model.provider import Auth


@dataclass(frozen=True, slots=True)
class Credential:
    """How a client gets the secret.

    `prompt`: it asks, or finds it itself. `command`: it runs one that prints the password. `token`:
    it runs one that prints an OAuth2 access token. `oauth2`: it fetches tokens by itself. `netrc`: it
    reads ~/.netrc. `literal`: the secret stands in its file.
    """

    kind: Literal["prompt", "command", "token", "oauth2", "netrc", "literal"] = "prompt"
    command: Command | None = None
    secret: Secret | None = None

    @property
    def password_command(self) -> Command | None:
        return self.command if self.kind == "command" else None

    @property
    def password(self) -> Secret | None:
        return self.secret if self.kind == "literal" else None

    @property
    def token_command(self) -> Command | None:
        return self.command if self.kind == "token" else None

    @property
    def is_own_token(self) -> bool:
        """Whether mailgen itself prints the token: then somebody has to sign in once."""
        return self.kind == "token" and self.command is not None and self.command.argv[:2] == OWN_TOKENS


@dataclass(frozen=True, slots=True)
class Server:
    """The endpoint chosen for an account, with the login name filled in, and the way to its secret.

    `resource` is the URL of a service over HTTPS, the account's own parts filled in; empty for all others.
    """

    endpoint: Endpoint
    username: str
    auth: Auth
    resource: str = ""
    credential: Credential = Credential()

    @property
    def password_command(self) -> Command | None:
        return self.credential.password_command

    @property
    def password(self) -> Secret | None:
        return self.credential.password

    @property
    def token_command(self) -> Command | None:
        return self.credential.token_command

    @property
    def protocol(self) -> str:
        return self.endpoint.protocol

    @property
    def inbox(self) -> Url:
        """The URL of the inbox: over IMAP a folder has a name, a POP3 server is one."""
        return replace(self.url, path="INBOX") if self.protocol == "imap" else self.url

    @property
    def host(self) -> str:
        return self.endpoint.host

    @property
    def port(self) -> int:
        return self.endpoint.port

    @property
    def tls(self) -> str:
        return self.endpoint.tls

    @property
    def link(self) -> Link:
        """The URL of a service over HTTPS."""
        return Link(self.resource)

    @property
    def path(self) -> str:
        """What such a URL has behind host and port; empty where that is the root of the server."""
        path = self.resource.removeprefix("https://").partition("/")[2]
        return f"/{path}" if path else ""

    @property
    def host_port(self) -> HostPort:
        return HostPort(self.host, self.port)

    @property
    def url(self) -> Url:
        """The server's URL; the scheme ends in s for implicit TLS."""
        scheme = {"pop3": "pop"}.get(self.protocol, self.protocol)
        return Url(scheme + "s" * (self.tls == "implicit"), self.username, self.host, self.port)
