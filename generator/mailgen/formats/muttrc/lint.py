"""What `lint` and `import` know of muttrc and neomuttrc."""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.base import ABOUT_THE_PROGRAM, NOT_READ, OURS, STAYS, Format
from mailgen.formats.muttrc.fields import (
    QUIRKS,
    USERS,
    about_account,
    in_account_file,
    is_variable,
    path_of_folder,
)
from mailgen.formats.muttrc.findings import deprecated, fetches_secret, idle_switch, runs, source
from mailgen.formats.muttrc.grammar import GRAMMAR
from mailgen.formats.muttrc.local import COPIES
from mailgen.formats.muttrc.reader import SECRETS, feeding, read
from mailgen.formats.muttrc.refusals import refusals
from mailgen.formats.muttrc.sources import joined
from mailgen.formats.problems import Change
from mailgen.formats.quoting import quote, url_text
from mailgen.model.hosts import in_url
from mailgen.model.tokens import Url
from mailgen.model.trust import is_system_bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mailgen.formats.problems import Problem
    from mailgen.formats.statements import FoundAccount, FoundServer, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

_SCHEMES = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}


class Muttrc(Format):
    """muttrc and neomuttrc, which differ in some settings and in the names of the files."""

    names = {
        "neomutt": re.compile(r"(^|/)\.?neomuttrc[^/]*$|(^|/)\.?neomutt/(.+[./])?muttrc[^/]*$|\.neomuttrc$"),
        "mutt": re.compile(r"(^|/)\.?muttrc[^/]*$|\.muttrc$"),
    }
    folders = {
        "neomutt": re.compile(r"(^|/)\.?neomutt/."),
        "mutt": re.compile(r"(^|/)\.?mutt/."),
    }
    filetypes = {"neomuttrc": "neomutt", "neomutt": "neomutt", "muttrc": "mutt", "mutt": "mutt"}
    lines = {
        "neomutt": re.compile(
            r"\s*set\s+(imap_send_id|imap_rfc5161|sidebar_\w+|my_neomutt\w*|real_name|spool_file"
            r"|account_command|nm_\w+)\b|\s*(named-mailboxes|virtual-mailboxes|subscribe-to|subjectrx"
            r"|sidebar_pin|ifdef|ifndef|(startup|shutdown|timeout)-hook)\s+\S"
        ),
        "mutt": re.compile(
            r"\s*(set|unset|reset|toggle|source|[a-z2]+(-[a-z]+)*-hook|mailboxes|my_hdr|unmy_hdr|bind|macro"
            r"|un(?:mailboxes|ignore|auto_view|color|hdr_order|alternates|lists|subscribe)|hdr_order|auto_view"
            r"|alternative_order|alternates|mime_lookup|mailto_allow|lists|subscribe|score)\s+\S"
            r"|\s*ignore\s+[\w*\"'-]+:?(\s+[\w*\"'-]+:?)*\s*$|\s*(?:color|mono)\s+[a-z]\w*\s+\S+"
            r"|\s*(alias|group)\s+(-\w+\s+)*[^\s=]+\s+\S"
        ),
    }
    switches = {
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
    }
    places = {"host": ("url",), "username": ("username", "imap_user", "pop_user", "url")}
    tls_off = frozenset(("ssl_starttls",))
    tls_tried = frozenset(("ssl_force_tls",))
    tls_unverified = frozenset(("ssl_verify_host", "ssl_verify_dates"))
    tls_mend = "use imaps:// and smtps://, or set ssl_starttls and ssl_force_tls"
    quirks = QUIRKS
    quirk_lines = {
        "false-sasl-ir": "set imap_authenticators = 'login'",
        "enable-hangs": "set imap_rfc5161 = no",
    }
    generated = frozenset(
        """folder spoolfile record postponed trash use_envelope_from envelope_from pop_delete ssl_force_tls
        ssl_starttls ssl_verify_host ssl_verify_dates imap_pass pop_pass smtp_pass imap_user pop_user
        smtp_url smtp_authenticators from realname signature sendmail""".split()
    )

    def read(self, text: str, target: str) -> Reading:
        return read(text, target)

    def problems(self, reading: Reading) -> Iterator[Problem]:
        """Yield settings that are off or weak, files that are read, and values that run a command."""
        yield from super().problems(reading)
        yield from deprecated(reading, self)
        yield from refusals(reading)
        feeds = feeding(reading.statements)
        for one in reading.statements:
            if one.name == "source":
                yield source(one)
            elif one.runs and not fetches_secret(one, feeds):
                yield runs(one, feeds)

    def switched_off(
        self, statement: Statement, servers: Sequence[FoundServer], reading: Reading
    ) -> Iterator[Problem]:
        """Leave out what counts for nobody: STARTTLS is asked of servers that have no TLS from the start.

        $ssl_force_tls, which mutt and NeoMutt have on by themselves, goes over $ssl_starttls.
        Source: muttrc(5), neomuttrc(5), and the defaults of mutt 2.2.12 and neomutt 20220429.
        """
        asks = statement.name in ("ssl_starttls", "ssl_force_tls")
        asked = [one for one in servers if one.tls != "implicit"]
        forced = not any(one.name == "ssl_force_tls" and self.is_off(one) for one in reading.statements)
        if statement.name == "ssl_starttls" and forced:
            return
        if asks and servers and not asked:
            yield idle_switch(statement)
        else:
            yield from super().switched_off(statement, asked if asks else servers, reading)

    def saves_copy(self, reading: Reading, account: FoundAccount) -> tuple[Statement, str] | None:
        if "sent" not in account.folders:
            return None
        said = [one for one in reading.statements if one.name == "record" and not one.off]
        last = next((one for one in reversed(said) if one.text.endswith(account.folders["sent"])), None)
        return (last, "unset record") if last else None

    def is_off(self, statement: Statement) -> bool:
        asks = statement.name == "ssl_starttls" and statement.text.startswith("ask")
        return statement.off or statement.text == "no" or asks

    def instead(self, statement: Statement, line: str) -> tuple[Change, ...]:
        return () if statement.scope else (_setting(statement, line),)

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        if statement.name in SECRETS and not statement.scope:
            yield _setting(statement, f"set {statement.name} = {quote(command, GRAMMAR)}")

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        statement = server.statements.get("url")
        if statement is None or statement.scope or statement.runs or statement.expands:
            return
        scheme = _SCHEMES[endpoint.protocol] + "s" * (endpoint.tls == "implicit")
        if server.username:
            url = url_text(Url(scheme, server.username, endpoint.host, endpoint.port))
        else:
            url = f"{scheme}://{in_url(endpoint.host)}:{endpoint.port}/"
        yield _setting(statement, f"set {statement.name} = {quote(url, GRAMMAR)}")

    def joined(self, readings: Mapping[str, Reading]) -> Mapping[str, Reading | None]:
        return joined(readings)

    def is_usual(self, statement: Statement) -> bool:
        if statement.name == "imap_authenticators":
            return statement.off or set(statement.text.split(":")) <= {"xoauth2", "oauthbearer"}
        return (statement.name, statement.text) in {("imap_send_id", "no"), ("imap_rfc5161", "yes")}

    def kept(self, statement: Statement) -> str:
        bundle = statement.name == "certificate_file" and is_system_bundle(statement.text)
        return "" if bundle else statement.raw

    def why_lost(self, statement: Statement, reader: str) -> str:
        """Tell of copies that are kept on this machine, and of how mail is sent."""
        name, path = statement.name, statement.text
        if name == "folder" and path[:1] in ("~", "/") and len(path) > 1:
            return Text(
                "it is a folder on this machine ({path}); the account's mail is on a server", path=path
            )
        if name in USERS and is_variable(path) and not statement.expands:
            return Text("in single quotes {text} stands for nothing", text=path)
        if (
            name in (*COPIES, "spoolfile")
            and path
            and not statement.off
            and "://" not in path
            and path[0] not in "+="
        ):
            return Text(
                "it is a folder on this machine ({path}); mailgen has {client} keep it on the server",
                path=path,
                client=reader,
            )
        if name == "sendmail":
            return Text("smtp_url goes before it, so that it is not used")
        if name == "folder" and (top := path_of_folder(path)):
            return Text("its folders lie below {path}; what mailgen writes begins at the top", path=top)
        if name == "pop_delete" and statement.text == "yes":
            return STAYS
        if name.endswith("-hook"):
            return Text("what it does by itself is not kept; its address is one more sender")
        return ""

    def why_not(self, statement: Statement) -> str:
        if not about_account(statement.name.rstrip("+-")):
            return ABOUT_THE_PROGRAM
        if statement.name.endswith("_pass"):
            return OURS
        return Text("it belongs to a hook") if statement.scope and not in_account_file(statement) else ""

    def family(self, statement: Statement) -> str:
        """Files whose name, or whose output, nobody knows go by a name of their own."""
        named = statement.name == "source" or statement.name.endswith("-hook")
        return f"{statement.name} ..." if named and statement.runs else statement.name

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        if family == "source":
            return NOT_READ
        if family == "source ...":
            return Text("a command tells which settings are read, and it was not run"), NOT_READ[1]
        mend = Text("keep it in a {file} of your own", file=f"{target}rc")
        if family.endswith("-hook ..."):
            why = Text("a command in it is run when the file is read, and it was not run")
            return why, Text("put what it does in single quotes, and read the file again")
        if family == "my_hdr":
            return Text("an accounts file has no headers of your own"), mend
        if family.endswith("-hook"):
            return Text("what it does for a folder or a message belongs to no account"), mend
        if about_account(family.rstrip("+-")):
            return Text("it tells of no account"), mend
        return ABOUT_THE_PROGRAM, mend


def _setting(statement: Statement, line: str) -> Change:
    """Return the change of a setting to `line`, which begins with `set`.

    One that stands with others behind a verb is replaced without the verb, if that is `set` too.
    """
    if not statement.shared:
        return Change(line, statement.mark)
    if statement.raw.startswith("set "):
        return Change(line.removeprefix("set "), statement.mark, line)
    return Change(line)


FORMAT = Muttrc()
