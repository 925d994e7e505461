"""From the accounts that were found in files to the data of an accounts file, and what was lost. Pure."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.importer.addresses import addressed
from mailgen.importer.bridges import with_bridges
from mailgen.importer.contradictions import without_contradictions
from mailgen.importer.elsewhere import elsewhere_losses, through_others
from mailgen.importer.extra_lines import quirk_lines, sorted_out
from mailgen.importer.fit import fitted
from mailgen.importer.losses import Loss, reading_losses, united
from mailgen.importer.secrets import command_option, credential
from mailgen.importer.source import ImportedAccount
from mailgen.importer.templates import without_holes
from mailgen.lint.drift import address_of, client_version
from mailgen.model.trust import is_system_bundle
from mailgen.model.vocabulary import NO_INCOMING
from mailgen.redaction.secrecy import url_with_password
from mailgen.resolve.local import shared
from mailgen.resolve.options import path_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.catalog.index import CatalogueShelf
    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundAccount, FoundServer, Reading
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def accounts_file(
    readings: Sequence[tuple[str, Reading]],
    shelf: CatalogueShelf,
    targets: Mapping[str, Target],
    formats: Mapping[str, Format],
) -> tuple[dict[str, Any], list[Loss]]:
    """Return the data of an accounts file (accounts.schema.json) for what was read, and what was lost.

    `readings` are paths with what was read there, by the `formats` of their targets; accounts of several
    files with one address and the same servers become one. No secret is in the data: where one stood,
    that is a loss.
    """
    losses: list[Loss] = []
    groups: dict[str, list[list[ImportedAccount]]] = {}
    for path, reading in _joined(readings, formats):
        target, format = targets[reading.target], formats[reading.target]
        losses += reading_losses(path, reading, format)
        version = client_version(reading, format, target)
        for found in reading.accounts:
            account = addressed(without_holes(found, path, losses), shelf, path, losses)
            account = without_contradictions(account, shelf, format, path, losses)
            settled = bool(format.version(reading))
            source = ImportedAccount(path, account, version if version != target.version else None, settled)
            _join(groups.setdefault(account.address, []), source)
    ids = _Ids()
    ordered = [group for alike in groups.values() for group in alike]
    receiving = _receiving(ordered, targets)
    data = {ids.new(group): _entry(group, receiving, shelf, targets, formats, losses) for group in ordered}
    _labels(ordered, data)
    _default(ordered, data)
    _unshared(ordered, data, losses)
    return {"accounts": data}, united(losses)


def _receiving(groups: list[list[ImportedAccount]], targets: Mapping[str, Target]) -> set[str]:
    """Return the targets that have an account which receives, beside which others may only send."""
    return {
        source.account.target
        for group in groups
        for source in group
        if (source.account.incoming or source.account.maildir) and targets[source.account.target].send_only
    }


def _joined(
    readings: Sequence[tuple[str, Reading]], formats: Mapping[str, Format]
) -> Iterator[tuple[str, Reading]]:
    """Yield the readings, those that read each other put together."""
    changed: dict[str, Reading | None] = {}
    for format in {id(format): format for format in formats.values()}.values():
        changed |= format.joined({path: one for path, one in readings if formats[one.target] is format})
    for path, reading in readings:
        if (whole := changed.get(path, reading)) is not None:
            yield path, whole


def _join(groups: list[list[ImportedAccount]], source: ImportedAccount) -> None:
    """Put an account to those of the same address, if their servers do not contradict each other."""
    for group in groups[:_ALIKE]:
        if all(
            one.account.target != source.account.target and _agree(one.account, source.account)
            for one in group
        ):
            group.append(source)
            return
    groups.append([source])


#: So many accounts of one address are compared with a further one.
_ALIKE = 20


def _agree(one: FoundAccount, other: FoundAccount) -> bool:
    pairs = ((one.incoming, other.incoming), (one.smtp, other.smtp))
    return all(first is None or second is None or _same(first, second) for first, second in pairs)


def _same(one: FoundServer, other: FoundServer) -> bool:
    parts = ((server.protocol, server.host.lower(), server.port, server.tls) for server in (one, other))
    return len(set(parts)) == 1 and (one.username == other.username or None in (one.username, other.username))


class _Ids:
    """Gives each account an id that no other has, in any case of its letters."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.counts: dict[str, int] = {}

    def new(self, group: list[ImportedAccount]) -> str:
        """Return what the client calls the account, if that can be an id, else one made of the address."""
        names = [source.account.label or source.account.id for source in group]
        first = next((name for name in names if _KEY.fullmatch(name)), "")
        if not first or first == "default":
            first = re.sub(r"[^A-Za-z0-9._-]+", "-", group[0].account.address)[:60].strip(".-_") or "account"
        name, key = first, first.casefold()
        while name.casefold() in self.taken:
            self.counts[key] = self.counts.get(key, 1) + 1
            name = f"{first[:56]}-{self.counts[key]}"
        self.taken.add(name.casefold())
        return name


