"""What the user asks for beside the address, and what comes of it."""

from __future__ import annotations

from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Option, Text
from mailgen.core.values import EMPTY, dataclass, remembered_for_values, replace
from mailgen.model.account import Account, Identity
from mailgen.model.finding import Finding
from mailgen.model.provider import Address, Credentials, Provider
from mailgen.model.server import Credential
from mailgen.model.target import Target
from mailgen.model.tokens import FileName, Verbatim
from mailgen.model.vocabulary import INCOMING, PROTOCOLS
from mailgen.resolve import compat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mailgen.model.tokens import Command


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for beside the address; everything may be left out.

    `servers` holds host, port and tls by protocol, as far as given; `folders` names by role,
    `slots` parts of host names by what the provider calls them; `logins` and `credentials` are login names
    and ways to a secret of single protocols, before `username` and `credential`;
    `kept_at` is the id of the account that keeps what is sent, for one that only sends (`protocol` none).
    `sent_elsewhere` says that it has identities with servers of their own, which are accounts that only send.
    `options` are the target's own. `maildir` is where mail lies on this machine, `kept_by` the target that
    keeps it there, None for somebody else; `sendmail` is another program that sends for the account, and
    `after_sync` are commands that others want run once mail has come onto this machine, and `brought_by` is
    the one that has it come. `id`
    is the account's key in an accounts file. `signs_in` says that
    mailgen itself may print the tokens where nothing is wished and the provider takes nothing else.
    `language` is that of text for people, "" where nobody asked.
    """

    name: str | None = None
    label: str | None = None
    username: str | None = None
    protocol: str | None = None
    client_version: str | None = None
    credential: Credential = Credential()
    logins: Mapping[str, str] = EMPTY
    credentials: Mapping[str, Credential] = EMPTY
    servers: Mapping[str, Mapping[str, Any]] = EMPTY
    folders: Mapping[str, str] = EMPTY
    slots: Mapping[str, str] = EMPTY
    id: str = ""
    identities: tuple[Identity, ...] = ()
    reply_to: str = ""
    signature: FileName | None = None
    maildir: FileName | None = None
    kept_by: Target | None = None
    sendmail: Command | None = None
    after_sync: tuple[Command, ...] = ()
    brought_by: Command | None = None
    kept_at: str = ""
    sent_elsewhere: bool = False
    options: Mapping[str, str | Command | bool | int | FileName] = EMPTY
    extra: tuple[Verbatim, ...] = ()
    signs_in: bool = False
    language: str = ""


class Refusal(MailgenError):
    """A provider and a target cannot work together over `protocol`; another target might."""

    code = "incompatible"

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


def default_label(address: Address) -> str:
    """Return what a client calls the account when nothing is wished: the address, without its quotes.

    >>> default_label(Address('"a b"', "sohu.com", "sohu.com"))
    'a-b@sohu.com'
    """
    if not address.local.startswith('"'):
        return str(address)
    plain = "".join(char if char.isalnum() or char in "._-" else "-" for char in address.local[1:-1])
    return f"{plain}@{address.domain}"


def wished_version(target: Target, wish: Wish) -> str:
    """Return the client's version: the wished one, else the one the target was tested with."""
    version = wish.client_version or target.version
    try:
        compat.version_key(version)
    except ValueError:
        raise UsageError(
            Text("this is not a version number"),
            Option(f"client_version.{target.name}"),
            Text("write it as {version}", version=target.version),
        ) from None
    return version


def with_own_servers(provider: Provider | None, address: Address, target: Target, wish: Wish) -> Provider:
    """Put the servers that the user names before those of the dataset, per protocol.

    What is known of a provider holds of its hosts: where a server is another's, it is left out, and all of it
    where the target needs no other server. What the user tells of the names of the provider's servers is
    filled in there.
    """
    provider = _at_own_domain(provider, address) if provider else _nobody(address)
    if _has_slots(provider):
        from mailgen.resolve.slots import with_slots

        provider = with_slots(provider, address, wish.slots)
    elif wish.slots:
        from mailgen.resolve.slots import no_such_slot

        raise no_such_slot(provider, next(iter(wish.slots)))
    if not any(wish.servers.values()):
        return provider
    from mailgen.resolve.own_servers import is_theirs, own_endpoint, without_facts_of

    own = {
        protocol: (own_endpoint(provider, protocol, given),)
        for protocol, given in wish.servers.items()
        if given
    }
    foreign = {protocol for protocol, (one,) in own.items() if not is_theirs(provider, one.host)}
    if not foreign:
        return replace(provider, endpoints={**provider.endpoints, **own})
    incoming = [wanted] if (wanted := wanted_protocol(wish)) else list(INCOMING)
    needed = [*(incoming if target.incoming else ()), *(("smtp",) if target.outgoing else ())]
    if foreign.issuperset(needed):
        return replace(_nobody(address), endpoints=own)
    mail = {name: servers for name, servers in provider.endpoints.items() if name in PROTOCOLS}
    return replace(without_facts_of(provider, foreign), endpoints={**mail, **own})


@remembered_for_values(256)
def _has_slots(provider: Provider) -> bool:
    return provider.has_slots


def _nobody(address: Address) -> Provider:
    """Return a provider of whom nothing is known."""
    return Provider(
        id=address.domain,
        name={"en": address.unicode_domain},
        endpoints={},
        credentials=Credentials("unknown"),
    )


def _at_own_domain(provider: Provider, address: Address) -> Provider:
    """Return a provider as people with a domain of their own meet it: their login may be another address."""
    if not provider.own_domain_login or address.unicode_domain in provider.domains:
        return provider
    return replace(
        provider,
        endpoints={
            protocol: tuple(
                replace(one, username="account-id", username_alternatives=()) for one in endpoints
            )
            for protocol, endpoints in provider.endpoints.items()
        },
    )


def wanted_protocol(wish: Wish) -> str | None:
    """Return the incoming protocol that the wish names, or implies by naming servers for one only."""
    named = [protocol for protocol in INCOMING if wish.servers.get(protocol)]
    return wish.protocol or (named[0] if len(named) == 1 else None)
