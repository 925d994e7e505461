"""Servers of a file whose port and form of TLS cannot both be right: what is taken over of them."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.importer.losses import Loss
from mailgen.lint.drift import owner_of
from mailgen.model.ports import port_objection, usual_tls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundAccount, FoundServer
    from mailgen.lint.drift import Shelf


def without_contradictions(
    account: FoundAccount, shelf: Shelf, format: Format, path: str, losses: list[Loss]
) -> FoundAccount:
    """Return the account with the form of TLS that goes with each port; each one changed is a loss.

    A port that belongs to another protocol tells nothing of the right one, so that it is kept and told. Of
    a server without TLS another loss is told. What the dataset has just so is right.
    """

    def mended(server: FoundServer | None) -> FoundServer | None:
        if server is None or server.port is None or server.tls == "none":
            return server
        wrong = port_objection(server.protocol, server.port, server.tls)
        owner = owner_of(server, shelf) if wrong else None
        attested = owner and owner.has_server(server.protocol, server.host, server.port, server.tls)
        if wrong is None or attested:
            return server
        form = usual_tls(server.protocol, server.port)
        names = [name for part in (wrong[0], "host") for name in format.places.get(part, ())]
        mark = server.mark(*names) or account.mark
        why = Text(
            "{what}, at {host}; {form} goes with it" if form else "{what}, at {host}",
            what=wrong[1],
            host=server.host,
            form=form,
        )
        name = f"{server.protocol}.{wrong[0]}"
        mend = Text(
            "nothing has to be done if the server is usual" if form else "correct it in the accounts file"
        )
        losses.append(Loss(path, (mark.line,), name, why, mend))
        return replace(server, tls=form) if form else server

    return replace(account, incoming=mended(account.incoming), smtp=mended(account.smtp))
