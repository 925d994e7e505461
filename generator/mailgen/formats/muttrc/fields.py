"""From the settings that hold for one account of a muttrc to that account."""

from __future__ import annotations

from mailgen.formats.muttrc.local import COPIES, PLACES, LocalMail, is_plain, local_mail
from mailgen.formats.muttrc.made import ACCOUNT_FILE
from mailgen.formats.muttrc.servers import server_url, url_password
from mailgen.formats.muttrc.settings import OURS, Settings, as_before, is_variable_set
from mailgen.formats.statements import (
    FoundAccount,
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

#: Settings that mailgen writes with just this value.
_SAME = {
    "use_envelope_from": "yes", "envelope_from": "yes", "ssl_force_tls": "yes", "ssl_starttls": "yes",
    "ssl_verify_host": "yes", "ssl_verify_dates": "yes", "pop_delete": "no", "spoolfile": "+INBOX",
    "charset": "utf-8",
}  # fmt: skip
#: Settings that the account's fields hold.
_FIELDS = frozenset(
    """from realname imap_user imap_pass pop_user pop_pass smtp_user smtp_pass smtp_url folder
    imap_oauth_refresh_command pop_oauth_refresh_command
    smtp_oauth_refresh_command""".split()
)
#: Settings of the ways to log in that mailgen writes for tokens alone.
_WAYS = frozenset(("pop_authenticators", "smtp_authenticators"))
#: Settings of which it says nothing that they are taken away.
NOTHING = _FIELDS | _WAYS | {"signature", "envelope_from_address"}
#: Setting -> the quirk of a provider for which alone mailgen writes it.
QUIRKS = {
    "imap_authenticators": "false-sasl-ir",
    "imap_send_id": "imap-id-required",
    "imap_rfc5161": "enable-hangs",
    "record": "saves-sent-copy",
}
#: Settings about an account begin with one of these; all else is about the program.
_ABOUT = ("imap_", "pop_", "smtp_", "ssl_", "tunnel", "certificate_file", "hostname", "account_command")
_ALSO_ABOUT = frozenset(
    """folder spoolfile sendmail from realname signature use_envelope_from envelope_from_address mbox
    mbox_type""".split()
)
#: Settings that hold a login name.
USERS = ("imap_user", "pop_user", "smtp_user")
#: Settings of which each server has its own word: whether TLS is off, tried or not verified.
_TLS = ("ssl_force_tls", "ssl_starttls", "ssl_verify_host", "ssl_verify_dates")
#: Ways to log in with a token.
_TOKENS = ("xoauth2", "oauthbearer")


def account_of(settings: Settings, target: str) -> FoundAccount:
    """Return the account that the settings make, whatever they leave out; what it used is noted there."""
    address, name = sender_of(settings)
    incoming = _incoming(settings)
    smtp = server_of(settings, "smtp_url", "smtp")
    if not address:
        names = [server.username or "" for server in (incoming, smtp) if server]
        address = next((found for name in names if (found := bare_address(name)[0])), "")
    folders = _folders(settings, incoming)
    here = local_mail(settings) if incoming is None else LocalMail()
    program = "" if smtp else settings.text("sendmail")
    elsewhere = tuple(_elsewhere(settings)) if here.folder and (here.guessed or not here.inbox) else ()
    told = {one.name for one in elsewhere} | here.said | ({"sendmail"} if program else set())
    others = tuple(one for one in _others(settings, folders, incoming, smtp) if one.name not in told)
    answers, header = reply_to(settings)
    trust = _trusted(settings)
    start = settings.get("from") or next(iter(settings.own), None)
    kept = [id(one) for one in (header, settings.headers.get("from")) if one is not None]
    settings.used = [one for one in settings.own if is_variable_set(one) or id(one) in kept]
    return FoundAccount(
        target,
        "",
        address,
        name=name,
        incoming=incoming,
        smtp=smtp,
        secrets=tuple(_secrets(settings)),
        reply_to=answers,
        signature=signature_of(settings),
        folders=folders,
        options={"ca_file": trust.text} if trust and is_plain(trust) else {},
        others=others,
        ours=tuple(one for name, one in settings.by_name.items() if _by_quirk(name, one)),
        mark=start.mark if start else Mark(1),
        id=next((hit[1] for one in settings.own if (hit := ACCOUNT_FILE.search(one.path))), ""),
        maildir=here.folder,
        inbox=here.inbox,
        local=here.folders,
        sends_with=program,
        elsewhere=elsewhere,
    )


def sender_of(settings: Settings) -> tuple[str, str]:
    """Return address and name of the sender; a header of the user's own has the last word."""
    header = settings.headers.get("from")
    if header is not None and is_plain(header):
        address, name = bare_address(header.text.partition(":")[2])
        if address:
            return address, name or settings.text("realname")
    found = settings.get("from")
    address, name = bare_address(found.text) if found and is_plain(found) else ("", "")
    if not address and found is None and settings.under is not None and not settings.by_name.get("from"):
        address, name = sender_of(settings.under)
    called = settings.get("realname")
    return address, (called.text if called and is_plain(called) else "") or name


def _elsewhere(settings: Settings) -> Iterator[Statement]:
    """Yield what tells of mail on this machine."""
    found = [one for name in sorted(PLACES) if (one := settings.get(name)) is not None and is_plain(one)]
    yield from sorted(found, key=lambda one: (one.path, one.mark.line))


def is_variable(text: str) -> bool:
    """Say whether a text is the name of a variable, which stands for nothing in single quotes."""
    name = text.strip("{}$")
    return text.startswith("$") and (name.startswith("my_") or name in (*USERS, "from"))


def signature_of(settings: Settings) -> str:
    """Return the path of the file with the signature, "" for what is none."""
    path = settings.text("signature")
    return path if path.startswith(("~/", "/")) and not path.endswith("|") else ""


def reply_to(settings: Settings) -> tuple[str, Statement | None]:
    """Return the address for answers, and the statement that says so."""
    one = settings.headers.get("reply-to")
    if one is None:
        return "", None
    text = one.text.partition(":")[2].strip()
    if text.startswith(OURS):
        text = settings.text(text.strip("${}"))
    return bare_address(text)[0], one


def _trusted(settings: Settings) -> Statement | None:
    """Return the setting of the certificates that are trusted.

    certificate_file is where mutt puts those that its user accepts; it is the account's only in quotes, as
    we write it.
    """
    own = settings.get("certificate_file")
    if own is not None and "= '" in own.raw:
        return own
    return settings.get("ssl_ca_certificates_file")


def _by_quirk(name: str, one: Statement) -> bool:
    return (name in QUIRKS and name != "record") or (name == "record" and one.off)


def _incoming(settings: Settings) -> FoundServer | None:
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
    if settings.watched is not None and not settings.text("pop_host"):
        return _from_url(settings, settings.watched.text.split()[0], settings.watched)
    return None


def server_of(settings: Settings, name: str, protocol: str) -> FoundServer | None:
    """Return the server of this protocol whose URL the setting of that name has."""
    one = settings.get(name)
    url = server_url(one.text) if one is not None else None
    if one is None or url is None or not url[0].startswith(protocol):
        return None
    return _from_url(settings, one.text, one)


def _from_url(settings: Settings, text: str, one: Statement | None) -> FoundServer | None:
    found = server_url(text)
    if found is None:
        return None
    scheme, host, user, port = found
    if "$" in host or "`" in host or not host:
        return None
    unknown = one is not None and one.expands and "$" in (user or "")
    protocol = {"imap": "imap", "pop": "pop3", "smtp": "smtp"}[scheme.removesuffix("s")]
    login = {"imap": "imap_user", "pop3": "pop_user"}.get(protocol, "smtp_user")
    forced, tries = not settings.refused("ssl_force_tls"), not settings.refused("ssl_starttls")
    form = "implicit" if scheme.endswith("s") else "starttls" if forced or tries else "none"
    checks = ("ssl_verify_host", "ssl_verify_dates")
    tokens = _tokens(settings, scheme.removesuffix("s"))
    wanted = ("ssl_force_tls", "ssl_starttls", *checks, login)
    statements = {name: said for name in wanted if (said := settings.said(name))}
    if one is not None:
        statements["url"] = one
        if user:
            statements["username"] = one
    given = settings.get(login)
    username = "" if unknown else user or (given.text if given and is_plain(given) else "")
    if is_variable(username):
        username, unknown = "", True  # in single quotes no variable is put in: nobody is called so
    return FoundServer(
        protocol,
        host,
        port,
        form,
        optional=form == "starttls" and not forced,
        verified=not any(settings.refused(check) for check in checks),
        username=username or None,
        auth=tokens[0] if tokens else "password",
        other_auth=tokens[1:],
        tunnel=settings.get("tunnel") is not None,
        # Without a name mutt sends without a login; for mail that comes in it asks for one.
        login=protocol != "smtp" or bool(username) or unknown or given is not None,
        statements=statements,
    )


def _tokens(settings: Settings, scheme: str) -> tuple[str, ...]:
    """Return the ways to log in with a token that the settings allow.

    If none is named and a command prints a token, it is used where the server takes one.
    """
    methods = settings.text(f"{scheme}_authenticators")
    if not methods:
        return _TOKENS if settings.text(f"{scheme}_oauth_refresh_command") else ()
    return tuple(method for method in methods.lower().split(":") if method in _TOKENS)


#: How the names of settings begin -> whose they are.
_PROTOCOLS = {"imap": "imap", "pop_": "pop3", "smtp": "smtp"}


def _secrets(settings: Settings) -> Iterator[FoundSecret]:
    for name in ("imap_pass", "pop_pass", "smtp_pass"):
        one = settings.get(name)
        if one is None:
            continue
        if one.command:
            kind = "plaintext" if command_holds_secret(one.command) else "command"
            yield FoundSecret(kind, one, one.command if kind == "command" else "", _PROTOCOLS[name[:4]])
        elif one.text and is_plain(one):
            yield FoundSecret("plaintext", one, "", _PROTOCOLS[name[:4]])
        elif one.text or one.runs:
            yield FoundSecret("unclear", one)
    for name in ("folder", "spoolfile", "pop_host", "smtp_url"):
        one = settings.get(name)
        if one is not None and is_plain(one) and url_password(one.text):
            yield FoundSecret("plaintext", one)
    for name in ("imap_oauth_refresh_command", "pop_oauth_refresh_command", "smtp_oauth_refresh_command"):
        one = settings.get(name)
        if one is not None and one.text and command_holds_secret(one.text):
            yield FoundSecret("plaintext", one)
        elif one is not None and one.text:
            yield FoundSecret("token" if is_plain(one) else "unclear", one, one.text, _PROTOCOLS[name[:4]])


def _folders(settings: Settings, incoming: FoundServer | None) -> dict[str, str]:
    """Return the special folders that lie on the server, by role."""
    found = {}
    for name, role in COPIES.items():
        one = settings.get(name)
        if one is None or not is_plain(one) or incoming is None or incoming.protocol != "imap":
            continue
        if name not in settings.by_name and settings.elsewhere():
            continue
        if one.text[:1] in ("+", "=") and one.text[1:]:
            found[role] = path_of_folder(settings.text("folder")) + one.text[1:]
        elif (url := server_url(one.text)) and url[1] == incoming.host:
            found[role] = one.text.partition("://")[2].partition("/")[2]
    return {role: name for role, name in found.items() if name}


def path_of_folder(folder: str) -> str:
    """Return the path on the server that folders begin with, and a slash behind it; "" for the top.

    >>> path_of_folder("imaps://imap.example.org/INBOX"), path_of_folder("imaps://imap.example.org/")
    ('INBOX/', '')
    """
    path = folder.partition("://")[2].partition("/")[2].rstrip("/")
    return f"{path}/" if path else ""


def _others(
    settings: Settings, folders: Mapping[str, str], incoming: FoundServer | None, smtp: FoundServer | None
) -> Iterator[Statement]:
    """Yield the settings that say more than the account's fields can."""
    trusted = _trusted(settings)
    for name, one in settings.by_name.items():
        if as_before(one) or name.startswith("my_") or (one.off and name in NOTHING):
            continue
        if name in _TLS and (incoming or smtp):
            continue  # what they do to a server is said of the server
        if name == "pop_host" and incoming is not None and incoming.statements.get("url") is one:
            continue
        if _by_quirk(name, one) or (name == "record" and is_plain(one) and not one.text):
            continue
        if name in COPIES and not one.off and COPIES[name] in folders:
            continue
        if name in _SAME and not one.off and one.text == _SAME[name]:
            continue
        if one is trusted and is_plain(one):
            continue
        if name in _FIELDS and _kept(name, one, incoming, smtp):
            continue
        if name == "spoolfile" and (one.text == "=INBOX" or _at(one, incoming, ("", "/", "/INBOX"))):
            continue
        if name == "signature" and one.text.startswith(("~/", "/")) and not one.text.endswith("|"):
            continue
        if name in _WAYS and set(one.text.split(":")) <= set(_TOKENS):
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
    if one.off or (one.expands and not name.endswith(("_pass", "_command"))):
        return False
    if name == "folder":
        return _at(one, incoming, ("", "/")) or (
            one.text == "~" and incoming is not None and incoming.protocol == "pop3"
        )
    if name == "smtp_url":
        return smtp is not None
    if name == "from":
        return bool(bare_address(one.text)[0])
    if name in USERS and is_variable(one.text):
        return False
    return name.endswith(("_pass", "_command")) or is_plain(one)


def in_account_file(one: Statement) -> bool:
    """Say whether a setting stands in a file that mailgen makes for one account."""
    return bool(ACCOUNT_FILE.search(one.path))


def about_account(name: str) -> bool:
    """Say whether a setting is about an account, and not about how the program looks or behaves."""
    return name.startswith(_ABOUT) or name in COPIES or name in _ALSO_ABOUT
