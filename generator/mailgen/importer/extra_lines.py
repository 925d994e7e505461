"""Settings of an account that no field holds: lines to keep as they are, or losses."""

from __future__ import annotations

import re

from mailgen.core.text import Listed, Text
from mailgen.formats import load
from mailgen.formats.base import ABOUT_THE_PROGRAM, OURS
from mailgen.importer.bridges import goes_without
from mailgen.importer.losses import Loss
from mailgen.importer.templates import FILLED, WRITE
from mailgen.redaction import redacted
from mailgen.redaction.holes import is_filled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundAccount, FoundServer, Statement
    from mailgen.importer.source import ImportedAccount
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target

_WEAK = Text("mailgen writes only TLS that is insisted on and verified")
_DOUBT = Text("what may be a secret stands in it")
_KEEP = Text("look at it; if none does, add it to the account's extra lines")
_CHECK = Text("compare what mailgen writes, and change the accounts file if it matters")


def sorted_out(source: ImportedAccount, format: Format, target: Target) -> tuple[list[str], list[Loss]]:
    """Return the lines that an account's own settings can be kept as, and those that are lost.

    `target` says how the file is written: a line that nobody would be shown whole is not kept.
    """
    account, lines = source.account, []
    servers = [one for one in (account.incoming, account.smtp) if one is not None]
    weak = [one for one in servers if one.tls == "none" or one.optional or not one.verified]
    losses = [_weak(source, format, server) for server in weak if not goes_without(server, target)]
    blamed = {name for server in weak for name in _blamed(format, server)}
    for one in account.others:
        if not (line := untabbed(format.kept(one))) or one.name in blamed:
            continue
        why, mend = _why_not(format, one, line, target)
        if not why and redacted(line, load(target.grammar).redaction) != [line]:
            why, mend = _DOUBT, _KEEP
        if why:
            about_program = why == ABOUT_THE_PROGRAM
            losses.append(Loss(one.path or source.path, (one.mark.line,), one.name, why, mend, about_program))
        else:
            lines.append(line)
    return list(dict.fromkeys(lines)), losses


def _blamed(format: Format, server: FoundServer) -> frozenset[str]:
    weak = format.tls_tried if server.optional else format.tls_unverified
    return format.tls_off if server.tls == "none" else weak


def _weak(source: ImportedAccount, format: Format, server: FoundServer) -> Loss:
    found = [one for name, one in server.statements.items() if name in _blamed(format, server)]
    where = tuple(one.mark.line for one in found) or (source.account.mark.line,)
    place = found[0].path if found and found[0].path else source.path
    return Loss(place, where, ", ".join(one.name for one in found) or "TLS", _WEAK, _CHECK)


def untabbed(line: str) -> str:
    r"""Write a blank for each tab outside of quotes; one behind a backslash is meant as it is.

    >>> untabbed("logfile\t\t~/x"), untabbed("set x\t= 'a\tb'")
    ('logfile ~/x', "set x = 'a\tb'")
    """
    if "\t" not in line:
        return line
    head = re.match(r"[^\"'\\]*", line)
    end = head.end() if head else 0
    return re.sub(r" *\t[ \t]*", " ", line[:end]) + line[end:]


def _why_not(format: Format, one: Statement, line: str, target: Target) -> tuple[str, str]:
    """Say why a setting cannot be kept as a line of the user's own, and what to do; "" if it can."""
    if unknown := unknown_parts(one):
        return unknown, WRITE
    if is_filled(one.text):
        return FILLED, WRITE
    if lost := format.why_lost(one, target.title):
        return lost, _CHECK
    if not format.has_extra_lines:
        return Text("an accounts file has no word for it"), _CHECK
    if one.name in format.generated:
        return OURS, _CHECK
    if not line.isprintable() or line.endswith("\\"):
        return Text("it holds characters that no file should"), _CHECK
    return format.why_not(one), _CHECK


def unknown_parts(one: Statement) -> str:
    """Say what in a value is known only when the program reads it; "" if all is known."""
    if one.pieces:
        names = Listed(", ", [f"${name}" for name in dict.fromkeys(one.pieces[1::2])])
        return Text("it holds {names}, which the files that were read do not tell", names=names)
    if one.runs or one.expands:
        return Text("its value is put together when it is read")
    return ""


def quirk_lines(
    path: str, account: FoundAccount, format: Format, provider: Provider | None
) -> tuple[list[str], list[Loss]]:
    """Return what to keep of the settings that mailgen writes only where a provider's quirks ask for them."""
    quirks = provider.quirks if provider else {}
    lines, losses = [], []
    for one in account.ours:
        if format.quirk(one) in quirks or format.is_usual(one):
            continue
        if not format.has_extra_lines or one.runs or one.expands or (one.scope and not format.by_account):
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, OURS, _CHECK))
        else:
            lines.append(one.raw)
    return lines, losses
