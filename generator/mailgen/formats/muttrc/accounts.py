"""From the settings of a muttrc to the accounts they make: those of the file, and those of its hooks."""

from __future__ import annotations

from mailgen.core.values import replace
from mailgen.formats.muttrc.made import ACCOUNT_FILE, SENDER_FILE, VARIABLES
from mailgen.formats.muttrc.servers import host_of, server_url, unpatterned
from mailgen.formats.statements import (
    FoundAccount,
    FoundIdentity,
    FoundSecret,
    FoundServer,
    Mark,
    Statement,
    bare_address,
)
from mailgen.redaction.secrecy import command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDERS = {"record": "sent", "postponed": "drafts", "trash": "trash"}
#: Settings that mailgen writes with just this value.
_SAME = {
    "use_envelope_from": "yes", "envelope_from": "yes", "ssl_force_tls": "yes", "ssl_starttls": "yes",
    "ssl_verify_host": "yes", "ssl_verify_dates": "yes", "pop_delete": "no", "spoolfile": "+INBOX",
}  # fmt: skip
#: Settings that the account's fields hold.
_FIELDS = frozenset(
    """from realname imap_user imap_pass pop_user pop_pass smtp_pass smtp_url folder
    ssl_ca_certificates_file imap_oauth_refresh_command smtp_oauth_refresh_command""".split()
)
#: Settings of which it says nothing that they are taken away.
_NOTHING = _FIELDS | {"signature", "smtp_authenticators", "envelope_from_address"}
#: Setting -> the quirk of a provider for which alone mailgen writes it.
QUIRKS = {
    "imap_authenticators": "false-sasl-ir",
    "imap_send_id": "imap-id-required",
    "imap_rfc5161": "enable-hangs",
    "record": "saves-sent-copy",
}
#: Settings about an account begin with one of these; all else is about the program.
_ABOUT = ("imap_", "pop_", "smtp_", "ssl_", "tunnel", "certificate_file", "hostname", "account_command")


def accounts_from(
    statements: list[Statement], target: str
) -> tuple[tuple[FoundAccount, ...], tuple[Statement, ...]]:
    """Return the accounts, and the statements that belong to none.

    The settings outside of hooks make one account. The bodies of account-hook and folder-hook that
    name the same server make one more, over the former.
    """
    base = _Settings([one for one in statements if not one.scope])
    hooks: dict[str, list[Statement]] = {}
    senders: dict[str, list[Statement]] = {}
    hosts = {scope: host_of(scope) for scope in dict.fromkeys(one.scope for one in statements)}
    for one in statements:
        if one.scope.startswith("send-hook "):
            senders.setdefault(one.scope, []).append(one)
        elif one.scope and hosts[one.scope]:
            hooks.setdefault(hosts[one.scope], []).append(one)
    several = [
        _Settings(given, base, host)
        for host, given in hooks.items()
        if any(one.name in ("from", "imap_user", "smtp_url", "pop_user") for one in given)
    ]
    accounts = [_account(settings, target) for settings in several]
    first = _account(base, target)
    known = {one.address for one in accounts if one.address}
    if (first.incoming or first.smtp) and (first.address or not known) and first.address not in known:
        accounts.insert(0, first)
    elif first.address and not accounts:
        accounts.append(first)
    elif len(accounts) > 1:
        accounts = [replace(one, default=one.address == first.address) for one in accounts]
    used = {id(one) for settings in (base, *several) for one in settings.used} if accounts else set()
    with_identities, more = _with_identities(accounts, senders)
    taken = used | more
    leftover = tuple(one for one in statements if id(one) not in taken)
    return with_identities, leftover


def _with_identities(
    accounts: list[FoundAccount], senders: dict[str, list[Statement]]
) -> tuple[tuple[FoundAccount, ...], set[int]]:
    """Give the accounts the senders of send-hooks; returns them, and which statements that took."""
    by_id = {one.id: count for count, one in enumerate(accounts) if one.id}
    by_server = {_server_key(one.smtp): count for count, one in enumerate(accounts) if one.smtp}
    found: dict[int, list[FoundIdentity]] = {}
    used: set[int] = set()
    for scope, given in senders.items():
        settings = _Settings(given)
        address = bare_address(unpatterned(scope.partition(" ")[2].removeprefix("~f ").strip("'^$")))[0]
        key = next((hit[1] for one in given if (hit := SENDER_FILE.search(one.path))), "")
        place = by_id.get(key, by_server.get(_server_key(_server(settings, "smtp_url", "smtp"))))
        if not address or place is None:
            continue
        used |= {id(one) for one in given}
        if address != accounts[place].address:
            identity = FoundIdentity(
                address, settings.text("realname"), _reply_to(settings)[0], _signature(settings)
            )
            found.setdefault(place, []).append(identity)
    return tuple(
        replace(one, identities=tuple(found.get(count, ()))) for count, one in enumerate(accounts)
    ), used


