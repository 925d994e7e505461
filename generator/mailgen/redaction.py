"""A file's text as it may be shown to anybody: the one place where secrets are hidden, for all who show.

Each format is cut into words as its program cuts it. A value is shown if its name is on the list of those
that hold no secret, and nothing in it looks like one; whatever else stands there is hidden, to the end
of the line, and so is what is not understood. To show too little is a nuisance, too much is a leak.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from .redaction_muttrc import muttrc
from .secrecy import (
    HIDDEN,
    command_may_hold_secret,
    place_of_secret,
    remark_may_hold_secret,
    word_may_hold_secret,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]


def redacted(text: str, grammar: str, own: bool = False) -> list[str]:
    r"""Return the lines of a file, without their ends, with *** for all that may be a secret.

    `grammar` says how the file is written (a module of `grammars`, or `text` for what holds no
    secrets but in URLs); of a file of any other, nothing is shown. `own` says that mailgen wrote none of
    it, so that comments, which no list can judge, are hidden as well.

    >>> redacted("user ada\npassword s3cret", "msmtp")
    ['user ada', 'password ***']
    """
    lines = text.split("\n")
    find = _FINDERS.get(grammar)
    if find is None:
        return [HIDDEN if line.strip() else line for line in lines]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    cuts = {}
    for number, line in enumerate(lines):
        if (place := place_of_secret(line)) is not None:
            cuts[number] = place
    for start, end in find(text, own):
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
        cuts[first] = min(cuts.get(first, len(text)), start - starts[first])
        for number in range(first + 1, last + 1):
            cuts[number] = 0
    return [
        line[: cuts[number]] + HIDDEN if number in cuts and line.strip() else line
        for number, line in enumerate(lines)
    ]


def _text(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find nothing of its own; URLs with passwords are hidden everywhere."""
    yield from ()


_MSMTP = frozenset(
    """account defaults include host port source_ip proxy_host proxy_port socket timeout protocol domain
    from from_full_name allow_from_override set_from_header set_date_header set_msgid_header
    remove_bcc_headers undisclosed_recipients dsn_notify dsn_return keepbcc auto_from maildomain auth user
    ntlmdomain tls tls_starttls tls_trust_file tls_crl_file tls_fingerprint tls_key_file tls_cert_file
    tls_certcheck tls_min_dh_prime_bits tls_force_sslv3 tls_nocertcheck tls_priorities tls_host_override
    logfile logfile_time_format syslog aliases add_missing_from_header add_missing_date_header""".split()
)
_MSMTP_LINE = re.compile(r"^[ \t]*([^ \t\r\n#][^ \t\r\n]*)?[ \t]*([^\n]*)", re.MULTILINE)


