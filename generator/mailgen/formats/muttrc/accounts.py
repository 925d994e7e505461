"""From the settings of a muttrc to the accounts they make: those of the file, and those of its hooks."""

from __future__ import annotations

from mailgen.core.values import replace
from mailgen.formats.muttrc import hooks
from mailgen.formats.muttrc.fields import (
    NOTHING,
    about_account,
    account_of,
    reply_to,
    sender_of,
    server_of,
    signature_of,
)
from mailgen.formats.muttrc.made import SENDER_FILE
from mailgen.formats.muttrc.servers import server_url, unpatterned
from mailgen.formats.muttrc.settings import Settings
from mailgen.formats.muttrc.variables import filled_in
from mailgen.formats.statements import FoundAccount, FoundIdentity, FoundServer, Statement, bare_address


def accounts_from(
    statements: list[Statement], target: str
) -> tuple[tuple[FoundAccount, ...], tuple[Statement, ...]]:
    """Return the accounts, and the statements that belong to none.

    The settings outside of hooks make one account. The hooks of one server, or of one folder, make one more
    over the former if they tell whose it is. Hooks of messages, and those that change nothing but the sender,
    make further senders.
    """
    statements = filled_in(statements, hooks.group_of)
    parts = _Parts(statements)
    base = Settings(parts.base)
    first = account_of(base, target)
    accounts, used = [], set[int]()
    for name, given in parts.accounts(first):
        settings = Settings(given, base, name if hooks.of_server(name) else "")
        accounts.append(account_of(settings, target))
        used |= {id(one) for one in settings.used}
    accounts = _united(accounts, first, base)
    if not accounts:
        return (), _untold(statements, set(), set())
    kept = any(one is first for one in accounts)
    used |= {id(one) for one in base.used if kept or about_account(one.name)}
    used |= {id(one) for name in parts.senders for one in parts.senders[name]}
    return _with_senders(accounts, parts, base, target), _untold(statements, used, parts.done)


def _untold(statements: list[Statement], used: set[int], done: set[str]) -> tuple[Statement, ...]:
    """Return the statements that are neither taken over nor told with their hook.

    `done` are the groups of hooks that became accounts or senders; of another hook its own line tells.
    """
    left = []
    for one in statements:
        if one.name.startswith("my_") and one.raw.startswith(("set ", "unset ")):
            continue  # a variable says something only where it is put in
        group = hooks.group_of(one)
        if id(one) in used or (group and (group not in done or (one.off and one.name in NOTHING))):
            continue
        if hooks.is_hook(one) and not one.runs and hooks.body_of(one) in done:
            continue
        left.append(one)
    return tuple(left)


class _Parts:
    """The statements of a file by what they belong to."""

    def __init__(self, statements: list[Statement]) -> None:
        self.groups: dict[str, list[Statement]] = {"": []}
        for one in statements:
            self.groups.setdefault(hooks.group_of(one), []).append(one)
        self.base = self.groups.pop("")
        #: The hooks themselves, by the group that their settings make.
        self.lines: dict[str, list[Statement]] = {}
        for one in self.base:
            if hooks.is_hook(one):
                self.lines.setdefault(hooks.body_of(one), []).append(one)
        #: The groups of hooks that became accounts, senders or part of the file's own account.
        self.done: set[str] = {""}
        #: What the hooks of a sender say, by group.
        self.senders: dict[str, list[Statement]] = {}
        for name, given in self.groups.items():
            # Those that mailgen makes name the server again, and the pattern the address.
            if name.startswith(("send-hook ", "send2-hook ")) and _made_sender(given):
                self.senders[name] = given
        self._place_servers()

    def _place_servers(self) -> None:
        """Put hooks for the server of the file's own account, and for any folder, to the file's settings."""
        bare = account_of(Settings(self.base), "")
        host = bare.incoming.host if bare.incoming else ""
        for name, given in list(self.groups.items()):
            everywhere = hooks.for_all(name) and not any(one.name == "from" for one in self.base)
            url = server_url(name) if hooks.of_server(name) else None
            if everywhere or (
                url and url[1] == host and not hooks.path_in(name) and not hooks.tells_who(given)
            ):
                self.base = [
                    *self.base,
                    *(one for one in given if one.raw.startswith("set ") and not one.off),
                ]
                self.done.add(name)
                del self.groups[name]

    def accounts(self, first: FoundAccount) -> list[tuple[str, list[Statement]]]:
        """Return the groups of hooks that are accounts; `first` is the account of the file itself.

        A hook for one folder of a server is not about the account, if others are for the whole server.
        """
        whole = {hooks.server_in(name) for name, given in self.groups.items() if self._whole(name, given)}
        found = []
        for name, given in self.groups.items():
            if not hooks.tells_who(given):
                continue
            if hooks.of_server(name):
                chosen = not hooks.path_in(name) or hooks.server_in(name) not in whole
            else:
                lonely = first.incoming is None and first.smtp is None
                chosen = name.startswith("folder-hook ") and (lonely or hooks.tells_way(given))
            if chosen:
                found.append((name, given))
                self.done.add(name)
            elif name not in self.senders and hooks.tells_sender(given):
                self.senders[name] = given
        return found

    def _whole(self, name: str, given: list[Statement]) -> bool:
        return hooks.of_server(name) and not hooks.path_in(name) and hooks.tells_who(given)


