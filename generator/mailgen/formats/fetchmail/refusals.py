"""What fetchmail refuses: it stops at the first such word, and fetches nothing for anybody.

Source: fetchmail 6.4.37 --configdump (exit code 5) with every option and many values.
"""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.formats.fetchmail.reader import SERVER_OPTIONS, SET_ONCE, USER_OPTIONS
from mailgen.formats.problems import Problem
from mailgen.formats.statements import number
from mailgen.redaction.holes import has_hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import Reading, Statement

_PROTOCOLS = frozenset("auto pop2 pop3 imap apop kpop rpop sdps etrn odmr".split())
_WAYS = frozenset(
    "password kerberos5 kerberos_v5 ssh gssapi external any otp msn cram-md5 ntlm oauthbearer xoauth2".split()
)
#: Options whose value is a number without quotes; those of _TEXTS are never one.
_NUMBERS = frozenset(
    """limit warnings batchlimit fetchlimit fetchsizelimit fastuidl expunge antispam timeout interval
    daemon""".split()
)
_TEXTS = frozenset(
    """via folder mda bsmtp sslproto sslcert sslkey sslcertfile sslcertpath smtphost postmaster poll
    skip""".split()
)


#: What may have `no` before it, joined with it or apart; and what only apart.
_NO = frozenset(
    """keep flush limitflush fetchall rewrite stripcr forcecr pass8bits mimedecode idle dropdelivered
    dropstatus dns checkalias uidl envelope""".split()
)
_NO_APART = frozenset(("ssl", "sslcertck", "tracepolls"))


def refusals(reading: Reading) -> Iterator[Problem]:
    """Yield where fetchmail stops, with what it says itself."""
    begun = of_user = False
    for one in reading.statements:
        if one.name in ("poll", "skip", "defaults"):
            begun, of_user = True, False
        elif one.raw.split(None, 1)[0] == "set":
            if one.name not in SET_ONCE:
                yield _problem(one, Text("fetchmail stops here: it knows no such word behind set"))
            elif why := value_objection(one):
                yield _problem(one, why)
            continue
        elif not begun:
            what = Text("fetchmail stops here: {name} stands before the first poll", name=one.name)
            yield _problem(one, what)
        elif one.name in USER_OPTIONS:
            of_user = True
        elif of_user and one.name in SERVER_OPTIONS:
            what = Text(
                "fetchmail stops here: {name} is about the server and stands behind a user", name=one.name
            )
            mend = Text("put it before the first word about the user")
            yield Problem("program-refuses", one.mark, what, mend)
        if why := value_objection(one):
            yield _problem(one, why)


def value_objection(one: Statement) -> Text | None:
    """Return why fetchmail does not take the value of an option; None if it does."""
    if one.name == "defaults":
        return None
    if one.off:
        taken = _NO if one.raw.split(None, 1)[0] != "no" else _NO | _NO_APART
        known = one.name in taken or one.name in SET_ONCE
        return None if known else Text("fetchmail stops here: it knows no such word with no before it")
    if one.value is None:
        needed = one.name in ("poll", "skip", "daemon", "postmaster", "logfile", "idfile", "pidfile")
        return Text("fetchmail stops here: {name} needs a value", name=one.name) if needed else None
    if has_hole(one.text) or _takes(one):
        return None
    if one.name in _NUMBERS:
        return Text("fetchmail stops here: the value of {name} is no number", name=one.name)
    if one.name in _TEXTS:
        return Text(
            "fetchmail stops here: the value of {name} is a number, which needs quotes", name=one.name
        )
    return Text("fetchmail stops here: {name} has no such value", name=one.name)


def _takes(one: Statement) -> bool:
    value, quoted = one.text, one.raw[-1:] in ("'", '"')
    if one.name in _NUMBERS:
        # Of an antispam only the first of a list stands in one statement with its name.
        return not quoted and value.removeprefix("-").isdigit()
    if one.name == "protocol":
        return value in _PROTOCOLS or value in {name.upper() for name in _PROTOCOLS}
    if one.name == "authenticate":
        return value in _WAYS
    if one.name == "service" and (value.isdigit() or one.raw.split(None, 1)[0] == "port"):
        return number(value) is not None
    return not (one.name in _TEXTS and not quoted and value.isdigit())


def _problem(one: Statement, why: Text) -> Problem:
    return Problem("program-refuses", one.mark, why, Text("correct the line, or take it out"))
