"""Judging a configuration file: what in it is unsafe, and where it differs from the dataset. Pure."""

from __future__ import annotations

from mailgen.formats.problems import Change, Problem
from mailgen.formats.statements import TOO_MANY, Mark
from mailgen.lint.drift import drift
from mailgen.lint.fixes import instead_of_password, mutt_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import FoundAccount, FoundServer, Reading, Statement
    from mailgen.lint.drift import Shelf
    from mailgen.model.target import Target


def lint(reading: Reading, shelf: Shelf, target: Target, lang: str = "en") -> tuple[Problem, ...]:
    """Return what is to be said about a file, in the order of its lines.

    `shelf` answers which provider serves a domain and whose a host is; `target` is the client whose
    file it is. Hints of providers are given in `lang`.
    """
    found = [
        *_secrets(reading),
        *_settings(reading),
        *_servers(reading),
        *_commands(reading),
        *drift(reading, shelf, target, lang),
        *_unread(reading),
    ]
    once = {(one.rule, one.mark, one.what): one for one in found}
    return tuple(sorted(once.values(), key=lambda one: (one.mark.line, one.mark.column, one.rule)))


def loose_mode(reading: Reading, mode: int) -> Problem | None:
    """Return the problem of a file that holds a password and has a `mode` (st_mode) open to others."""
    if not reading.secret_statements or not mode & 0o077:
        return None
    return Problem(
        "loose-mode",
        reading.secret_statements[0].mark,
        f"the file holds a password, and its mode {mode & 0o777:04o} lets others at it",
        "chmod 600 the file",
    )


def _secrets(reading: Reading) -> Iterator[Problem]:
    owners = {
        id(secret.statement): account.address for account in reading.accounts for secret in account.secrets
    }
    fetchmail = reading.target == "fetchmail"
    for one in reading.secret_statements:
        address = owners.get(id(one), "")
        yield Problem(
            "plaintext-password",
            one.mark,
            f"{one.name} holds a password in the clear",
            "take it out and change it; keep the new one in ~/.netrc (mode 0600), or let fetchmail ask"
            if fetchmail
            else "take it out and change it; keep the new one in a password store and let it be fetched",
            instead_of_password(reading.target, one, address),
        )


#: Settings that are wrong by themselves, by target: name, rule, what it does, what to write instead.
_SWITCHES = {
    "msmtp": {
        "tls": ("tls-off", "TLS is off", "tls on"),
        "tls_certcheck": ("tls-not-verified", "the certificate is not checked", "tls_certcheck on"),
        "tls_nocertcheck": ("tls-not-verified", "the certificate is not checked", "tls_certcheck on"),
    },
    "fetchmail": {
        "sslcertck": (
            "tls-not-verified",
            "the certificate is not checked, and without ssl even STARTTLS is not insisted on",
            "sslcertck",
        ),
        "sslproto": ("tls-off", "an empty sslproto switches STARTTLS off", 'sslproto "tls1.2+"'),
    },
    "mutt": {
        "ssl_force_tls": (
            "opportunistic-starttls",
            "a server that offers no STARTTLS is sent the password in the clear",
            "set ssl_force_tls = yes",
        ),
        "ssl_starttls": ("opportunistic-starttls", "STARTTLS is not used", "set ssl_starttls = yes"),
        "ssl_verify_host": (
            "tls-not-verified",
            "the name in the certificate is not checked",
            "set ssl_verify_host = yes",
        ),
        "ssl_verify_dates": (
            "tls-not-verified",
            "certificates that have expired are taken",
            "set ssl_verify_dates = yes",
        ),
    },
}
_SWITCHES["neomutt"] = _SWITCHES["mutt"]
#: Old versions of TLS that a file may ask for.
_OLD = frozenset("ssl2 ssl3 sslv2 sslv3 ssl23 tls1 tls1.0 tls1.1 tls1+ tls1.0+ tls1.1+ ssl3+".split())