def _made_sender(given: list[Statement]) -> bool:
    """Say whether mailgen made a hook for a sender; it names the server again, its pattern the address."""
    return any(SENDER_FILE.search(one.path) for one in given)


def _united(accounts: list[FoundAccount], first: FoundAccount, base: Settings) -> list[FoundAccount]:
    """Return the accounts of hooks and the file's own one, each once."""
    once: dict[tuple[object, ...], FoundAccount] = {}
    for one in accounts:
        key = (one.address, _server_key(one.incoming), _server_key(one.smtp), one.sends_with)
        once[key] = replace(once[key], others=(*once[key].others, *one.others)) if key in once else one
    accounts = list(once.values())
    known = {one.address for one in accounts if one.address}
    if not accounts:
        whole = first.address or first.incoming or first.smtp
        return [first] if whole else []
    if (
        (first.incoming or first.smtp or first.maildir)
        and first.address not in known
        and (first.address or not known)
    ):
        return [first, *accounts]
    # What holds for the whole file holds for each, as far as its hook does not say otherwise.
    general = tuple(one for one in first.others if about_account(one.name))
    accounts = [replace(one, others=(*one.others, *general)) for one in accounts]
    if len(accounts) > 1:
        return [replace(one, default=one.address == first.address) for one in accounts]
    return accounts


def _with_senders(
    accounts: list[FoundAccount], parts: _Parts, base: Settings, target: str
) -> tuple[FoundAccount, ...]:
    """Give the accounts the senders of hooks; one that sends by another server becomes an account as well."""
    by_id = {one.id: count for count, one in enumerate(accounts) if one.id}
    by_server = {_server_key(one.smtp): count for count, one in enumerate(accounts) if one.smtp}
    by_program = {one.sends_with: count for count, one in enumerate(accounts) if one.sends_with}
    found: dict[int, list[FoundIdentity]] = {}
    chosen: dict[int, list[Statement]] = {}
    for group, given in parts.senders.items():
        settings = Settings(given)
        smtp, program = server_of(settings, "smtp_url", "smtp"), settings.text("sendmail")
        key = next((hit[1] for one in given if (hit := SENDER_FILE.search(one.path))), "")
        place = by_id.get(key, by_server.get(_server_key(smtp), by_program.get(program)))
        pattern = unpatterned(group.partition(" ")[2].removeprefix("~f ").strip("'^$"))
        told, name = sender_of(settings)
        address = bare_address(pattern)[0] if _made_sender(given) or not told else told
        parts.done.add(group)
        if not address:
            continue
        if place is None and (smtp or program):
            accounts.append(_only_sends(account_of(Settings(given, base), target), address, name, key))
            if smtp:
                by_server[_server_key(smtp)] = len(accounts) - 1
            else:
                by_program[program] = len(accounts) - 1
            continue
        place = place or 0
        if not _made_sender(given):
            chosen.setdefault(place, []).extend(parts.lines.get(group, ()))
        known = {accounts[place].address, *(one.address for one in found.get(place, ()))}
        if address not in known:
            identity = FoundIdentity(address, name, reply_to(settings)[0], signature_of(settings))
            found.setdefault(place, []).append(identity)
    return tuple(
        replace(one, identities=tuple(found.get(count, ())), others=(*one.others, *chosen.get(count, ())))
        for count, one in enumerate(accounts)
    )


def _only_sends(account: FoundAccount, address: str, name: str, made: str) -> FoundAccount:
    """Return the account of a sender that has a server of its own: what comes in is that of the others.

    `made` is the id of an account that mailgen made, which has its number behind it; else "".
    """
    return replace(
        account,
        address=address,
        name=name,
        id=made,
        incoming=None,
        folders={},
        maildir="",
        inbox="",
        local={},
    )


def _server_key(server: FoundServer | None) -> tuple[object, ...]:
    return (server.host, server.port, server.username) if server else ()
