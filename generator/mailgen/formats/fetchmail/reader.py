r"""Reading a fetchmailrc: words, with `poll` and `user` opening sections.

Source: fetchmail(1), and values read back with fetchmail 6.4.37 --configdump.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from typing import NamedTuple

from mailgen.core.text import Text
from mailgen.formats.statements import (
    MOST,
    TOO_MANY,
    FoundAccount,
    FoundSecret,
    FoundServer,
    Mark,
    Reading,
    Statement,
    Unreadables,
    bare_address,
    limited,
    number,
)
from mailgen.model.ports import SERVICES, USUAL, default_port
from mailgen.model.vocabulary import INCOMING
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
_LISTS = frozenset("is to folder aka localdomains fetchdomains antispam".split())
_NAMED_PORTS = {name: port for name, port in SERVICES.items() if name.startswith(INCOMING)}
_NAMED_PORTS |= {"imap2": SERVICES["imap"], "pop-3": SERVICES["pop3"]}
_PROTOCOLS = {"imap": "imap", "imap4": "imap", "pop3": "pop3"}
#: What mailgen itself writes, or what changes nothing.
_SAME = {
    ("timeout", "60"), ("sslproto", "tls1.2+"), ("uidl", None), ("authenticate", "password"),
    ("authenticate", "any"),
}  # fmt: skip


class _Token(NamedTuple):
    text: str
    quoted: bool
    start: int
    end: int


class _Words:
    """A fetchmailrc cut into tokens, each with its place."""

    def __init__(self, text: str, unread: Unreadables) -> None:
        self.text = text
        self.unread = unread
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.open_quotes: set[str] = set()
        self.tokens = list(islice(self._tokens(), 3 * MOST))
        if len(self.tokens) == 3 * MOST:
            last = self.tokens[-1]
            unread.add(self.mark(last.start, last.end), TOO_MANY)
        self.at = 0

    def mark(self, start: int, end: int) -> Mark:
        first, last = bisect_right(self.starts, start), bisect_right(self.starts, max(start, end - 1))
        column = start - self.starts[first - 1] + 1
        return Mark(first, column, end - self.starts[last - 1] + 1, last)

    def _tokens(self) -> Iterator[_Token]:
        text, at = self.text, 0
        for _ in range(len(text)):
            found = _BLANK.match(text, at)
            at = found.end() if found else at
            if at >= len(text):
                return
            if text[at] in "\"'":
                token = self._quoted(at)
            else:
                found = _BARE.match(text, at)
                end = found.end() if found else at + 1
                token = _Token(unescaped(text[at:end]), False, at, end)
            yield token
            at = token.end

    def _quoted(self, at: int) -> _Token:
        mark = self.text[at]
        found = None if mark in self.open_quotes else _QUOTED[mark].match(self.text, at)
        if found is None:
            self.open_quotes.add(mark)
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            self.unread.add(self.mark(at, end), Text("this quote is never closed"))
            return _Token(self.text[at:end], True, at, end)
        raw = found.group()
        if behind := _BEHIND.match(self.text, found.end()):
            # A word that only begins with a quoted part keeps its quotes.
            whole = self.text[at : behind.end()]
            self.unread.add(
                self.mark(at, behind.end()), Text("fetchmail keeps the quotes as part of this value")
            )
            return _Token(unescaped(whole), True, at, behind.end())
        if "\\" + mark in raw:
            why = Text(
                "{escape} is no quote to fetchmail, which keeps the outer quotes as part of the value",
                escape=f"\\{mark}",
            )
            self.unread.add(self.mark(at, found.end()), why)
            return _Token(unescaped(raw), True, at, found.end())
        return _Token(unescaped(raw[1:-1]), True, at, found.end())

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> _Token | None:
        token = self.peek()
        self.at += 1
        return token


_BLANK = re.compile(r"(?:[\s,;:=]|#[^\n]*)*")
_BARE = re.compile(r"""[^\s,;:="'#][^\s,;:="']*""")
_BEHIND = re.compile(r"[^\s,;:=]+")
_QUOTED = {
    '"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL),
    "'": re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL),
}


