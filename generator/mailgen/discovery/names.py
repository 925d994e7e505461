"""What DNS says: questions to the resolver of this machine, answers as plain values."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dns.asyncresolver
import dns.exception
import dns.resolver

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.discovery import Nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

#: More records of one kind than this are not looked at.
MOST = 32


@dataclass(frozen=True, slots=True)
class Service:
    """An SRV record (RFC 2782)."""

    priority: int
    weight: int
    port: int
    target: str


class Names:
    """Asks DNS. Names are A-labels, absolute, without a final dot; so are those in the answers.

    `servers` and `port` name other resolvers than those of the machine, for tests. Raises MailgenError
    where the machine has none.
    """

    def __init__(self, servers: Sequence[str] = (), port: int = 53, patience: float = 5.0) -> None:
        try:
            self._resolver = dns.asyncresolver.Resolver(configure=not servers)
        except dns.resolver.NoResolverConfiguration:
            raise MailgenError(
                "this machine names no DNS server", "/etc/resolv.conf", "connect it to a network"
            ) from None
        if servers:
            self._resolver.nameservers = list(servers)
            self._resolver.port = port
        self._resolver.lifetime = patience

    async def texts(self, name: str) -> list[bytes]:
        """Return the TXT records of a name, each with its strings joined."""
        return [b"".join(record.strings) for record in await self._ask(name, "TXT")]

    async def services(self, name: str) -> list[Service]:
        """Return the SRV records of a name: the lowest priority first, then the highest weight."""
        found = [
            Service(record.priority, record.weight, record.port, _plain(record.target))
            for record in await self._ask(name, "SRV")
        ]
        return sorted(found, key=lambda one: (one.priority, -one.weight, one.target, one.port))

    async def exchanges(self, name: str) -> list[str]:
        """Return the hosts of the MX records of a name, the most preferred first; `.` is none."""
        found = sorted((record.preference, _plain(record.exchange)) for record in await self._ask(name, "MX"))
        return list(dict.fromkeys(host for _, host in found))

    async def addresses(self, host: str) -> list[str]:
        """Return the IP addresses of a host, of both families in turn."""
        answers = await asyncio.gather(self._maybe(host, "A"), self._maybe(host, "AAAA"))
        families = [[str(record.address) for record in found] for found, _ in answers if found]
        if not families:
            raise answers[0][1] or Nothing("no such record")
        longest = max(map(len, families))
        return [family[index] for index in range(longest) for family in families if index < len(family)]

    async def _maybe(self, name: str, kind: str) -> tuple[list[Any], Nothing | None]:
        try:
            return await self._ask(name, kind), None
        except Nothing as nothing:
            return [], nothing

    async def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            answer = await self._resolver.resolve(f"{name}.", kind, search=False)
        except dns.resolver.NXDOMAIN:
            raise Nothing("no such name") from None
        except dns.resolver.NoAnswer:
            raise Nothing("no such record") from None
        except dns.resolver.NoNameservers:
            raise Nothing("DNS failed (SERVFAIL or the like)") from None
        except dns.resolver.LifetimeTimeout:
            raise Nothing("DNS did not answer in time") from None
        except dns.exception.DNSException as error:
            raise Nothing(Text("DNS failed ({why})", why=type(error).__name__)) from None
        except OSError as error:
            raise Nothing(Text("DNS cannot be asked: {strerror}", strerror=error.strerror)) from None
        return list(answer)[:MOST]


def _plain(name: Any) -> str:
    """Return a name as text; bytes that are no letters come as \\ddd."""
    return str(name.to_text(omit_final_dot=True)).lower()