def _server_key(server: FoundServer | None) -> tuple[object, ...]:
    return (server.host, server.port, server.username) if server else ()


class _Settings:
    """The settings of one account by name, the last one of each; those of `under` where it has none."""

    def __init__(
        self, statements: list[Statement], under: _Settings | None = None, hook_host: str = ""
    ) -> None:
        self.own = statements
        self.under = under
        self.by_name: dict[str, Statement] = {}
        self.hook_host = hook_host
        for one in statements:
            if one.raw.split(" ", 1)[0] in ("set", "unset", "reset"):
                self.by_name[one.name] = one
        self.used: list[Statement] = []

    def said(self, name: str) -> Statement | None:
        """Return the statement about a variable, also one that takes it away."""
        found = self.by_name.get(name)
        return self.under.said(name) if found is None and self.under is not None else found

    def get(self, name: str) -> Statement | None:
        found = self.said(name)
        return None if found is None or found.off or _as_before(found) else found

    def text(self, name: str) -> str:
        found = self.get(name)
        return found.text if found is not None else ""

    def refused(self, name: str) -> bool:
        """Say whether a switch is off."""
        found = self.said(name)
        return found is not None and (found.off or found.text == "no")


def _as_before(one: Statement) -> bool:
    """Say whether a setting of mailgen's puts back what was there before."""
    return one.expands and one.text.startswith(_OURS)


_OURS = (f"${VARIABLES}", f"${{{VARIABLES}")


def _account(settings: _Settings, target: str) -> FoundAccount:
    address, name = bare_address(settings.text("from"))
    incoming = _incoming(settings)
    smtp = _server(settings, "smtp_url", "smtp")
    if not address:
        names = [server.username or "" for server in (incoming, smtp) if server]
        address = next((found for name in names if (found := bare_address(name)[0])), "")
    folders = _folders(settings, incoming)
    others = tuple(_others(settings, folders, incoming, smtp))
    reply_to, header = _reply_to(settings)
    trust = settings.get("ssl_ca_certificates_file")
    start = settings.get("from") or next(iter(settings.own), None)
    settings.used = [one for one in settings.own if settings.by_name.get(one.name) is one or one is header]
    return FoundAccount(
        target,
        "",
        address,
        name=settings.text("realname") or name,
        incoming=incoming,
        smtp=smtp,
        secrets=tuple(_secrets(settings)),
        reply_to=reply_to,
        signature=_signature(settings),
        folders=folders,
        options={"ca_file": trust.text} if trust and _plain(trust) else {},
        others=others,
        ours=tuple(one for name, one in settings.by_name.items() if _by_quirk(name, one)),
        mark=start.mark if start else Mark(1),
        id=next((hit[1] for one in settings.own if (hit := ACCOUNT_FILE.search(one.path))), ""),
    )


def _plain(one: Statement) -> bool:
    return not (one.runs or one.expands or one.off)


def _signature(settings: _Settings) -> str:
    path = settings.text("signature")
    return path if path.startswith(("~/", "/")) and not path.endswith("|") else ""


def _reply_to(settings: _Settings) -> tuple[str, Statement | None]:
    """Return the address for answers, and the statement that says so."""
    one = next((one for one in settings.own if _header(one, "reply-to")), None)
    if one is None:
        return "", None
    text = one.text.partition(":")[2].strip()
    if text.startswith(_OURS):
        text = settings.text(text.strip("${}"))
    return bare_address(text)[0], one


def _header(one: Statement, header: str) -> bool:
    return one.name == "my_hdr" and one.text.lower().startswith(header + ":")


def _by_quirk(name: str, one: Statement) -> bool:
    return (name in QUIRKS and name != "record") or (name == "record" and one.off)


def _incoming(settings: _Settings) -> FoundServer | None:
    if settings.hook_host and not (settings.by_name.keys() & {"folder", "spoolfile"}):
        return _from_url(settings, settings.hook_host, None)
    for name in ("folder", "spoolfile", "pop_host"):
        one = settings.get(name)
        if one is None:
            continue
        text = one.text
        if name == "pop_host" and "://" not in text:
            text = f"pop://{text}"
        if (url := server_url(text)) and not url[0].startswith("smtp"):
            return _from_url(settings, text, one)
    return None


def _server(settings: _Settings, name: str, protocol: str) -> FoundServer | None:
    one = settings.get(name)
    url = server_url(one.text) if one is not None else None
    if one is None or url is None or not url[0].startswith(protocol):
        return None
    return _from_url(settings, one.text, one)