def unescaped(text: str) -> str:
    r"""Resolve the escapes of a word: \xHH, decimal \ddd, \n and the like; other backslashes vanish.

    >>> unescaped(r"a\x22b\65c")
    'a"bAc'
    """
    if "\\" not in text:
        return text
    data = re.sub(r"\\([xX][0-9A-Fa-f]{1,2}|[0-9]{1,3}|.)", _escape, text, flags=re.DOTALL)
    try:
        return data.encode("latin-1").decode()
    except UnicodeError:
        return data


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xX" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code.isdigit() and code.isascii():
        octal = code[0] == "0" and not set(code) & {"8", "9"}
        return chr(int(code, 8 if octal else 10) % 256)
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "\n": ""}.get(code, code)


def read(text: str, target: str = "fetchmail") -> Reading:
    """Read a fetchmailrc; never raises."""
    unread = Unreadables()
    if text.startswith("\N{BYTE ORDER MARK}"):
        unread.add(Mark(1, 1, 2), Text("fetchmail does not read a file that starts with a byte order mark"))
        text = text[1:]
    statements = limited(_statements(_Words(text, unread), unread), unread)
    accounts, leftover = _accounts(statements, target)
    secrets = tuple(
        one
        for one in statements
        if one.name in ("password", "esmtppassword") and one.text and not is_hole(one.text)
    )
    return Reading(target, tuple(statements), accounts, tuple(unread.all()), leftover, secrets)


def _statements(words: _Words, unread: Unreadables) -> Iterator[Statement]:
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
    name: str, scope: str, words: _Words, start: _Token, last: _Token, value: _Token | None, off: bool = False
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


def _set(words: _Words, start: _Token) -> Iterator[Statement]:
    token = words.next()
    off = token is not None and token.text == "no"
    if off:
        token = words.next()
    if token is None:
        return
    value = words.next() if token.text in _GLOBAL_VALUE and not off else None
    yield _made(token.text, "global", words, start, value or token, value, off)


def _values(name: str, scope: str, words: _Words, start: _Token, unread: Unreadables) -> Iterator[Statement]:
    value = words.next()
    if value is None:
        unread.add(words.mark(start.start, start.end), Text("{name} has no value", name=name), refused=True)
        return
    if name == "envelope" and not value.quoted and value.text.isdigit():
        # How many headers to skip before the one that counts.
        value = words.next() or value
    yield _made(name, scope, words, start, value, value)
    # These take a list; what follows and is no keyword belongs to it.
    while name in _LISTS and (more := words.peek()):
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


def _accounts(
    statements: list[Statement], target: str
) -> tuple[tuple[FoundAccount, ...], tuple[Statement, ...]]:
    """Sort the statements into polls and users."""
    defaults: list[Statement] = []
    polls: list[tuple[Statement, list[Statement], list[list[Statement]]]] = []
    leftover, current = [], defaults
    for one in statements:
        if one.scope == "global":
            if (one.name, one.off) != ("spambounce", True):
                leftover.append(one)
        elif one.name == "defaults":
            current = defaults
        elif one.name in ("poll", "skip"):
            current = []
            polls.append((one, current, []))
        elif one.name == "username" and polls and current is not defaults:
            current = [one]
            polls[-1][2].append(current)
        else:
            current.append(one)
    accounts = []
    general = {one.name: one for one in defaults}
    for poll, options, users in polls:
        # What is said once is reported once: with the first user that it holds for.
        once = [one for one in options if one.name in _LISTS]
        settings = general | {one.name: one for one in options}
        for user in users:
            own = [one for one in user if one.name in _LISTS]
            accounts.append(_account(target, poll, settings | {one.name: one for one in user}, [*once, *own]))
            once = []
        if not users:
            leftover += [poll, *options]
    leftover += [one for one in defaults if not accounts or one.name in _LISTS]
    return tuple(accounts), tuple(leftover)


