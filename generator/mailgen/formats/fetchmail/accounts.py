"""From the statements of a fetchmailrc to its accounts: polls, and the users of each."""

from __future__ import annotations

import shlex

from mailgen.core.errors import Unquotable
from mailgen.formats.fetchmail.grammar import filing_line
from mailgen.formats.fetchmail.words import LISTS
from mailgen.formats.statements import (
    FoundAccount,
    FoundSecret,
    FoundServer,
    Statement,
    bare_address,
    number,
)
from mailgen.model.ports import SERVICES, USUAL, default_port
from mailgen.model.tokens import FileName, Filing
from mailgen.model.vocabulary import INCOMING

_NAMED_PORTS = {name: port for name, port in SERVICES.items() if name.startswith(INCOMING)}
_NAMED_PORTS |= {"imap2": SERVICES["imap"], "pop-3": SERVICES["pop3"]}
_PROTOCOLS = {"imap": "imap", "imap4": "imap", "pop3": "pop3"}
#: What mailgen itself writes, or what changes nothing.
_SAME = {
    ("timeout", "60"), ("sslproto", "tls1.2+"), ("uidl", None), ("authenticate", "password"),
    ("authenticate", "any"),
}  # fmt: skip


def accounts_from(
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
        once = [one for one in options if one.name in LISTS]
        settings = general | {one.name: one for one in options}
        for user in users:
            own = [one for one in user if one.name in LISTS]
            accounts.append(_account(target, poll, settings | {one.name: one for one in user}, [*once, *own]))
            once = []
        if not users:
            leftover += [poll, *options]
    leftover += [one for one in defaults if not accounts or one.name in LISTS]
    return tuple(accounts), tuple(leftover)


def _account(
    target: str, poll: Statement, settings: dict[str, Statement], lists: list[Statement]
) -> FoundAccount:
    username = settings["username"].text if "username" in settings else ""
    options = {}
    if trust := _value(settings, "sslcertfile"):
        options["ca_file"] = trust
    mda = _value(settings, "mda")
    maildir = _filed_in(mda)
    if mda and not maildir:
        options["mda"] = mda
    others = [
        one
        for one in settings.values()
        if one.name not in LISTS and one.name not in _FIELDS and (one.name, one.value) not in _SAME
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
        maildir=maildir,
        inbox="INBOX" if maildir else "",
    )


def _filed_in(mda: str) -> str:
    """Return the folder in whose INBOX a command files the mail, in the words of mailgen; "" for any other.

    A shell runs it, and may make another folder of other words.

    >>> _filed_in("mdeliver ~/'my mail/INBOX'"), _filed_in("mdeliver $MAIL/INBOX")
    ('~/my mail', '')
    """
    try:
        words = shlex.split(mda)
        if len(words) != 2 or not words[1].startswith(("~/", "/")):
            return ""
        written = filing_line(Filing("mdeliver", FileName(words[1])))
    except (ValueError, Unquotable):
        return ""
    maildir = words[1].removesuffix("/INBOX")
    return maildir if written == mda and maildir != words[1] else ""


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
