"""Settings of an account that no field holds: lines to keep as they are, or losses."""

from __future__ import annotations

from mailgen.formats.muttrc.accounts import about_account, in_account_file
from mailgen.importer.losses import Loss
from mailgen.redaction import redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.formats.statements import FoundAccount, Statement
    from mailgen.model.provider import Provider

#: Setting -> the quirk of a provider for which mailgen writes it by itself.
_QUIRKS = {
    "imap_authenticators": "false-sasl-ir",
    "imap_send_id": "imap-id-required",
    "imap_rfc5161": "enable-hangs",
    "record": "saves-sent-copy",
    "fcc": "saves-sent-copy",
}
#: Settings that mailgen writes itself, so that a line of one's own would contradict it.
_GENERATED = {
    "msmtp": frozenset(
        "account auth tls tls_starttls tls_certcheck tls_nocertcheck protocol from password".split()
    ),
    "fetchmail": frozenset(
        """ssl sslcertck sslproto sslcertfile sslcertpath keep mda password username poll skip""".split()
    ),
    "mutt": frozenset(
        """folder spoolfile record postponed trash use_envelope_from envelope_from pop_delete ssl_force_tls
        ssl_starttls ssl_verify_host ssl_verify_dates imap_pass pop_pass smtp_pass imap_user pop_user
        smtp_url smtp_authenticators from realname signature sendmail""".split()
    ),
}
#: Lines of msmtp that put aside what a section of defaults says.
_UNSET = (["tls_fingerprint"], ["passwordeval"])
#: Options of fetchmail's users, which may stand at the end of a user's options.
_FETCHMAIL_USER = frozenset(
    """is to folder sslcert sslkey sslcommonname sslfingerprint smtphost fetchdomains smtpaddress
    smtpname antispam preconnect postconnect limit warnings batchlimit fetchlimit fetchsizelimit
    fastuidl expunge properties flush limitflush fetchall rewrite stripcr forcecr pass8bits mimedecode
    idle dropdelivered dropstatus lmtp""".split()
)
#: What may be to blame for TLS that is off, only tried, or not verified.
_TLS_OFF = frozenset("tls sslproto ssl_starttls socketType try_ssl".split())
_TLS_TRIED = frozenset("sslcertck ssl_force_tls".split())
_TLS_BLIND = frozenset("tls_certcheck tls_nocertcheck sslcertck ssl_verify_host ssl_verify_dates".split())
_OURS = "mailgen writes this setting itself, and in its own way"
_WEAK = "mailgen writes only TLS that is insisted on and verified"
_DOUBT = "what may be a secret stands in it"
_KEEP = "look at it; if none does, add it to the account's extra lines"
_CHECK = "compare what mailgen writes, and change the accounts file if it matters"


def sorted_out(path: str, account: FoundAccount, grammar: str) -> tuple[list[str], list[Loss]]:
    """Return the lines that an account's own settings can be kept as, and those that are lost.

    `grammar` is how the file is written: a line that nobody would be shown whole is not kept.
    """
    lines, losses = [], []
    for one in account.others:
        if account.target == "msmtp" and one.raw.split() in _UNSET:
            continue
        line = " ".join(one.raw.split()) if account.target == "fetchmail" else one.raw
        why = _why_not(account.target, one)
        if not why and redacted(line, grammar) != [line]:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, _DOUBT, _KEEP))
        elif why:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, why, _CHECK))
        else:
            lines.append(line)
    for server in (account.incoming, account.smtp):
        if server is not None and (server.tls == "none" or server.optional or not server.verified):
            blamed = _TLS_OFF if server.tls == "none" else _TLS_TRIED if server.optional else _TLS_BLIND
            found = [one for name, one in server.statements.items() if name in blamed]
            where = tuple(one.mark.line for one in found) or (account.mark.line,)
            place = found[0].path if found and found[0].path else path
            losses.append(Loss(place, where, ", ".join(one.name for one in found) or "TLS", _WEAK, _CHECK))
    return list(dict.fromkeys(lines)), losses


def _why_not(target: str, one: Statement) -> str:
    """Say why a setting cannot be kept as a line of the user's own; "" if it can."""
    family = "mutt" if target == "neomutt" else target
    if target == "thunderbird":
        return "an accounts file has no word for it"
    if one.name in _GENERATED[family]:
        return _OURS
    if one.mark.last_line != one.mark.line or not one.raw.isprintable() or one.raw.endswith("\\"):
        return "it goes over several lines, or holds characters that no file should"
    if target == "fetchmail" and (
        one.name not in _FETCHMAIL_USER or not one.raw.removeprefix("no ").startswith(one.name)
    ):
        return "it is an option of the poll, where an account has no lines of its own"
    if target != "msmtp" and (one.runs or one.expands):
        return "its value is put together when it is read"
    if family == "mutt" and not about_account(one.name.rstrip("+-")):
        return "it is about the program and not about an account"
    if family == "mutt" and one.name.endswith("_pass"):
        return _OURS
    if family == "mutt" and one.scope and not in_account_file(one):
        return "it belongs to a hook"
    return ""


def quirk_lines(path: str, account: FoundAccount, provider: Provider | None) -> tuple[list[str], list[Loss]]:
    """Return what to keep of the settings that mailgen writes only where a provider's quirks ask for them."""
    quirks = provider.quirks if provider else {}
    lines, losses = [], []
    for one in account.ours:
        name = one.name.rpartition(".")[2]
        if _QUIRKS[name] in quirks or one.text in ("xoauth2", "oauthbearer") or _usual(name, one):
            continue
        if account.target == "thunderbird" or one.runs or one.expands or one.scope:
            losses.append(Loss(one.path or path, (one.mark.line,), one.name, _OURS, _CHECK))
        else:
            lines.append(one.raw)
    return lines, losses


def _usual(name: str, one: Statement) -> bool:
    """Say whether a setting has the value that the program has without it."""
    if name == "imap_authenticators" and one.off:
        return True
    return (name, one.text) in {("fcc", "True"), ("imap_send_id", "no"), ("imap_rfc5161", "yes")}
