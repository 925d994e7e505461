"""What a client does with the help of others, and mailgen's files by themselves: read mail, send, log in."""

from __future__ import annotations

import shlex
from functools import partial

from mailgen.core.text import Option, Text
from mailgen.importer.losses import Loss
from mailgen.resolve.local import filed_by_another

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.formats.statements import FoundAccount
    from mailgen.importer.source import ImportedAccount
    from mailgen.model.target import Target


def through_others(
    entry: dict[str, Any], group: Sequence[ImportedAccount], targets: Mapping[str, Target]
) -> dict[str, Any]:
    """Return the entry of an account with what its clients do through others, or by themselves all the same.

    A program that sends is a target of the account if mailgen writes for it, else an option.
    """
    chosen = [targets[name] for name in entry["targets"]]
    filed = {one.account.target for one in group if one.account.maildir}
    keepers = [one for one in chosen if one.maildir or (one.keeps_named and one.name in filed)]
    keeper = min(keepers, key=lambda one: one.keeps_named, default=None)
    # Whoever hands the mail on would begin to keep it where the account names a place.
    handed_on = any(map(partial(_hands_on, targets), group))
    options: dict[str, dict[str, Any]] = {}
    local: dict[str, str] = {}
    # Whoever keeps the mail says where; if it lies there as no account can say, it comes anew.
    moved = keeper is not None and any(
        one.account.maildir and not one.account.inbox for one in group if one.account.target == keeper.name
    )
    for source in sorted(group, key=lambda one: keeper is None or one.account.target != keeper.name):
        account, target = source.account, targets[source.account.target]
        own = options.setdefault(target.name, {})
        beside = target.keeps_named and target is not keeper
        if account.maildir and account.inbox and (beside or not moved):
            named = own if beside or (handed_on and target.reads_maildir) else entry
            named.setdefault("maildir", account.maildir)
        if target.reads_maildir:
            if account.inbox not in ("", "INBOX") and not moved:
                own["inbox"] = account.inbox
            if account.incoming and (keeper or entry.get("maildir")):
                own["online"] = True
            local |= {role: name for role, name in account.local.items() if name != role.capitalize()}
        if target.hands_over:
            sender = next((one for one in chosen if one.sends), None)
            if account.smtp and sender:
                own["own_smtp"] = True
            elif account.sends_with and (sender is None or not _runs(account.sends_with, sender)):
                own["sendmail"] = account.sends_with
    if local and keeper is None:
        entry["folders"] = local
    if any(options.values()):
        entry["options"] = {name: one for name, one in options.items() if one}
    return entry


def _hands_on(targets: Mapping[str, Target], source: ImportedAccount) -> bool:
    """Say whether a program that would keep mail where a place is named gives it to the mail server here."""
    account, target = source.account, targets[source.account.target]
    return target.keeps_named and not account.maildir and not filed_by_another(target, account.options)


def _runs(command: str, target: Target) -> bool:
    return program_of(command) == target.sends["account"][0]


def elsewhere_losses(source: ImportedAccount, target: Target, chosen: Sequence[str]) -> Iterator[Loss]:
    """Yield that a client reads a folder of this machine, sends with another program, or without a login.

    `chosen` are the targets that the account is to have.
    """
    account = source.account
    if account.elsewhere and (why := _why(account, target)):
        first = account.elsewhere[0]
        lines = tuple(one.mark.line for one in account.elsewhere if one.path == first.path)
        mend = Text("to go on as before keep your file")
        if target.name in chosen:
            mend = Text(
                "to go on as before keep your file, and take {target} out of {targets}",
                target=target.name,
                targets=Option("targets"),
            )
        if account.inbox and target.uses_maildir:
            mend = Text("look through it in the accounts file")
        name = Text("how mail is read and sent")
        yield Loss(first.path or source.path, lines, name, why, mend)
    smtp = account.smtp
    if smtp is not None and not smtp.login:
        said = [one for name, one in smtp.statements.items() if name in ("auth", "authMethod")]
        mark = said[0].mark if said else smtp.mark("url", "host", "hostname") or account.mark
        path = next((one.path for one in smtp.statements.values() if one.path), source.path)
        why = Text("the file sends without a login; what mailgen writes logs in")
        mend = Text("keep your file if {host} wants no login", host=smtp.host)
        yield Loss(path, (mark.line,), Text("the login to send"), why, mend)


def _why(account: FoundAccount, target: Target) -> str:
    here = account.maildir and not (target.uses_maildir and account.inbox)
    program = "" if target.hands_over else program_of(account.sends_with)
    if account.maildir and account.inbox and target.uses_maildir:
        return Text("no inbox is named; INBOX in {path} is a guess", path=account.maildir)
    if here and program:
        return Text(
            "the file reads a folder on this machine ({path}) and sends with {program}; what mailgen writes "
            "for {client} reads mail from the server and sends by itself",
            path=account.maildir,
            program=program,
            client=target.title,
        )
    if here:
        return Text(
            "the file reads a folder on this machine ({path}); what mailgen writes for {client} reads mail "
            "from the server",
            path=account.maildir,
            client=target.title,
        )
    if program:
        return Text(
            "the file sends with {program}; what mailgen writes for {client} sends by itself",
            program=program,
            client=target.title,
        )
    return ""


def program_of(command: str) -> str:
    """Return the name of the program that a command runs, without its arguments.

    >>> program_of("/usr/bin/msmtp -a work"), program_of("")
    ('msmtp', '')
    """
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    return words[0].rpartition("/")[2] if words else ""
