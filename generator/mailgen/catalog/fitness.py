"""Which clients work with a provider: in which version, over which protocols, and why not."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.values import dataclass
from mailgen.model.server import Credential
from mailgen.model.target import version_key
from mailgen.model.tokens import Command
from mailgen.resolve.choose import resolve
from mailgen.resolve.findings import cannot_ask
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Address, Provider
    from mailgen.model.server import Server
    from mailgen.model.target import Target
    from mailgen.resolve.wish import Resolution


@dataclass(frozen=True, slots=True)
class Fitness:
    """How a client gets on with a provider.

    `state` is ok, degraded or refused; `protocols` are those that it would use, none where it is refused;
    `why` says what is wrong, and `since` is the first version of the client that has other news, or "".
    """

    target: Target
    version: str
    state: str
    protocols: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    since: str = ""


def fitness(
    catalogue: Catalogue, address: Address, provider: Provider, versions: Mapping[str, str]
) -> Iterator[Fitness]:
    """Yield for each program of people how it gets on with the provider of an address.

    `versions` are those on this machine, by target; the others are judged by the one that was tried.
    """
    for target in catalogue.targets():
        if target.kind == "provision" or target.scope != "user":
            continue
        version = versions.get(target.name, target.version)
        found = _judged(address, provider, target, version)
        if found.state == "ok":
            yield found
            continue
        known = {one.since for one in target.quirks.values() if one.since}
        newer = sorted((one for one in known if version_key(one) > version_key(version)), key=version_key)
        better = [one for one in newer if _judged(address, provider, target, one).why != found.why]
        since = better[0] if better else ""
        yield Fitness(target, version, found.state, found.protocols, found.why, since)


def _judged(address: Address, provider: Provider, target: Target, version: str) -> Fitness:
    try:
        found = _resolved(address, provider, target, version)
    except MailgenError as error:
        return Fitness(target, version, "refused", (), (error.what,))
    account = found.account
    servers = [server for server in (account.incoming, account.smtp) if server]
    told = [
        one.what
        for one in found.findings
        if one.severity == "warning" and _is_the_clients(one.code, provider)
    ]
    told += [one.what for one in found.findings if one.passed_over and one.what not in told]
    state = "degraded" if told else "ok"
    return Fitness(target, version, state, tuple(server.protocol for server in servers), tuple(told))


def judged_with_token(
    address: Address, provider: Provider, target: Target, version: str
) -> tuple[Server, ...]:
    """Return the servers to which a client would log in with a token; none if it cannot."""
    wish = Wish(client_version=version, username=str(address), credential=_WAYS[-1])
    try:
        account = resolve(address, provider, target, wish).account
    except MailgenError:
        return ()
    return tuple(server for server in (account.incoming, account.smtp) if server)


def _is_the_clients(code: str, provider: Provider) -> bool:
    """Say whether a finding is about what the client does, and not about the provider alone."""
    return code in provider.quirks or code in ("old-client", "oauth2-unknown-server")


def _resolved(address: Address, provider: Provider, target: Target, version: str) -> Resolution:
    """Return the account as it is without a wish, by the first way to a secret with which there is one.

    Raises what stands in the way of the first. Of a login name that nobody can know nothing depends here.
    """
    first: MailgenError | None = None
    if not target.secret:  # it logs in nowhere, and reads what another program keeps
        return resolve(address, provider, target, Wish(client_version=version, username=str(address)))
    for credential in _WAYS:
        if credential.kind in target.secret:
            wish = Wish(client_version=version, username=str(address), credential=credential)
            try:
                return resolve(address, provider, target, wish)
            except MailgenError as error:
                first = first or error
    raise first or cannot_ask(target)


#: Ways to a secret, the plainest first; what a command is called tells nothing here.
_WAYS = (
    Credential(),
    Credential("command", Command(("secret",))),
    Credential("oauth2"),
    Credential("token", Command(("token",))),
)
