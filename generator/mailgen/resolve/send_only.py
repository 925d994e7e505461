"""An account that only sends: what a client is then chosen for, and whether it has a place for one."""

from __future__ import annotations

from mailgen.core.errors import MailgenError
from mailgen.core.text import Option, Text
from mailgen.core.values import replace
from mailgen.model.vocabulary import NO_INCOMING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.model.target import Target


def has_place(target: Target) -> bool:
    """Say whether a client can be told of an account that only sends."""
    return target.outgoing and (target.send_only or not target.incoming)


def without_incoming(target: Target) -> Target:
    """Return a client as it is chosen for where it only sends; raises MailgenError for one that cannot."""
    if not target.outgoing:
        raise MailgenError(
            Text("{title} sends nothing, and this account only sends", title=target.title),
            Option("protocol", NO_INCOMING),
            Text("take {name} out of the targets of this account", name=target.name),
        )
    if not has_place(target):
        raise MailgenError(
            Text("{title} has no place for an account that only sends", title=target.title),
            Option("protocol", NO_INCOMING),
            Text(
                "take {name} out of the targets of this account, or name a server that receives",
                name=target.name,
            ),
        )
    return replace(target, incoming=False)
