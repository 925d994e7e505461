"""Reading an msmtprc: one command a line, sections `defaults` and `account NAME : OTHERS`.

Source: msmtp(1), and values read back with msmtp 1.8.23 -P.
"""

from __future__ import annotations

import re

from mailgen.core.printing import printable
from mailgen.core.text import OwnWord, Text
from mailgen.formats.msmtp.refusals import meant
from mailgen.formats.statements import (
    FoundAccount,
    FoundIdentity,
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
from mailgen.model.tokens import stands_for_many
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: All commands of msmtp 1.8 besides `defaults` and `account`.
COMMANDS = frozenset(
    """eval include host port source_ip proxy_host proxy_port socket timeout connect_timeout protocol domain
    from from_full_name allow_from_override set_from_header set_date_header set_msgid_header set_to_header
    tls_nostarttls remove_bcc_headers
    undisclosed_recipients dsn_notify dsn_return keepbcc auto_from maildomain auth user password
    passwordeval ntlmdomain tls tls_starttls tls_trust_file tls_crl_file tls_fingerprint tls_key_file
    tls_cert_file tls_certcheck tls_min_dh_prime_bits tls_force_sslv3 tls_nocertcheck tls_priorities
    tls_host_override logfile logfile_time_format syslog aliases add_missing_from_header
    add_missing_date_header""".split()
)
#: Commands that an account's fields hold.
_KNOWN = frozenset(
    """host port protocol from from_full_name auth user password passwordeval tls tls_starttls
    tls_trust_file tls_certcheck tls_nocertcheck""".split()
)
#: Values of auth that the account's fields hold; any other is one way to log in.
_CHOSEN = ("on", "off", "", "xoauth2", "oauthbearer")
#: Commands that mailgen writes with just this value.
_SAME = {"timeout": "60"}
_TOO_LONG = Text("msmtp reads no line of 500 characters or more")


def read(text: str, target: str = "msmtp") -> Reading:
    """Read an msmtprc; never raises."""
    unread = Unreadables()
    statements = tuple(limited(_statements(text, unread), unread))
    sections = _sections(statements, unread)
    accounts, used = _accounts(sections, target)
    leftover = tuple(one for one in statements if one.name in ("eval", "include") or id(one) not in used)
    secrets = tuple(one for one in statements if one.text and _in_the_clear(one))
    return Reading(
        target,
        statements,
        accounts,
        tuple(unread.all()),
        tuple(one for one in leftover if one.name not in ("defaults", "account")),
        secrets,
    )


def _in_the_clear(one: Statement) -> bool:
    """Say whether a password stands in a statement, if only for a command that prints it."""
    if is_hole(one.text):
        return False
    return one.name == "password" or (one.command is not None and command_holds_secret(one.command))


def _statements(text: str, unread: Unreadables) -> Iterator[Statement]:
    scope = ""
    for count, line in enumerate(text.split("\n"), 1):
        if len(line) > 124 and len(line.encode()) > 499:
            unread.add(Mark(count, 1, len(line) + 1), _TOO_LONG, refused=True)
            continue
        line = line.removesuffix("\r")
        body = line.strip(" \t")
        if not body or body[0] == "#":
            continue
        column = len(line) - len(line.lstrip(" \t")) + 1
        mark = Mark(count, column, column + len(body))
        name, argument = _parts(body)
        if len(argument) > 1 and argument[0] == argument[-1] == '"':
            argument = argument[1:-1]
        if name in ("defaults", "account"):
            scope = argument.partition(":")[0].strip() if name == "account" else "defaults"
        elif name not in COMMANDS:
            unread.add(mark, Text("msmtp has no such command"), refused=True)
            continue
        yield Statement(
            name, argument, mark, body, scope, argument if name in ("passwordeval", "eval") else None
        )


def _parts(body: str) -> tuple[str, str]:
    found = re.match(r"([^ \t]+)[ \t]*(.*)", body, re.DOTALL)
    return (found[1], found[2]) if found else (body, "")


class _Section:
    """A section while it is read: its own settings over those it inherits."""

    def __init__(self, name: str, start: Statement | None) -> None:
        self.name = name
        self.start = start
        self.settings: dict[str, Statement] = {}
        self.bases: list[str] = []
        self.is_base = False
        self.own: set[str] = set()
        self.shadowed: list[Statement] = []

    def sends_for(self, sections: dict[str, _Section]) -> _Section | None:
        """Return the account of which this one is only a further sender, or None."""
        base = sections[self.bases[0]] if len(self.bases) == 1 else None
        if base is None or "host" not in base.settings or "from" not in self.own:
            return None
        repeated = {name for name in self.own - {"from"} if self.says_of(name) == base.says_of(name)}
        if self.name == "default" or not self.own - repeated <= {"from", "from_full_name"}:
            return None
        return base if bare_address(self.settings["from"].text)[0] else None

    def says_of(self, name: str) -> str | None:
        """Return the value of a setting; None where nothing is said of it."""
        return self.settings[name].text if name in self.settings else None

    def is_like(self, base: _Section) -> bool:
        """Say whether all settings have the values of another, if only because they stand there again."""
        names = self.settings.keys()
        return names == base.settings.keys() and all(self.says_of(one) == base.says_of(one) for one in names)


def _sections(statements: tuple[Statement, ...], unread: Unreadables) -> dict[str, _Section]:
    defaults = _Section("defaults", None)
    # No account has a colon in its name, so these keys are free.
    sections = {"defaults:": defaults}
    current = defaults
    for one in statements:
        if one.name == "defaults":
            # A later `defaults` starts anew: what stood in an earlier one no longer holds.
            defaults = current = _Section("defaults", one)
            sections[f"defaults:{one.mark.line}"] = defaults
        elif one.name == "account":
            name, _, bases = one.text.partition(":")
            current = _Section(name.strip(), one)
            current.settings = dict(defaults.settings)
            defaults.is_base = True
            for base in (part.strip() for part in bases.split(",") if part.strip()):
                if base not in sections:
                    unread.add(
                        one.mark,
                        Text("the account {name} stands nowhere above", name=OwnWord(printable(base[:40]))),
                    )
                    continue
                sections[base].is_base = True
                current.bases.append(base)
                current.settings |= sections[base].settings
            if current.name in sections:
                # msmtp stops here; to somebody who reads the file it is one account more.
                current.name = ""
            sections[current.name or f"account:{one.mark.line}"] = current
        else:
            before = current.settings.get(one.name)
            if before is not None and one.name in current.own and one.name != "password":
                current.shadowed.append(before)
            current.settings[one.name] = one
            current.own.add(one.name)
    return sections


def _accounts(sections: dict[str, _Section], target: str) -> tuple[tuple[FoundAccount, ...], set[int]]:
    default = sections.get("default")
    alias = ""
    if default is not None and len(default.bases) == 1:
        base = sections[default.bases[0]]
        if default.is_like(base):
            alias = base.name
    found, used = [], set()
    senders: dict[str, list[_Section]] = {}
    for section in sections.values():
        if (whose := section.sends_for(sections)) is not None:
            senders.setdefault(whose.name, []).append(section)
    further = {id(section) for group in senders.values() for section in group}
    for section in sections.values():
        used |= {id(one) for one in section.shadowed}
        if (section is default and alias) or id(section) in further:
            used |= {id(one) for one in section.settings.values()}
            continue
        if "host" not in section.settings or section.name == "defaults":
            if section.is_base:
                used |= {id(one) for one in section.settings.values()}
            continue
        used |= {id(one) for one in section.settings.values()}
        is_default = section is default or (alias != "" and section.name == alias)
        found.append(_account(section, target, is_default, senders.get(section.name, [])))
    return tuple(found), used


def _account(section: _Section, target: str, default: bool, senders: list[_Section]) -> FoundAccount:
    settings = section.settings
    value = {name: meant(name, one.text) for name, one in settings.items()}
    sent_as = value.get("from", "")
    many = stands_for_many(sent_as)
    told = "" if many or _of_each(sent_as) else bare_address(sent_as)[0]
    address = told or bare_address(value.get("user", ""))[0]
    trust = value.get("tls_trust_file", "")
    others = [
        one
        for name, one in settings.items()
        if name not in _KNOWN and name not in ("eval", "include") and _SAME.get(name) != one.text
    ]
    if value.get("auth", "off") not in _CHOSEN:
        others.append(settings["auth"])
    if value.get("protocol", "smtp") != "smtp":
        others.append(settings["protocol"])
    if "from" in settings and not told and not (many and address):
        others.append(settings["from"])
    for count, sender in enumerate(senders, 2):
        # Its name has no place, unless it is the one that mailgen gives it.
        if sender.start is not None and sender.name != f"{section.name}.{count}":
            others.append(sender.start)
    identities = [
        FoundIdentity(bare_address(one["from"].text)[0], one["from_full_name"].text if named else "")
        for one, named in ((sender.settings, "from_full_name" in sender.own) for sender in senders)
    ]
    if many and address:
        identities.insert(0, FoundIdentity(sent_as, ""))
    return FoundAccount(
        target,
        section.name,
        address,
        name=value.get("from_full_name", ""),
        smtp=_server(settings, value),
        secrets=tuple(_secrets(settings, value)),
        default=default,
        identities=tuple(identities),
        options={"ca_file": trust} if trust and trust != "system" else {},
        others=tuple(others),
        mark=section.start.mark if section.start else Mark(1),
    )


def _of_each(sender: str) -> bool:
    """Say whether a sender is another for each user or machine: msmtp puts in %U and %H."""
    return "%U" in sender or "%H" in sender


def _server(settings: dict[str, Statement], value: dict[str, str]) -> FoundServer:
    on = value.get("tls", "off") in ("on", "") and "tls" in settings
    starttls = value.get("tls_starttls", "on") != "off"
    form = "none" if not on else "starttls" if starttls else "implicit"
    port = number(value.get("port", ""))
    if port is None and "port" not in settings:
        port = 465 if form == "implicit" else 25
    verified = value.get("tls_certcheck", "on") != "off" and "tls_nocertcheck" not in settings
    auth = value.get("auth", "off")
    kept = ("host", "port", "tls", "tls_starttls", "tls_certcheck", "tls_nocertcheck", "user", "auth")
    return FoundServer(
        "smtp",
        value["host"],
        port,
        form,
        verified=verified,
        username=value.get("user") or None,
        auth=auth if auth in ("xoauth2", "oauthbearer") else "password",
        statements={name: settings[name] for name in kept if name in settings},
        login=auth != "off",
    )


def _secrets(settings: dict[str, Statement], value: dict[str, str]) -> Iterator[FoundSecret]:
    if value.get("password"):
        yield FoundSecret("plaintext", settings["password"])
    elif value.get("passwordeval") and _in_the_clear(settings["passwordeval"]):
        yield FoundSecret("plaintext", settings["passwordeval"])
    elif value.get("passwordeval"):
        token = value.get("auth") in ("xoauth2", "oauthbearer")
        kind = "token" if token else "command"
        yield FoundSecret(kind, settings["passwordeval"], value["passwordeval"], "smtp")
