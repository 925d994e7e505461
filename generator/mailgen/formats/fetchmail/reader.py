r"""Reading a fetchmailrc: words, with `poll` and `user` opening sections.

Source: fetchmail(1), and values read back with fetchmail 6.4.37 --configdump.
"""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.formats.fetchmail.accounts import accounts_from
from mailgen.formats.fetchmail.words import LISTS, FetchWord, FetchWords
from mailgen.formats.statements import Mark, Reading, Statement, Unreadables, limited
from mailgen.redaction.holes import is_hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Options that take one value, of a poll and of a user, by all their spellings.
_SPELLINGS = {
    "proto": "protocol", "port": "service", "auth": "authenticate", "localdomain": "localdomains",
    "pass": "password", "user": "username", "folders": "folder",
}  # fmt: skip
_SERVER_VALUE = frozenset(
    """via protocol service timeout authenticate envelope qvirtual aka localdomains interface monitor plugin
    plugout interval esmtpname esmtppassword principal bad-header""".split()
)
_SERVER_FLAG = frozenset("dns checkalias uidl tracepolls".split())
_USER_VALUE = frozenset(
    """username is to password folder sslcert sslkey sslproto sslcertfile sslcertpath sslcommonname
    sslfingerprint smtphost fetchdomains smtpaddress smtpname antispam mda bsmtp preconnect postconnect
    limit warnings batchlimit fetchlimit fetchsizelimit fastuidl expunge properties passwordfile
    passwordfd""".split()
)
_USER_FLAG = frozenset(
    """ssl sslcertck keep flush limitflush fetchall rewrite stripcr forcecr pass8bits mimedecode idle
    dropdelivered dropstatus lmtp""".split()
)
#: Options of the server, and of the user, as fetchmail tells them apart.
SERVER_OPTIONS = _SERVER_VALUE | _SERVER_FLAG
USER_OPTIONS = _USER_VALUE | _USER_FLAG
_GLOBAL_VALUE = frozenset("daemon postmaster logfile idfile pidfile properties".split())
#: What is said with `set` of all servers.
SET_ONCE = _GLOBAL_VALUE | frozenset("syslog invisible showdots bouncemail spambounce softbounce".split())
_NOISE = frozenset("and with has wants options here there".split())


def read(text: str, target: str = "fetchmail") -> Reading:
    """Read a fetchmailrc; never raises."""
    unread = Unreadables()
    if text.startswith("\N{BYTE ORDER MARK}"):
        unread.add(Mark(1, 1, 2), Text("fetchmail does not read a file that starts with a byte order mark"))
        text = text[1:]
    statements = limited(_statements(FetchWords(text, unread), unread), unread)
    accounts, leftover = accounts_from(statements, target)
    secrets = tuple(
        one
        for one in statements
        if one.name in ("password", "esmtppassword") and one.text and not is_hole(one.text)
    )
    return Reading(target, tuple(statements), accounts, tuple(unread.all()), leftover, secrets)


def _statements(words: FetchWords, unread: Unreadables) -> Iterator[Statement]:
    scope = "global"
    while (token := words.next()) is not None:
        start, off = token, False
        name = "" if token.quoted else token.text
        if name in _NOISE:
            continue
        if name == "no" and (after := words.peek()) is not None:
            words.next()
            token, off, name = after, True, after.text
        if name.startswith("no") and name not in _KEYWORDS and name[2:] in _KEYWORDS:
            off, name = True, name[2:]
        name = _SPELLINGS.get(name, name)
        if name in ("poll", "server", "skip", "defaults"):
            scope = name if name in ("defaults", "skip") else "poll"
            value = None if name == "defaults" else words.next()
            yield _made("poll" if name == "server" else name, scope, words, start, value or token, value)
        elif name == "set":
            yield from _set(words, start)
        elif name in _SERVER_VALUE | _USER_VALUE and not off:
            if name == "username":
                scope = "user"
            yield from _values(name, scope, words, start, unread)
        elif name in _SERVER_FLAG | _USER_FLAG or (off and name in _SERVER_VALUE | _USER_VALUE):
            yield _made(name, scope, words, start, token, None, off)
        else:
            mark = words.mark(token.start, token.end)
            # The word itself may be a secret that lost its keyword; it is not repeated.
            unread.add(mark, Text("fetchmail has no such word at this place"), refused=True)


def _made(
    name: str,
    scope: str,
    words: FetchWords,
    start: FetchWord,
    last: FetchWord,
    value: FetchWord | None,
    off: bool = False,
) -> Statement:
    raw = words.text[start.start : last.end]
    text = value.text if value else None
    return Statement(
        name,
        text,
        words.mark(start.start, last.end),
        raw,
        scope,
        text if name in ("mda", "preconnect", "postconnect", "plugin", "plugout", "bsmtp") else None,
        off=off,
    )


def _set(words: FetchWords, start: FetchWord) -> Iterator[Statement]:
    token = words.next()
    off = token is not None and token.text == "no"
    if off:
        token = words.next()
    if token is None:
        return
    value = words.next() if token.text in _GLOBAL_VALUE and not off else None
    yield _made(token.text, "global", words, start, value or token, value, off)


def _values(
    name: str, scope: str, words: FetchWords, start: FetchWord, unread: Unreadables
) -> Iterator[Statement]:
    value = words.next()
    if value is None:
        unread.add(words.mark(start.start, start.end), Text("{name} has no value", name=name), refused=True)
        return
    if name == "envelope" and not value.quoted and value.text.isdigit():
        # How many headers to skip before the one that counts.
        value = words.next() or value
    yield _made(name, scope, words, start, value, value)
    # These take a list; what follows and is no keyword belongs to it.
    while name in LISTS and (more := words.peek()):
        if not more.quoted and (more.text in _KEYWORDS or _SPELLINGS.get(more.text)):
            return
        words.next()
        yield _made(name, scope, words, more, more, more)


_KEYWORDS = (
    _SERVER_VALUE
    | _SERVER_FLAG
    | _USER_VALUE
    | _USER_FLAG
    | _NOISE
    | frozenset("no set poll server skip defaults".split())
)
