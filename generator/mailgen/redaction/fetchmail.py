"""fetchmailrc: where something is to be hidden."""

from __future__ import annotations

import re

from .secrecy import (
    command_may_hold_secret,
    remark_may_hold_secret,
    word_may_hold_secret,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]


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


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
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
    return any(True for _place in hidden(remark, False))


_FETCHMAIL_ESCAPE = re.compile(r"\\(?:[xX]([0-9a-fA-F]{1,2})|(0[0-7]{1,2})|([1-9][0-9]{0,2})|(.))", re.DOTALL)


def _fetchmail_plain(token: str) -> str:
    """Return what a word means, well enough to judge it."""

    def one(found: re.Match[str]) -> str:
        if found[4] is not None:
            return "" if found[4] == "\n" else found[4]
        code = int(found[1], 16) if found[1] else int(found[2], 8) if found[2] else int(found[3])
        return chr(code % 256)

    return _FETCHMAIL_ESCAPE.sub(one, token)