def _msmtp(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in an msmtprc: one command a line, no escapes. Source: msmtp(1), msmtp 1.8.23 -P."""
    for line in _MSMTP_LINE.finditer(text):
        word, rest = line[1], line[2].rstrip(" \t\r")
        if word is None:
            if rest and (own or remark_may_hold_secret(rest) or _commented(rest, _msmtp_command)):
                yield line.span(2)
        elif not _msmtp_command(word, rest):
            yield line.span(2) if rest and word in ("password", "passwordeval", "eval") else line.span(1)


def _msmtp_command(word: str, argument: str) -> bool:
    """Say whether a command of msmtp may be shown."""
    if word in ("passwordeval", "eval"):
        return not command_may_hold_secret(argument)
    return (word in _MSMTP and not word_may_hold_secret(argument)) or (word == "password" and not argument)


def _commented(remark: str, shown: Callable[[str, str], bool]) -> bool:
    """Say whether a comment is a command, commented out, that may not be shown."""
    word, _, rest = remark.lstrip("# \t").partition(" ")
    return word in ("password", "passwordeval", "eval") and not shown(word, rest.strip())


#: Words of fetchmail that one value follows, which is no secret.
_FETCHMAIL_VALUES = frozenset(
    """poll server skip via protocol proto service port timeout auth authenticate envelope qvirtual interface
    monitor interval esmtpname principal bad-header user username sslcert sslkey sslproto sslcertfile
    sslcertpath sslcommonname sslfingerprint smtpaddress smtpname limit warnings batchlimit fetchlimit
    fetchsizelimit fastuidl expunge daemon postmaster logfile idfile pidfile""".split()
)
_FETCHMAIL_COMMANDS = frozenset("mda bsmtp preconnect postconnect plugin plugout".split())
_FETCHMAIL_LISTS = frozenset("is to folder folders aka localdomains smtphost fetchdomains antispam".split())
_FETCHMAIL_FLAGS = frozenset(
    """dns checkalias uidl tracepolls ssl sslcertck keep flush limitflush fetchall rewrite stripcr forcecr
    pass8bits mimedecode idle dropdelivered dropstatus lmtp spambounce softbounce bouncemail syslog invisible
    showdots and with has wants options here there no set defaults""".split()
)
_FETCHMAIL_SECRETS = frozenset("pass password esmtppassword".split())
_FETCHMAIL_GAP = re.compile(r"(?:[\s;:,=]+|\\\n)*")
_FETCHMAIL_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_FETCHMAIL_RUN = re.compile(r"[^=;:, \t\r\n]+")


def _fetchmail(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in a fetchmailrc: words, in lines of any length.

    At each place a quoted string or a run without blanks is taken, whichever is longer, so that
    `\\"` does not escape a quote. Source: fetchmail(1), fetchmail 6.4.37 --configdump.
    """
    at, expected, since = 0, "", 0
    while True:
        at = _fetchmail_gap(text, at)
        if at >= len(text):
            break
        if text[at] == "#" and (end := text.find("\n", at)) >= 0:
            # Whatever stands between a password's name and its value is hidden with it.
            if own or remark_may_hold_secret(text[at:end]) or _fetchmail_commented(text[at + 1 : end]):
                yield at, end
            at = end
            continue
        quoted, run = _FETCHMAIL_QUOTED.match(text, at), _FETCHMAIL_RUN.match(text, at)
        token = quoted if quoted and (run is None or quoted.end() >= run.end()) else run
        if token is None:  # \v, \f and the like, which are no gap to fetchmail
            yield at, at + 1
            at += 1
            continue
        word = token.group() if token is run else ""
        if expected == "secret":
            yield since, token.end()
            expected = ""
        elif expected in ("value", "command"):
            value = _fetchmail_plain(token.group())
            if word_may_hold_secret(value) or (expected == "command" and command_may_hold_secret(value)):
                yield since, token.end()
            expected = ""
        elif word in _FETCHMAIL_SECRETS:
            expected, since = "secret", token.end()
            since += text[since : since + 1] in (" ", "\t")
        elif word in _FETCHMAIL_VALUES:
            expected, since = "value", token.start()
        elif word in _FETCHMAIL_COMMANDS:
            expected, since = "command", token.end() + 1
        elif word in _FETCHMAIL_LISTS:
            expected = "list"
        elif word in _FETCHMAIL_FLAGS or (word[:2] == "no" and word[2:] in _FETCHMAIL_FLAGS):
            expected = ""
        elif expected == "list" and not word_may_hold_secret(_fetchmail_plain(token.group())):
            pass
        else:  # perhaps a secret that has lost its name
            yield token.span()
        at = token.end()
    if expected == "secret":
        yield since, len(text)


def _fetchmail_gap(text: str, at: int) -> int:
    found = _FETCHMAIL_GAP.match(text, at)
    return found.end() if found else at


def _fetchmail_commented(remark: str) -> bool:
    """Say whether a comment begins with words of fetchmail and goes on with what may not be shown."""
    first = _FETCHMAIL_RUN.match(remark.strip())
    known = _FETCHMAIL_VALUES - {"user", "server", "interface", "port", "service", "limit", "monitor"}
    if first is None or first.group() not in known | {"poll"}:
        return False
    return any(True for _ in _fetchmail(remark, False))


_FETCHMAIL_ESCAPE = re.compile(r"\\(?:[xX]([0-9a-fA-F]{1,2})|(0[0-7]{1,2})|([1-9][0-9]{0,2})|(.))", re.DOTALL)


def _fetchmail_plain(token: str) -> str:
    """Return what a word means, well enough to judge it."""

    def one(found: re.Match[str]) -> str:
        if found[4] is not None:
            return "" if found[4] == "\n" else found[4]
        code = int(found[1], 16) if found[1] else int(found[2], 8) if found[2] else int(found[3])
        return chr(code % 256)

    return _FETCHMAIL_ESCAPE.sub(one, token)


#: The last part of a pref's name whose value is no secret, of accounts, servers and identities.
_PREFS = frozenset(
    """server identities type name hostname port userName username socketType try_ssl authMethod
    login_at_startup check_new_mail check_time download_on_biff leave_on_server delete_mail_from_server
    description fullName useremail reply_to valid smtpServer fcc fcc_folder draft_folder stationery_folder
    archive_folder sig_file attach_signature compose_html accounts defaultaccount localfoldersserver
    defaultserver smtpservers""".split()
)
_PREFS_NAME = re.compile(
    r"mail\.(?:server|account|identity|smtpserver)\.[\w-]+\.(\w+)$|mail\.(?:accountmanager\.|smtp\.)?(\w+)$"
)
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_GAP = r"(?:\s|/\*[^*]{0,300}\*/|//[^\n\r]{0,300}[\n\r]|\#[^\n\r]{0,300}[\n\r])*"
_PREF = re.compile(
    rf"(?:user_pref|pref|sticky_pref){_GAP}\({_GAP}({_STRING}){_GAP},{_GAP}({_STRING}|[+-]?[0-9]+|true|false){_GAP}\){_GAP};",
    re.DOTALL,
)
_PREFS_COMMENT = re.compile(r"(?://|\#)[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_PREFS_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


def _prefs(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in a user.js or prefs.js: calls, whose names say what they hold. See existing/prefs."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        comment = _PREFS_COMMENT.match(text, at)
        call = None if comment else _PREF.match(text, at)
        if comment is not None:
            if own or remark_may_hold_secret(comment.group()) or "pref" in comment.group():
                yield comment.span()
            at = comment.end()
        elif call is None:  # no pref: nothing can be said of this line
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            yield at, end
            at = end
        else:
            if not _pref_shown(_prefs_plain(call[1][1:-1]), call[2]):
                yield call.start(2), call.end()
            elif "\n" in call.group():
                yield call.span()
            at = call.end()


def _pref_shown(name: str, value: str) -> bool:
    found = _PREFS_NAME.match(name)
    if value in ("true", "false"):
        return True
    known = found is not None and (found[1] or found[2]) in _PREFS
    return known and not word_may_hold_secret(_prefs_plain(value))


def _prefs_plain(text: str) -> str:
    return _PREFS_ESCAPE.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), text)


_FINDERS = {
    "text": _text,
    "xml": _text,
    "json": _text,
    "msmtp": _msmtp,
    "fetchmail": _fetchmail,
    "muttrc": muttrc,
    "prefs": _prefs,
}
#: The grammars of files that can be shown.
KNOWN = frozenset(_FINDERS)