def _from_url(settings: _Settings, text: str, one: Statement | None) -> FoundServer | None:
    found = server_url(text)
    if found is None:
        return None
    scheme, host, user, port = found
    protocol = {"imap": "imap", "pop": "pop3", "smtp": "smtp"}[scheme.removesuffix("s")]
    login = {"imap": "imap_user", "pop3": "pop_user"}.get(protocol, "smtp_user")
    forced, tries = not settings.refused("ssl_force_tls"), not settings.refused("ssl_starttls")
    form = "implicit" if scheme.endswith("s") else "starttls" if forced or tries else "none"
    checks = ("ssl_verify_host", "ssl_verify_dates")
    methods = settings.text("smtp_authenticators" if protocol == "smtp" else "imap_authenticators").split(":")
    token = next((method for method in methods if method in ("xoauth2", "oauthbearer")), "password")
    wanted = ("ssl_force_tls", "ssl_starttls", *checks, login)
    statements = {name: said for name in wanted if (said := settings.said(name))}
    if one is not None:
        statements["url"] = one
        if user:
            statements["username"] = one
    given = settings.get(login)
    username = user or (given.text if given and _plain(given) else "")
    return FoundServer(
        protocol,
        host,
        port,
        form,
        optional=form == "starttls" and not forced,
        verified=not any(settings.refused(check) for check in checks),
        username=username or None,
        auth=token,
        statements=statements,
        login=protocol != "smtp" or bool(user or settings.get(login)),
        tunnel=settings.get("tunnel") is not None,
    )


def _secrets(settings: _Settings) -> Iterator[FoundSecret]:
    for name in ("imap_pass", "pop_pass", "smtp_pass"):
        one = settings.get(name)
        if one is None:
            continue
        if one.command:
            kind = "plaintext" if command_holds_secret(one.command) else "command"
            yield FoundSecret(kind, one, one.command if kind == "command" else "")
        elif one.text and _plain(one):
            yield FoundSecret("plaintext", one)
        elif one.text or one.runs:
            yield FoundSecret("unclear", one)
    for name in ("imap_oauth_refresh_command", "smtp_oauth_refresh_command"):
        one = settings.get(name)
        if one is not None and one.text and command_holds_secret(one.text):
            yield FoundSecret("plaintext", one)
        elif one is not None and one.text:
            yield FoundSecret("token" if _plain(one) else "unclear", one, one.text)


def _folders(settings: _Settings, incoming: FoundServer | None) -> dict[str, str]:
    """Return the special folders that lie on the server, by role."""
    found = {}
    for name, role in _FOLDERS.items():
        one = settings.get(name)
        if one is None or not _plain(one) or incoming is None or incoming.protocol != "imap":
            continue
        if one.text[:1] in ("+", "=") and one.text[1:]:
            found[role] = one.text[1:]
        elif (url := server_url(one.text)) and url[1] == incoming.host:
            found[role] = one.text.partition("://")[2].partition("/")[2]
    return {role: name for role, name in found.items() if name}


def _others(
    settings: _Settings, folders: Mapping[str, str], incoming: FoundServer | None, smtp: FoundServer | None
) -> Iterator[Statement]:
    """Yield the settings that say more than the account's fields can."""
    for name, one in settings.by_name.items():
        if _as_before(one) or name.startswith(VARIABLES) or (one.off and name in _NOTHING):
            continue
        if _by_quirk(name, one):
            continue
        if name in _FOLDERS and not one.off and _FOLDERS[name] in folders:
            continue
        if name in _SAME and not one.off and one.text == _SAME[name]:
            continue
        if name in _FIELDS and _kept(name, one, incoming, smtp):
            continue
        if name == "spoolfile" and (one.text == "=INBOX" or _at(one, incoming, ("", "/", "/INBOX"))):
            continue
        if name == "signature" and one.text.startswith(("~/", "/")) and not one.text.endswith("|"):
            continue
        if name == "smtp_authenticators" and one.text in ("xoauth2", "oauthbearer"):
            continue
        yield one


def _at(one: Statement, server: FoundServer | None, paths: tuple[str, ...]) -> bool:
    """Say whether a setting is the URL of this server, with one of these paths."""
    url = server_url(one.text)
    if url is None or server is None or (url[1], url[3]) != (server.host, server.port):
        return False
    place = one.text.partition("://")[2]
    return place[len(place.partition("/")[0]) :] in paths


def _kept(name: str, one: Statement, incoming: FoundServer | None, smtp: FoundServer | None) -> bool:
    """Say whether a field really holds what this setting says."""
    if one.off:
        return False
    if name == "folder":
        return _at(one, incoming, ("", "/")) or (
            one.text == "~" and incoming is not None and incoming.protocol == "pop3"
        )
    if name == "smtp_url":
        return smtp is not None
    if name == "from":
        return bool(bare_address(one.text)[0])
    return name.endswith(("_pass", "_command")) or _plain(one)


def in_account_file(one: Statement) -> bool:
    """Say whether a setting stands in a file that mailgen makes for one account."""
    return bool(ACCOUNT_FILE.search(one.path))


def about_account(name: str) -> bool:
    """Say whether a setting is about an account, and not about how the program looks or behaves."""
    return name.startswith(_ABOUT) or name in _FOLDERS or name in ("folder", "spoolfile", "sendmail")
