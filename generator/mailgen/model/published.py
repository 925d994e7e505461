"""What is published of a provider for everybody's mail programs: the words of such formats."""

from __future__ import annotations

from mailgen.core.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Link


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, in A-labels."""

    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """An endpoint as anybody uses it; `username` is the form of the login name, as in the dataset."""

    endpoint: Endpoint
    username: str

    @property
    def protocol(self) -> str:
        return self.endpoint.protocol

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
    def ways(self) -> tuple[str, ...]:
        """The ways to log in, each once, in order of preference: `password` and `oauth2`."""
        return tuple(
            dict.fromkeys("password" if auth == "password" else "oauth2" for auth in self.endpoint.auth)
        )


@dataclass(frozen=True, slots=True)
class OAuth2:
    """Where tokens are to be had (RFC 6749); `scope` is for all protocols together."""

    issuer: str
    scope: str
    auth_url: str
    token_url: str


@dataclass(frozen=True, slots=True)
class Published:
    """A provider as it is described to all its people, in order of preference throughout.

    `id` is a domain, or the provider's id in the dataset. `short_name` is empty where none is short
    enough. `mx` are suffixes of the MX records of customers' domains; empty where the description is
    for one such domain only.
    """

    id: str
    name: str
    short_name: str
    domains: tuple[Domain, ...]
    mx: tuple[Domain, ...]
    incoming: tuple[Setting, ...]
    outgoing: tuple[Setting, ...]
    pages: tuple[Link, ...] = ()
    oauth2: OAuth2 | None = None

    @property
    def imap(self) -> Setting | None:
        return self._first("imap")

    @property
    def pop3(self) -> Setting | None:
        return self._first("pop3")

    @property
    def smtp(self) -> Setting | None:
        return self._first("smtp")

    @property
    def settings(self) -> tuple[Setting, ...]:
        return (*self.incoming, *self.outgoing)

    def _first(self, protocol: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.protocol == protocol), None)