def _entry(
    group: list[ImportedAccount],
    receiving: set[str],
    shelf: CatalogueShelf,
    targets: Mapping[str, Target],
    formats: Mapping[str, Format],
    losses: list[Loss],
) -> dict[str, Any]:
    accounts = [source.account for source in group]
    address = address_of(accounts[0])
    assert address is not None
    entry: dict[str, Any] = {"address": str(address)}
    for key in ("name", "reply_to", "signature"):
        if value := next((getattr(one, key) for one in accounts if getattr(one, key)), ""):
            entry[key] = value
    identities: dict[str, Any] = {}
    for identity in (one for account in accounts for one in account.identities):
        more = {
            "name": identity.name,
            "reply_to": identity.reply_to,
            "signature": identity.signature,
        }
        more = {key: value for key, value in more.items() if value}
        identities.setdefault(
            identity.address, {"address": identity.address, **more} if more else identity.address
        )
    if identities:
        entry["identities"] = list(identities.values())
    entry["targets"] = list(dict.fromkeys(one.target for one in accounts))
    if receiving.intersection(entry["targets"]) and not any(one.incoming or one.maildir for one in accounts):
        entry["protocol"] = NO_INCOMING
    entry = through_others(entry, group, targets)
    entry |= credential(group, address, losses)
    entry, provider = fitted(entry, with_bridges(group, targets, formats, losses), shelf, targets, losses)
    _fill(entry, group, provider, targets, formats, losses)
    return {key: value for key, value in entry.items() if _harmless(key, value, group[0], losses)}


def _fill(
    entry: dict[str, Any],
    group: list[ImportedAccount],
    provider: Provider | None,
    targets: Mapping[str, Target],
    formats: Mapping[str, Format],
    losses: list[Loss],
) -> None:
    """Add folders, options and lines of the user's own."""
    known = provider.folders if provider else {}
    folders: dict[str, str] = {**entry.get("folders", {})}
    options: dict[str, dict[str, Any]] = {**entry.get("options", {})}
    extra: dict[str, list[str]] = {}
    for source in group:
        account = source.account
        folders |= {role: name for role, name in account.folders.items() if known.get(role) != name}
        for name, value in account.options.items():
            if is_system_bundle(value):
                continue
            kind = targets[account.target].options[name].type
            taken = command_option(name, value, source, losses) if kind == "command" else value
            if kind == "path" and (error := path_problem(name, value)):
                losses.append(Loss(source.path, (account.mark.line,), name, error.what, error.mend))
                continue
            if taken is not None:
                options.setdefault(account.target, {})[name] = taken
        format, target = formats[account.target], targets[account.target]
        losses += elsewhere_losses(source, target, entry["targets"])
        lines, lost = sorted_out(source, format, target)
        more, also = quirk_lines(source.path, account, format, provider)
        losses += [*lost, *also]
        if lines or more:
            extra[account.target] = [*lines, *more]
    for key, filled in (("folders", folders), ("options", options), ("extra", extra)):
        if filled:
            entry[key] = filled


def _harmless(key: str, value: Any, source: ImportedAccount, losses: list[Loss]) -> bool:
    """Say whether a value may stand in an accounts file; one with a password in a URL is a loss."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, str) and url_with_password(value):
        place = (source.account.mark.line,)
        losses.append(
            Loss(source.path, place, key, Text("a password stands in it"), Text("write it without"))
        )
        return False
    return all(_harmless(key, one, source, losses) for one in inner)


def _labels(groups: list[list[ImportedAccount]], data: dict[str, Any]) -> None:
    """Keep what the client calls an account, where it is not its id."""
    for group, (id, entry) in zip(groups, list(data.items()), strict=True):
        label = next((source.account.label for source in group if source.account.label), "")
        if label and label not in (id, "default"):
            first = {"address": entry.pop("address")}
            data[id] = {**first, "label": label, **entry}


def _unshared(groups: list[list[ImportedAccount]], data: dict[str, Any], losses: list[Loss]) -> None:
    """Leave the mail on this machine out of accounts that would share it, which no accounts file may say."""
    places = {id: entry["maildir"] for id, entry in data.items() if "maildir" in entry}
    sharing = {
        one
        for id, path in places.items()
        for other, there in places.items()
        if other != id and shared([(id, path), (other, there)])
        for one in (id, other)
    }
    for group, (id, entry) in zip(groups, data.items(), strict=True):
        if id not in sharing:
            continue
        first = next(source for source in group if source.account.maildir)
        why = Text(
            "the mail of other accounts lies there too ({path}), which mailgen keeps apart", path=places[id]
        )
        mend = Text("give each account a folder of its own, and none within another's")
        losses.append(Loss(first.path, (first.account.mark.line,), "maildir", why, mend))
        del entry["maildir"]
        for options in entry.get("options", {}).values():
            options.pop("inbox", None)


def _default(groups: list[list[ImportedAccount]], data: dict[str, Any]) -> None:
    """Mark the default account where there are several, and only one."""
    if len(data) < 2:
        return
    for group, entry in zip(groups, data.values(), strict=True):
        if any(source.account.default for source in group):
            entry["default"] = True
            return


def used_targets(readings: Iterable[tuple[str, Reading]]) -> set[str]:
    """Return the targets whose files were read."""
    return {reading.target for _, reading in readings}