def _account(
    target: str, poll: Statement, settings: dict[str, Statement], lists: list[Statement]
) -> FoundAccount:
    username = settings["username"].text if "username" in settings else ""
    options = {}
    if trust := _value(settings, "sslcertfile"):
        options["ca_file"] = trust
    if mda := _value(settings, "mda"):
        options["mda"] = mda
    others = [
        one
        for one in settings.values()
        if one.name not in _LISTS and one.name not in _FIELDS and (one.name, one.value) not in _SAME
    ]
    others += _joined(lists)
    others = [one for one in others if not (one.off and one.name in _OFF_ANYWAY)]
    if not _on(settings, "keep", False):
        # What is left on the server would be fetched again at each poll.
        others = [one for one in others if one.name not in _OF_DELETING]
        place = settings.get("username", poll).mark
        others.append(settings.get("keep") or Statement("keep", None, place, "no keep", "user", off=True))
    if poll.name == "skip":
        others.append(poll)
    secrets = []
    if _value(settings, "password"):
        secrets.append(FoundSecret("plaintext", settings["password"]))
    return FoundAccount(
        target,
        "",
        bare_address(username.removeprefix(_RECENT))[0],
        incoming=_server(poll, settings, username),
        secrets=tuple(secrets),
        options=options,
        others=tuple(dict.fromkeys(others)),
        mark=poll.mark,
    )


def _joined(lists: list[Statement]) -> list[Statement]:
    """Return each list as one statement; of further words only the first one's line has the name."""
    found: list[Statement] = []
    for one in lists:
        before = found[-1] if found else None
        if before is not None and before.name == one.name and not one.raw.startswith(one.name):
            found[-1] = before._replace(raw=f"{before.raw} {one.raw}")
        else:
            found.append(one)
    return found


#: Flags that are off as long as nothing is said. Source: fetchmail(1).
_OFF_ANYWAY = frozenset(
    "fetchall flush limitflush forcecr pass8bits mimedecode idle dropdelivered dropstatus lmtp".split()
)
#: Options that mean something only where mail is deleted once it is fetched.
_OF_DELETING = frozenset("fetchall flush limitflush expunge".split())
#: Before a login name at Gmail: all mail of the last thirty days, also what another client has fetched.
_RECENT = "recent:"
_FIELDS = frozenset("username password via protocol service ssl sslcertck sslcertfile mda keep".split())


def _value(settings: dict[str, Statement], name: str) -> str:
    return settings[name].text if name in settings and not settings[name].off else ""


def _on(settings: dict[str, Statement], name: str, unsaid: bool) -> bool:
    return not settings[name].off if name in settings else unsaid


def _server(poll: Statement, settings: dict[str, Statement], username: str) -> FoundServer:
    protocol = _PROTOCOLS.get(_value(settings, "protocol").lower(), "")
    service = _value(settings, "service")
    port = number(service) or _NAMED_PORTS.get(service)
    implicit = _on(settings, "ssl", False)
    if not protocol:
        protocol = "imap" if ("imap", port) in USUAL else "pop3"
    if port is None and "service" not in settings:
        port = default_port(protocol, "implicit" if implicit else "starttls")
    checked = _on(settings, "sslcertck", True)
    # Without ssl, STARTTLS is mandatory only while the certificate is checked; '' switches TLS off.
    without = "sslproto" in settings and not settings["sslproto"].text
    form = "implicit" if implicit else "none" if without else "starttls"
    return FoundServer(
        protocol,
        _value(settings, "via") or poll.text,
        port,
        form,
        optional=form == "starttls" and not checked,
        verified=checked,
        username=username or None,
        statements={
            "host": settings.get("via", poll),
            **{
                name: settings[name]
                for name in ("protocol", "service", "ssl", "sslcertck", "sslproto", "username")
                if name in settings
            },
        },
        tunnel=bool(_value(settings, "plugin")),
    )
