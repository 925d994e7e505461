"""Host names with a part that only the user knows: filled in from what was given, and never guessed."""

from __future__ import annotations

import re

from mailgen.core.errors import UsageError
from mailgen.core.text import Listed, Option, Text, Translated
from mailgen.core.values import replace
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.resolve.address import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailgen.model.provider import Address, Provider

_SLOT = re.compile(r"\{([a-z_]+)\}")
#: What may stand in one: a part of one label, so that no value can lead to another owner's server.
_VALUE = re.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def slots_in(host: str) -> list[str]:
    """Return the names of the slots in a host name.

    >>> slots_in("w0{customer}.example.net"), slots_in("imap.example.net")
    (['customer'], [])
    """
    return _SLOT.findall(host)


def with_slots(provider: Provider, address: Address, given: Mapping[str, str]) -> Provider:
    """Return the provider with its slots filled: {domain} is the address's, the others are `given`.

    A host that lacks one stays as it is, and is not chosen. Raises UsageError for a value that cannot
    stand in a host name, and for one that no server of the provider has a place for.
    """
    for name, value in given.items():
        if name not in provider.slots:
            raise no_such_slot(provider, name)
        if not _VALUE.fullmatch(value):
            raise UsageError(
                Text("{value} cannot be a part of a host name", value=shown(value)),
                Option(f"slots.{name}"),
                Text(
                    "{ask} It looks like {example}",
                    ask=Translated(provider.slots[name]["ask"]),
                    example=provider.slots[name]["example"],
                ),
            )
    values = {**given, "domain": address.domain}
    return replace(
        provider,
        endpoints={
            protocol: tuple(
                replace(one, host=_SLOT.sub(lambda slot: values.get(slot[1], slot[0]), one.host))
                if "{" in one.host
                else one
                for one in endpoints
            )
            for protocol, endpoints in provider.endpoints.items()
        },
    )


def no_such_slot(provider: Provider, name: str) -> UsageError:
    """Return the refusal of a value that no host name of the provider has a place for."""
    known = [Option(f"slots.{slot}", "VALUE") for slot in provider.slots]
    return UsageError(
        Text("no server of {name} has a name with {slot}", name=Translated(provider.name), slot=shown(name)),
        Option(f"slots.{name}"),
        Text("what it asks for is {slots}", slots=Listed(", ", known)) if known else Text("leave it out"),
    )


def missing_slots(provider: Provider) -> tuple[str, str]:
    """Return what is missing in the names of the provider's servers, and the options that give it."""
    names = dict.fromkeys(
        slot
        for protocol in PROTOCOLS
        for one in provider.endpoints.get(protocol, ())
        for slot in slots_in(one.host)
    )
    asks = [Translated(provider.slots[name]["ask"]) for name in names]
    options = [
        Text("give it with {slot}", slot=Option(f"slots.{name}", provider.slots[name]["example"]))
        for name in names
    ]
    return Listed(" ", asks), Listed(" and ", options)
