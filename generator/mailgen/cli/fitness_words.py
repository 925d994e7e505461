"""How a client gets on with a provider, in a line."""

from __future__ import annotations

from mailgen.core.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from mailgen.catalog.fitness import Fitness


def fitness_said(one: Fitness, here: Container[str]) -> Text:
    """Return in a line how a client gets on: over what, and the version that was judged."""
    place = Text("installed") if one.target.name in here else Text("as tried")
    version = Text("{version}, {place}", version=one.version, place=place)
    protocols = ", ".join(protocol.upper() for protocol in one.protocols)
    if one.state == "refused":
        told = Text("does not work ({version})", version=version)
    elif one.state == "degraded":
        told = Text(
            "works with reservations over {protocols} ({version})", protocols=protocols, version=version
        )
    elif one.target.maildir and not one.protocols:
        told = Text("works, by a way of its own ({version})", version=version)
    elif not one.protocols:
        told = Text("reads mail that another program keeps on this machine ({version})", version=version)
    else:
        told = Text("works over {protocols} ({version})", protocols=protocols, version=version)
    return Text("{told}; otherwise from version {since}", told=told, since=one.since) if one.since else told
