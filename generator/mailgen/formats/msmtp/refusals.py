"""What msmtp refuses: it stops at the first such line, and sends nothing for any account.

Source: msmtp 1.8.23 -P (exit code 78) with every command and many arguments, and the commands of later
versions.
"""

from __future__ import annotations

import re

from mailgen.core.text import Listed, Text
from mailgen.formats.problems import Problem
from mailgen.formats.statements import number
from mailgen.redaction.holes import has_hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import Mark, Reading, Statement

_SWITCH = frozenset(("on", "off"))
_METHODS = frozenset(
    """plain cram-md5 digest-md5 scram-sha-1 scram-sha-1-plus scram-sha-256 scram-sha-256-plus gssapi
    external login ntlm oauthbearer xoauth2""".split()
)
#: Command -> the words that it takes. All of these may also stand alone, but for those of _NEEDS.
_WORDS = {
    **dict.fromkeys(
        """tls tls_starttls tls_certcheck allow_from_override remove_bcc_headers undisclosed_recipients
        keepbcc auto_from add_missing_from_header add_missing_date_header""".split(),
        _SWITCH,
    ),
    "auth": _SWITCH | _METHODS,
    "protocol": frozenset(("smtp", "lmtp")),
    "set_from_header": _SWITCH | {"auto"},
    "set_date_header": frozenset(("auto", "off")),
    "set_msgid_header": frozenset(("auto", "off")),
    "set_to_header": frozenset(("auto", "off")),
    "dsn_return": frozenset(("off", "headers", "full")),
}
_NEEDS = frozenset(
    "host port timeout connect_timeout protocol dsn_notify dsn_return allow_from_override eval".split()
)
_NO_ARGUMENT = frozenset(("defaults", "tls_nocertcheck", "tls_nostarttls"))
_PORTS = frozenset(("port", "proxy_port"))
_SECONDS = frozenset(("timeout", "connect_timeout"))
_FACILITIES = frozenset(("LOG_USER", "LOG_MAIL", *(f"LOG_LOCAL{digit}" for digit in range(8))))
#: MD5, SHA-1 or SHA-256 of a certificate.
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*")
_DIGESTS = (16, 20, 32)


_OWN_LINE = Text("write the remark on a line of its own, with # as its first character")
#: Commands in whose argument no # makes sense; a password may hold one, and a command may have a remark.
_NO_REMARK = frozenset(
    "host user from domain tls_trust_file tls_cert_file tls_key_file logfile aliases".split()
)


def remarks(reading: Reading) -> Iterator[Problem]:
    """Yield remarks behind an argument, which msmtp takes for a part of it and does not complain."""
    for one in reading.statements:
        if one.name in _NO_REMARK and re.search(r"\s#", one.text):
            what = Text("to msmtp what stands behind # is a part of the {name}", name=one.name)
            yield Problem("remark-in-value", one.mark, what, _OWN_LINE)


def argument_objection(name: str, value: str) -> Text | None:
    """Return why msmtp does not take `value` as the argument of a command; None if it does.

    >>> argument_objection("port", "587 # submission")
    'msmtp stops here: the argument of port is no port from 1 to 65535; what stands behind # is part of it'
    >>> argument_objection("tls", "on"), argument_objection("logfile", "")
    (None, None)
    """
    if name in _NO_ARGUMENT:
        return Text("msmtp stops here: {name} takes no argument", name=name) if value else None
    if not value:
        needed = name in _NEEDS
        return Text("msmtp stops here: {name} needs an argument", name=name) if needed else None
    if has_hole(value) or _takes(name, value):
        return None
    told = {"name": name, "wanted": _wanted(name)}
    if "#" in value:
        template = (
            "msmtp stops here: the argument of {name} is no {wanted}; what stands behind # is part of it"
        )
        return Text(template, **told)
    return Text("msmtp stops here: the argument of {name} is no {wanted}", **told)


def meant(name: str, value: str) -> str:
    """Return what an argument is meant to be where msmtp refuses it only for the remark behind it.

    >>> meant("port", "587 # submission"), meant("password", "a # b")
    ('587', 'a # b')
    """
    bare = value.partition("#")[0].rstrip()
    refused = "#" in value and bare and argument_objection(name, value) is not None
    return bare if refused and argument_objection(name, bare) is None else value


def _takes(name: str, value: str) -> bool:
    if name in _WORDS:
        return value in _WORDS[name]
    if name in _PORTS:
        return number(value) is not None
    if name in _SECONDS:
        return value == "off" or (value.isascii() and value.isdigit() and int(value[:10]) > 0)
    if name == "tls_min_dh_prime_bits":
        return value.isascii() and value.isdigit() and int(value[:10]) > 0
    if name == "syslog":
        return value in _SWITCH or value in _FACILITIES
    if name == "dsn_notify":
        words = value.split(",")
        return words in (["off"], ["never"]) or set(words) <= {"failure", "delay", "success"}
    if name == "tls_fingerprint":
        return _FINGERPRINT.fullmatch(value) is not None and value.count(":") + 1 in _DIGESTS
    return True


