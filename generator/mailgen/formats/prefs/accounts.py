"""From the prefs of Thunderbird to its accounts, servers and identities."""

from __future__ import annotations

import re

from mailgen.formats.prefs.folders import folders_of
from mailgen.formats.prefs.grammar import HOME
from mailgen.formats.statements import (
    FoundAccount,
    FoundIdentity,
    FoundSecret,
    FoundServer,
    Mark,
    Statement,
    bare_address,
)
from mailgen.model.ports import default_port
from mailgen.model.vocabulary import INCOMING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TLS = {3: "implicit", 2: "starttls"}
#: The value of authMethod for a server that wants no login (nsMsgAuthMethod.none).
_NO_LOGIN = 1
_OAUTH2 = 10
#: Prefs that Thunderbird never asks for: of a server for incoming mail, and of one for outgoing mail.
NO_EFFECT = (("try_ssl",), ("socketType",))
#: Parts of a server or identity that mailgen writes with just this value.
_SAME = {
    "login_at_startup": True, "check_new_mail": True, "download_on_biff": True, "leave_on_server": True,
    "valid": True,
}  # fmt: skip
_PART = re.compile(r"mail\.(account|server|identity|smtpserver)\.(\w+)\.(.+)")
_LISTS = frozenset(
    """mail.accountmanager.accounts mail.accountmanager.defaultaccount mail.accountmanager.localfoldersserver
    mail.smtpservers mail.smtp.defaultserver""".split()
)


class _Prefs:
    """The prefs by name, and which of them were asked for."""

    def __init__(self, statements: list[Statement]) -> None:
        self.all = {one.name: one for one in statements}
        self.parts: dict[tuple[str, str], dict[str, Statement]] = {}
        self.used: set[str] = set()
        self.taken: set[tuple[str, str]] = set()
        for one in self.all.values():
            if found := _PART.fullmatch(one.name):
                self.parts.setdefault((found[1], found[2]), {})[found[3]] = one

    def text(self, name: str) -> str:
        self.used.add(name)
        return self.all[name].text if name in self.all else ""

    def of(self, kind: str, key: str) -> dict[str, Statement]:
        return self.parts.get((kind, key), {})

    def take(self, kind: str, key: str) -> list[Statement]:
        """Return what a part says beyond its fields, the first time that it is asked for."""
        part = self.of(kind, key)
        if (kind, key) in self.taken or not part:
            return []
        self.taken.add((kind, key))
        self.used |= {one.name for one in part.values()}
        return list(_others(kind, part))


def accounts_from(
    statements: list[Statement], target: str
) -> tuple[tuple[FoundAccount, ...], tuple[Statement, ...]]:
    """Return the accounts, and the prefs that belong to none."""
    prefs = _Prefs(statements)
    listed = _keys(prefs.text("mail.accountmanager.accounts"))
    default = prefs.text("mail.accountmanager.defaultaccount")
    local = prefs.text("mail.accountmanager.localfoldersserver")
    prefs.used |= _LISTS
    accounts: list[FoundAccount] = []
    for key in listed or [key for kind, key in prefs.parts if kind == "account"]:
        account = prefs.of("account", key)
        server_key = account["server"].text if "server" in account else ""
        server = prefs.of("server", server_key)
        if server_key == local or (server and _text(server, "type") == "none"):
            prefs.take("account", key)
            prefs.take("server", server_key)
            continue
        if not server or _text(server, "type") not in INCOMING:
            continue
        accounts += _accounts(prefs, key, server_key, key == default, target)
    leftover = tuple(one for one in statements if one.name not in prefs.used)
    return tuple(accounts), leftover


