"""Settings that a template fills in before the client reads the file: what they hold, nobody knows."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.importer.losses import Loss
from mailgen.redaction.holes import is_filled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.statements import FoundAccount, FoundServer

FILLED = Text("a template's program fills it in")
WRITE = Text("write what it stands for into the accounts file")


def without_holes(account: FoundAccount, path: str, losses: list[Loss]) -> FoundAccount:
    """Return the account without what is filled in later: a hole is never a value; each is a loss."""
    name = account.name
    if is_filled(name):
        losses.append(Loss(path, (account.mark.line,), Text("name"), FILLED, WRITE))
        name = ""
    return replace(
        account,
        address="" if is_filled(account.address) else account.address,
        name=name,
        label="" if is_filled(account.label) else account.label,
        incoming=_server(account.incoming, path, losses),
        smtp=_server(account.smtp, path, losses),
    )


def _server(server: FoundServer | None, path: str, losses: list[Loss]) -> FoundServer | None:
    if server is None:
        return None
    for one in dict.fromkeys(server.statements.values()):
        if is_filled(one.text) and not one.expands:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, FILLED, WRITE))
    if is_filled(server.host):
        return None
    return replace(server, username=None) if is_filled(server.username or "") else server
