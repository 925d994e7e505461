"""Settings of an account that no field holds: lines to keep as they are, or losses."""

from __future__ import annotations

from mailgen.formats.base import OURS
from mailgen.importer.losses import Loss
from mailgen.redaction import redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.base import Format
    from mailgen.formats.statements import FoundAccount, Statement
    from mailgen.model.provider import Provider

_WEAK = "mailgen writes only TLS that is insisted on and verified"
_DOUBT = "what may be a secret stands in it"
_KEEP = "look at it; if none does, add it to the account's extra lines"
_CHECK = "compare what mailgen writes, and change the accounts file if it matters"


def sorted_out(
    path: str, account: FoundAccount, format: Format, grammar: str
) -> tuple[list[str], list[Loss]]:
    """Return the lines that an account's own settings can be kept as, and those that are lost.

    `grammar` is how the file is written: a line that nobody would be shown whole is not kept.
    """
    lines, losses = [], []
    for one in account.others:
        if not (line := format.kept(one)):
            continue
        why = _why_not(format, one)
        if not why and redacted(line, grammar) != [line]:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, _DOUBT, _KEEP))
        elif why:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, why, _CHECK))
        else:
            lines.append(line)
    for server in (account.incoming, account.smtp):
        if server is not None and (server.tls == "none" or server.optional or not server.verified):
            weak = format.tls_tried if server.optional else format.tls_unverified
            blamed = format.tls_off if server.tls == "none" else weak
            found = [one for name, one in server.statements.items() if name in blamed]
            where = tuple(one.mark.line for one in found) or (account.mark.line,)
            place = found[0].path if found and found[0].path else path
            losses.append(Loss(place, where, ", ".join(one.name for one in found) or "TLS", _WEAK, _CHECK))
    return list(dict.fromkeys(lines)), losses


def _why_not(format: Format, one: Statement) -> str:
    """Say why a setting cannot be kept as a line of the user's own; "" if it can."""
    if not format.has_extra_lines:
        return "an accounts file has no word for it"
    if one.name in format.generated:
        return OURS
    if one.mark.last_line != one.mark.line or not one.raw.isprintable() or one.raw.endswith("\\"):
        return "it goes over several lines, or holds characters that no file should"
    if one.runs or one.expands:
        return "its value is put together when it is read"
    return format.why_not(one)


def quirk_lines(
    path: str, account: FoundAccount, format: Format, provider: Provider | None
) -> tuple[list[str], list[Loss]]:
    """Return what to keep of the settings that mailgen writes only where a provider's quirks ask for them."""
    quirks = provider.quirks if provider else {}
    lines, losses = [], []
    for one in account.ours:
        if format.quirk(one) in quirks or format.is_usual(one):
            continue
        if not format.has_extra_lines or one.runs or one.expands or one.scope:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, OURS, _CHECK))
        else:
            lines.append(one.raw)
    return lines, losses