def _wanted(name: str) -> Text:
    if name in _WORDS:
        return Text("word that it takes ({words})", words=Listed(", ", sorted(_WORDS[name])))
    if name in _PORTS:
        return Text("port from 1 to 65535")
    if name in _SECONDS:
        return Text("number of seconds")
    return Text("value that it takes")


def refusals(reading: Reading) -> Iterator[Problem]:
    """Yield where msmtp stops, and the accounts that it cannot use, with what msmtp says itself."""
    file = _File()
    for one in reading.statements:
        yield from file.statement(one)
    yield from file.unusable(reading)


class _File:
    """What msmtp knows while it reads a file: the accounts, each with the commands that it has so far."""

    def __init__(self) -> None:
        self.defaults: dict[str, str] = {}
        self.accounts: dict[str, dict[str, str]] = {}
        self.marks: dict[str, Mark] = {}
        self.bases: set[str] = set()
        self.current: dict[str, str] | None = None
        self.broken: set[str] = set()
        self.complete = True

    def statement(self, one: Statement) -> Iterator[Problem]:
        """Take over a statement, and yield why msmtp does not take it."""
        if one.name in ("eval", "include"):
            # What these bring is not known, and may be accounts.
            self.complete = False
        if one.name == "include":
            yield _problem(one, Text("msmtp has no such command"))
        if one.name == "account":
            yield from self._account(one)
            return
        if (why := argument_objection(one.name, one.text)) is not None:
            yield _problem(one, why)
        if one.name == "defaults":
            self.current = self.defaults = {}
        elif self.current is not None:
            self.current[one.name] = one.text
        elif one.name not in ("eval", "include"):
            # Commands above the first account are those of an account called default.
            self.current = self.accounts.setdefault("default", {})
            self.marks["default"] = one.mark
            self.current[one.name] = one.text

    def _account(self, one: Statement) -> Iterator[Problem]:
        name, colon, rest = one.text.partition(":")
        name, bases = name.strip(), [part.strip() for part in rest.split(",")] if colon else []
        why = None
        if not name or (colon and "" in bases):
            why = Text("msmtp stops here: the name of an account is missing")
        elif "," in name:
            why = Text("msmtp stops here: the name of an account holds no comma")
        elif name in self.accounts:
            why = Text(
                "msmtp stops here: account {name} was already defined, at line {line}",
                name=name[:40],
                line=self.marks[name].line,
            )
        elif missing := [base for base in bases if base not in self.accounts and self.complete]:
            why = Text("msmtp stops here: account {name} is not (yet) defined", name=missing[0][:40])
        if why is not None and not has_hole(one.text):
            self.broken.add(name)
            yield _problem(one, why)
        self.current = dict(self.defaults)
        for base in bases:
            self.current |= self.accounts.get(base, {})
        self.bases |= set(bases)
        if name not in self.accounts:
            self.accounts[name] = self.current
            self.marks[name] = one.mark

    def unusable(self, reading: Reading) -> Iterator[Problem]:
        """Yield the accounts that msmtp reads and then refuses to use."""
        if not self.complete:
            return
        for name, settings in self.accounts.items():
            # An account from which others take over need not be whole.
            if name in self.broken or (name in self.bases and not settings.get("host")):
                continue
            if (why := _lacking(settings)) is not None:
                told = Text("msmtp refuses the account {name}: {why}", name=name[:40], why=why)
                mend = Text("say it in the account, or in the defaults above it")
                yield Problem("program-refuses", self.marks[name], told, mend)
            elif not settings.get("from") and settings.get("auto_from") not in ("on", ""):
                told = Text(
                    "the account {name} has no from, and msmtp sends nothing without one", name=name[:40]
                )
                mend = Text("add from, or have msmtp called with --read-envelope-from or -f")
                yield Problem("no-sender", self.marks[name], told, mend)


def _lacking(settings: dict[str, str]) -> Text | None:
    """Return what msmtp says of the settings of an account as a whole; None if it takes them."""
    if not settings.get("host") and not settings.get("socket"):
        return Text("host is not set")
    if settings.get("protocol") == "lmtp" and not settings.get("port"):
        return Text("port is not set, which LMTP needs")
    key, certificate = settings.get("tls_key_file"), settings.get("tls_cert_file")
    if bool(key) != bool(certificate):
        there, missing = ("tls_key_file", "tls_cert_file") if key else ("tls_cert_file", "tls_key_file")
        return Text("{name} requires {other}", name=there, other=missing)
    unchecked = settings.get("tls_certcheck") == "off" or "tls_nocertcheck" in settings
    trusts = settings.get("tls_trust_file", "system") or settings.get("tls_fingerprint")
    if settings.get("tls") in ("on", "") and not trusts and not unchecked:
        return Text("tls needs tls_trust_file, tls_fingerprint or tls_certcheck off")
    return None


def _problem(one: Statement, why: Text) -> Problem:
    return Problem("program-refuses", one.mark, why, _mend(one))


def _mend(one: Statement) -> Text:
    if "#" in one.text:
        return _OWN_LINE
    if one.name == "account":
        return Text("give each account a name of its own, and put it below those that it takes over from")
    return Text("correct the line, or take it out")
