"""Servers on this machine that a file uses without TLS, bridges and proxies: how they are taken over."""

from __future__ import annotations

from mailgen.core.text import Option, Text
from mailgen.core.values import replace
from mailgen.importer.losses import Loss
from mailgen.model.hosts import is_loopback
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundServer
    from mailgen.importer.source import ImportedAccount
    from mailgen.model.target import Target


def goes_without(server: FoundServer, target: Target) -> bool:
    """Say whether a server on this machine is used without TLS, or was only asked for it.

    Where STARTTLS is only tried, the file does not tell what the server can do; without TLS it can be reached
    in any case, if the client can be told so.
    """
    if server.tunnel or not is_loopback(server.host):
        return False
    return server.tls == "none" or (server.optional and _can(target, server.protocol))


def with_bridges(
    group: Sequence[ImportedAccount],
    targets: Mapping[str, Target],
    formats: Mapping[str, Format],
    losses: list[Loss],
) -> list[ImportedAccount]:
    """Return the accounts with the form of TLS in which such servers can be written for all of their clients.

    That is none, or STARTTLS as soon as one of them cannot be told to go without; what is not as it was is a
    loss.
    """
    forms: dict[str, str] = {}
    for protocol in PROTOCOLS:
        found = list(_without(group, targets, protocol))
        clients = [targets[source.account.target] for source, _ in found]
        unable = next((one.title for one in clients if not _can(one, protocol)), "")
        forms[protocol] = "starttls" if unable else "none"
        for source, server in found:
            losses += _lost(source, server, formats[source.account.target], unable)
    return [_in_form(source, targets, forms) for source in group]


def _can(target: Target, protocol: str) -> bool:
    return "none" in target.protocols.get(protocol, {}).get("tls", ())


def _without(
    group: Sequence[ImportedAccount], targets: Mapping[str, Target], protocol: str
) -> Iterator[tuple[ImportedAccount, FoundServer]]:
    for source in group:
        for server in (source.account.incoming, source.account.smtp):
            if (
                server
                and server.protocol == protocol
                and goes_without(server, targets[source.account.target])
            ):
                yield source, server


def _in_form(
    source: ImportedAccount, targets: Mapping[str, Target], forms: Mapping[str, str]
) -> ImportedAccount:
    account, target = source.account, targets[source.account.target]

    def formed(server: FoundServer | None) -> FoundServer | None:
        if server is None or not goes_without(server, target):
            return server
        return replace(server, tls=forms[server.protocol], optional=False)

    account = replace(account, incoming=formed(account.incoming), smtp=formed(account.smtp))
    return replace(source, account=account)


def _lost(source: ImportedAccount, server: FoundServer, format: Format, unable: str) -> Iterator[Loss]:
    """Yield what of a server is not as it was: TLS where there was none, or none where it was tried.

    `unable` is the client that cannot be told to go without, if there is one.
    """
    names = format.tls_off if server.tls == "none" else format.tls_tried
    said = [one for name, one in server.statements.items() if name in names]
    where = tuple(one.mark.line for one in said) or (source.account.mark.line,)
    name = ", ".join(one.name for one in said) or "TLS"
    path = said[0].path if said and said[0].path else source.path
    starttls = Option(f"{server.protocol}.tls", "starttls")
    if unable:
        why = Text("{title} is never told to go without TLS, on this machine neither", title=unable)
        mend = Text(
            "{starttls} is written; if the bridge cannot do it, use another client", starttls=starttls
        )
        yield Loss(path, where, name, why, mend)
    elif server.tls != "none":
        without = Option(f"{server.protocol}.tls", "none")
        why = Text("TLS was only tried on this machine, and {without} is written", without=without)
        yield Loss(path, where, name, why, Text("say {starttls} if the bridge can do it", starttls=starttls))