def _keys(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _text(part: dict[str, Statement], name: str) -> str:
    return part[name].text if name in part else ""


def _number(part: dict[str, Statement], name: str) -> int | None:
    value = part[name].value if name in part else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _accounts(prefs: _Prefs, key: str, server_key: str, default: bool, target: str) -> Iterator[FoundAccount]:
    """Yield an account, and behind it its identities that send through another server, as such accounts."""
    account = prefs.of("account", key)
    keys = _keys(_text(account, "identities"))
    first = _smtp_key(prefs, prefs.of("identity", keys[0])) if keys else ""
    elsewhere = {}
    for one in keys[1:]:
        identity = prefs.of("identity", one)
        sent_by = _smtp_key(prefs, identity)
        if _text(identity, "useremail") and sent_by != first and prefs.of("smtpserver", sent_by):
            elsewhere[one] = sent_by
    yield _account(prefs, key, server_key, [one for one in keys if one not in elsewhere], default, target)
    _, said = folders_of(prefs.of("server", server_key), [prefs.of("identity", one) for one in keys])
    for one, sent_by in elsewhere.items():
        yield _sender(prefs, one, sent_by, said, target)


def _smtp_key(prefs: _Prefs, identity: dict[str, Statement]) -> str:
    return _text(identity, "smtpServer") or prefs.text("mail.smtp.defaultserver")


def _sender(prefs: _Prefs, key: str, smtp_key: str, said: set[str], target: str) -> FoundAccount:
    """Return an identity that sends through a server of its own, as an account that only sends.

    `said` are prefs that name the folders of the account that keeps what it sends.
    """
    identity = prefs.of("identity", key)
    found = _identity(identity)
    oauth2 = prefs.of("smtpserver", smtp_key).get("authMethod")
    others = [*prefs.take("smtpserver", smtp_key), *prefs.take("identity", key)]
    return FoundAccount(
        target,
        "",
        found.address,
        name=found.name,
        smtp=_outgoing(prefs, smtp_key),
        secrets=(FoundSecret("oauth2", oauth2),) if oauth2 is not None and oauth2.value == _OAUTH2 else (),
        reply_to=found.reply_to,
        signature=found.signature,
        others=tuple(one for one in others if one.name not in said),
        ours=(identity["fcc"],) if "fcc" in identity else (),
        mark=next(iter(identity.values())).mark,
    )


def _outgoing(prefs: _Prefs, key: str) -> FoundServer | None:
    smtp = prefs.of("smtpserver", key)
    general = {name: one for name, one in prefs.of("smtpserver", "default").items() if name == "try_ssl"}
    return _server(smtp | {**general, **smtp}, "smtp", "username", "try_ssl") if smtp else None


def _account(
    prefs: _Prefs, key: str, server_key: str, keys: list[str], default: bool, target: str
) -> FoundAccount:
    server = prefs.of("server", server_key)
    identities = [prefs.of("identity", key) for key in keys]
    own = identities[0] if identities else {}
    smtp_key = _smtp_key(prefs, own)
    incoming = _server(server, _text(server, "type"), "userName", "socketType")
    outgoing = _outgoing(prefs, smtp_key)
    others = [
        *prefs.take("account", key),
        *prefs.take("server", server_key),
        *prefs.take("smtpserver", smtp_key),
    ]
    for name in keys:
        others += prefs.take("identity", name)
    folders, said = folders_of(server, identities)
    others = [one for one in others if one.name not in said]
    if incoming.protocol == "pop3" and "leave_on_server" not in server:
        # Thunderbird deletes what it has fetched, unless it is told to leave it.
        name = f"mail.server.{server_key}.leave_on_server"
        place = next(iter(server.values())).mark
        others.append(Statement(name, False, place, f'user_pref("{name}", false);'))
    further = tuple(_identity(identity) for identity in identities[1:] if _text(identity, "useremail"))
    oauth2 = server.get("authMethod") if _number(server, "authMethod") == _OAUTH2 else None
    address = bare_address(_text(own, "useremail"))[0] or bare_address(incoming.username or "")[0]
    mark = next(iter(server.values())).mark if server else Mark(1)
    return FoundAccount(
        target,
        _text(server, "name"),
        address,
        name=_text(own, "fullName"),
        incoming=incoming,
        smtp=outgoing,
        secrets=(FoundSecret("oauth2", oauth2),) if oauth2 else (),
        default=default,
        reply_to=bare_address(_text(own, "reply_to"))[0],
        signature=_signature(own),
        identities=further,
        folders=folders,
        others=tuple(others),
        ours=tuple(identity["fcc"] for identity in identities if "fcc" in identity),
        mark=mark,
    )


def _identity(identity: dict[str, Statement]) -> FoundIdentity:
    return FoundIdentity(
        bare_address(_text(identity, "useremail"))[0],
        _text(identity, "fullName"),
        bare_address(_text(identity, "reply_to"))[0],
        _signature(identity),
    )


def _signature(identity: dict[str, Statement]) -> str:
    path = _text(identity, "sig_file-rel") or _text(identity, "sig_file")
    path = "~/" + path[len(HOME) :] if path.startswith(HOME) else path
    return path if path.startswith(("/", "~/")) and identity.get("attach_signature") is not None else ""


def _server(part: dict[str, Statement], protocol: str, user: str, tls: str) -> FoundServer:
    form = _TLS.get(_number(part, tls) or 0, "none")
    return FoundServer(
        protocol,
        _text(part, "hostname"),
        _number(part, "port") or default_port(protocol, "implicit" if form == "implicit" else "starttls"),
        form,
        username=_text(part, user) or None,
        auth="xoauth2" if _number(part, "authMethod") == _OAUTH2 else "password",
        statements={name: one for name, one in part.items() if name not in NO_EFFECT[protocol == "smtp"]},
        login=protocol != "smtp" or (bool(_text(part, user)) and _number(part, "authMethod") != _NO_LOGIN),
    )


_FIELDS = {
    "account": ("server", "identities"),
    "server": ("type", "name", "hostname", "port", "userName", "socketType", "authMethod"),
    "identity": (
        "useremail",
        "fullName",
        "reply_to",
        "smtpServer",
        "sig_file",
        "sig_file-rel",
        "attach_signature",
        "fcc",
    ),
    "smtpserver": ("hostname", "port", "username", "try_ssl", "authMethod", "description"),
}


def _others(kind: str, part: dict[str, Statement]) -> Iterator[Statement]:
    for name, one in part.items():
        known = name in _FIELDS[kind]
        if name == "authMethod":
            known = one.value in (3, 10) or (kind == "smtpserver" and one.value == _NO_LOGIN)
        elif name in ("sig_file", "sig_file-rel", "attach_signature"):
            known = bool(_signature(part))
        if not known and not (name in _SAME and one.value == _SAME[name]):
            yield one
