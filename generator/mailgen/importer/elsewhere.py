"""What a client does with the help of others, and mailgen's files by themselves: read mail, send, log in."""

from __future__ import annotations

import shlex

from mailgen.core.text import Option, Text
from mailgen.importer.losses import Loss

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailgen.formats.statements import FoundAccount
    from mailgen.importer.source import ImportedAccount
    from mailgen.model.target import Target


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
    here = account.maildir and not target.uses_maildir
    program = program_of(account.sends_with)
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