def _settings(reading: Reading) -> Iterator[Problem]:
    switches = _SWITCHES.get(reading.target, {})
    servers = [server for one in reading.accounts for server in (one.incoming, one.smtp) if server]
    used = {
        id(server.statements[name])
        for server in servers
        for name in ("socketType", "try_ssl")
        if name in server.statements
    }
    for one in reading.statements:
        if one.name in switches and _switched_off(reading.target, one):
            rule, what, instead = switches[one.name]
            yield Problem(rule, one.mark, what, f"write: {instead}", _instead(reading.target, one, instead))
        elif one.name == "sslproto" and one.text.lower() in _OLD:
            yield Problem(
                "tls-not-verified",
                one.mark,
                "this asks for a version of TLS that is broken",
                'write: sslproto "tls1.2+"',
                (Change('sslproto "tls1.2+"', one.mark),),
            )
        elif one.name.endswith((".socketType", ".try_ssl")):
            yield from _pref(one, used)


def _instead(target: str, one: Statement, line: str) -> tuple[Change, ...]:
    if target not in ("mutt", "neomutt"):
        return (Change(line, one.mark),)
    return () if one.scope else (mutt_setting(one, line),)


def _switched_off(target: str, one: Statement) -> bool:
    if target == "msmtp":
        return one.name == "tls_nocertcheck" or one.text == "off"
    if target == "fetchmail":
        return one.off or (one.name == "sslproto" and not one.text)
    return one.off or one.text == "no" or (one.name == "ssl_starttls" and one.text.startswith("ask"))


def _pref(one: Statement, used: set[int]) -> Iterator[Problem]:
    if one.value not in (2, 3) and id(one) in used:
        text = f'user_pref("{one.name}", 3);'
        what = "the server is used without TLS, even if it offers STARTTLS"
        yield Problem(
            "tls-off", one.mark, what, "3 is implicit TLS, 2 is STARTTLS", (Change(text, one.mark),)
        )


def _servers(reading: Reading) -> Iterator[Problem]:
    """Yield servers without TLS where no single setting is to blame."""
    blamed = {"tls", "sslproto", "ssl_starttls", "ssl_force_tls", "socketType", "try_ssl"}
    for account in reading.accounts:
        for server in (account.incoming, account.smtp):
            if server is None or server.tls != "none" or blamed & server.statements.keys():
                continue
            yield Problem(
                "tls-off",
                _place(server, account),
                f"{server.host} is used without TLS",
                _MENDS[reading.target],
                (Change("tls on"),) if reading.target == "msmtp" else (),
            )


_MENDS = {
    "msmtp": "add: tls on",
    "fetchmail": "add ssl, or sslcertck for STARTTLS",
    "mutt": "use imaps:// and smtps://, or set ssl_starttls and ssl_force_tls",
    "neomutt": "use imaps:// and smtps://, or set ssl_starttls and ssl_force_tls",
    "thunderbird": "set socketType (try_ssl for SMTP) to 3 for implicit TLS or 2 for STARTTLS",
}


def _place(server: FoundServer, account: FoundAccount) -> Mark:
    for name in ("host", "hostname", "url"):
        if name in server.statements:
            return server.statements[name].mark
    return account.mark


_PASSWORDS = frozenset(("imap_pass", "pop_pass", "smtp_pass"))


def _commands(reading: Reading) -> Iterator[Problem]:
    if reading.target not in ("mutt", "neomutt"):
        return
    for one in reading.statements:
        if one.name == "source":
            yield Problem(
                "sourced-file" if not one.runs else "value-runs-command",
                one.mark,
                "another file is read here"
                if not one.runs
                else "the output of a command is read as settings",
                "name it as well to have it looked at" if not one.runs else "be sure of that command",
            )
        elif one.runs and not (
            one.command
            and (one.name in _PASSWORDS | {"my_pass"} or one.name.startswith("my_mailgen_secret_"))
        ):
            hook = one.name.endswith("-hook")
            yield Problem(
                "value-runs-command",
                one.mark,
                f"{one.name} runs a command when the file is read",
                "put the body in single quotes, and it runs when the hook fires"
                if hook
                else "put the value in single quotes, unless the command is meant",
                level="note" if hook else "",
            )


def _unread(reading: Reading) -> Iterator[Problem]:
    for one in reading.unread:
        level = "error" if one.why == TOO_MANY else ""
        yield Problem("unreadable", one.mark, one.why, "look at this line", level=level)
