"""Reading a muttrc or neomuttrc: statements, those in the bodies of hooks too, and the accounts they make."""

from __future__ import annotations

import re
from itertools import islice

from mailgen.core.text import Text
from mailgen.formats.muttrc.accounts import accounts_from
from mailgen.formats.muttrc.made import FIRST_LINE
from mailgen.formats.muttrc.scanner import Line, Scanner, Word, lines
from mailgen.formats.muttrc.servers import url_password
from mailgen.formats.statements import MOST, Mark, Reading, Statement, Unreadables, limited
from mailgen.redaction.holes import is_hole
from mailgen.redaction.secrecy import HIDDEN, command_holds_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Commands whose last argument is a command line of its own.
HOOKS = frozenset(
    """account-hook folder-hook send-hook send2-hook reply-hook message-hook startup-hook shutdown-hook
    timeout-hook""".split()
)
#: The other commands of mutt 2.2 and NeoMutt. Source: muttrc(5), neomuttrc(5).
COMMANDS = (
    frozenset(
        """account-hook alias alternates alternative_order attachments auto_view bind cd charset-hook color
    color-hook crypt-hook echo exec fcc-hook fcc-save-hook finish group hdr_order iconv-hook ifdef ifndef
    ignore index-format-hook lists lua lua-source macro mailboxes mailto_allow mbox-hook mime_lookup mono
    mutt-hook my_hdr named-mailboxes nospam pgp-hook push save-hook score setenv shutdown-hook sidebar_pin
    sidebar_unpin sidebar_whitelist source spam startup-hook subjectrx subscribe subscribe-to tag-formats
    tag-transforms timeout-hook unalias unalternates unalternative_order unattachments unauto_view unbind
    uncolor ungroup unhdr_order unhook unignore unlists unmacro unmailboxes unmailto_allow unmime_lookup
    unmono unmy_hdr unscore unsetenv unsidebar_whitelist unsubjectrx unsubscribe unsubscribe-from
    version append-hook close-hook open-hook run hooks virtual-mailboxes unvirtual-mailboxes
    alternative-order unalternative-order auto-view unauto-view header-order unheader-order mailto-allow
    unmailto-allow mime-lookup unmime-lookup my-header unmy-header sidebar-pin sidebar-unpin
    subject-regex unsubject-regex""".split()
    )
    | HOOKS
)
_NAMED = re.compile(r"\$\{?(\w+)")
#: Newer names of settings -> those by which they are known here. Source: neomuttrc(5).
RENAMED = {
    "real_name": "realname", "spool_file": "spoolfile", "envelope_from": "use_envelope_from",
    "reverse_real_name": "reverse_realname", "tmp_dir": "tmpdir", "xterm_set_titles": "ts_enabled",
    "ssl_usesystemcerts": "ssl_use_system_certs", "imap_servernoise": "imap_server_noise",
}  # fmt: skip
#: Hooks of NeoMutt that have no pattern.
_BODY_ONLY = frozenset(("startup-hook", "shutdown-hook", "timeout-hook"))
#: How deep bodies of hooks within bodies of hooks are read.
_DEPTH = 3
SECRETS = ("imap_pass", "pop_pass", "smtp_pass")
#: Settings whose value is a command, as a line for a shell, that prints a secret.
TOKENS = ("imap_oauth_refresh_command", "pop_oauth_refresh_command", "smtp_oauth_refresh_command")


def read(text: str, target: str = "mutt") -> Reading:
    """Read a muttrc; never raises."""
    unread = Unreadables()
    if text.startswith("\N{BYTE ORDER MARK}"):
        why = Text("mutt does not understand a line that starts with a byte order mark")
        unread.add(Mark(1, 1, 2), why, refused=True)
        text = text[1:]
    found = (one for line in lines(text) for one in _commands(line, "", unread, 0))
    statements = limited(found, unread)
    accounts, leftover = accounts_from(statements, target)
    return Reading(
        target,
        tuple(statements),
        accounts,
        tuple(unread.all()),
        leftover,
        plain_secrets(statements),
        text.startswith(FIRST_LINE),
    )


def plain_secrets(statements: list[Statement]) -> tuple[Statement, ...]:
    """Return what holds a password in the clear, also by way of a variable of the user's own."""
    own = feeding(statements)
    return tuple(
        one
        for one in statements
        if not one.off and _in_the_clear(one, one.name in SECRETS or one.name in own)
    )


def feeding(statements: Iterable[Statement]) -> frozenset[str]:
    """Return the variables of the user's own that are put into a password, also by way of one another."""
    read = {one.name: set(_NAMED.findall(one.text)) for one in statements if one.expands and not one.off}
    found: set[str] = set()
    more = {name for secret in SECRETS for name in read.get(secret, ())}
    while more := {name for name in more if name.startswith("my_")} - found:
        found |= more
        more = {name for one in more for name in read.get(one, ())}
    return frozenset(found)


def _in_the_clear(one: Statement, secret: bool) -> bool:
    """Say whether a password stands in a statement; `secret` if its value is one."""
    if one.command is not None:
        return (secret or one.name in TOKENS or one.name == "source") and command_holds_secret(one.command)
    if one.runs or one.expands or not one.text or is_hole(one.text):
        return False
    if one.name == "account_command":
        # It prints lines of login and password, so that only a password makes it a secret.
        return "pass" in one.text.lower() and command_holds_secret(one.text)
    if one.name in TOKENS:
        return command_holds_secret(one.text)
    return secret or ("://" in one.text and url_password(one.text))


def _commands(line: Line, scope: str, unread: Unreadables, depth: int) -> Iterator[Statement]:
    scanner = Scanner(line, unread)
    for _ in scanner.commands():
        start = scanner.at
        name = scanner.word().text
        if name in ("set", "unset", "reset", "toggle"):
            settings = list(islice(_settings(scanner, name, scope), MOST + 1))
            if len(settings) == 1:
                whole = line.mark(start, scanner.at)
                last = settings[0].mark
                mark = Mark(whole.line, whole.column, last.end, last.last_line)
                yield settings[0]._replace(mark=mark)
            else:
                yield from (one._replace(shared=True) for one in settings)
        elif name in HOOKS and depth < _DEPTH:
            yield from _hook(scanner, name, start, scope, unread, depth)
        else:
            yield _command(scanner, name, start, scope)


def _command(scanner: Scanner, name: str, start: int, scope: str) -> Statement:
    words = []
    while not scanner.ended():
        words.append(scanner.word())
    end = words[-1].end if words else scanner.at
    ran = tuple(command for word in words for command in word.commands)
    value = " ".join(word.text for word in words)
    piped = name == "source" and value.rstrip().endswith("|")
    pieces = _spaced(words)
    return Statement(
        # What is no command may be a password that has lost its name.
        name if name in COMMANDS else HIDDEN,
        value,
        scanner.line.mark(start, end),
        scanner.text[start:end],
        scope,
        value.rstrip(" |") if piped else ran[0] if ran else None,
        bool(ran) or piped,
        expands=bool(pieces),
        pieces=pieces,
    )


def _spaced(words: list[Word]) -> tuple[str, ...]:
    """Return the pieces of words with a blank between them, cut at the variables; () if there are none."""
    if not any(word.pieces for word in words):
        return ()
    pieces = [""]
    for count, word in enumerate(words):
        first, *more = word.pieces or (word.text,)
        pieces[-1] += " " * (count > 0) + first
        pieces += more
    return tuple(pieces)


def _settings(scanner: Scanner, verb: str, scope: str) -> Iterator[Statement]:
    """Read the settings behind `set`, `unset`, `reset` or `toggle`, as many as follow.

    A word behind a password's name without an equal sign is most likely the password: it is no name.
    """
    lost = False
    while not scanner.ended():
        before = scanner.at
        word = scanner.word("=+-" if verb == "set" else "")
        name, value, off, end = word.text, None, verb in ("unset", "reset"), word.end
        name = RENAMED.get(name, name)
        ran: tuple[str, ...] = ()
        pieces: tuple[str, ...] = ()
        expands = False
        scanner.blanks()
        operator = ""
        if verb == "set":
            if scanner.text[scanner.at : scanner.at + 2] in ("+=", "-="):
                operator = scanner.text[scanner.at]
                scanner.at += 1
            if scanner.text[scanner.at : scanner.at + 1] == "=":
                scanner.at += 1
                word = scanner.word()
                value, end, ran = word.text, word.end, word.commands
                expands, pieces = word.expands, word.pieces
        if scanner.at == before:  # a stray + or -
            scanner.at += 1
            continue
        if lost and value is None:
            name = HIDDEN
        lost = lost or (verb == "set" and name in SECRETS and value is None)
        if value is None and not off and verb == "set" and not name.endswith("?"):
            name, value = (name[2:], "no") if name.startswith("no") else (name, "yes")
            name = RENAMED.get(name, name)
        yield Statement(
            name + operator,
            value,
            scanner.line.mark(before, end),
            f"{verb} {scanner.text[before:end]}",
            scope,
            ran[0] if len(ran) == 1 and not value else None,
            bool(ran),
            off,
            expands,
            pieces=pieces,
        )


def _hook(
    scanner: Scanner, name: str, start: int, scope: str, unread: Unreadables, depth: int
) -> Iterator[Statement]:
    words = []
    while not scanner.ended():
        words.append(scanner.word())
    if len(words) < (1 if name in _BODY_ONLY else 2):
        why = Text("{name} has no command", name=name)
        unread.add(scanner.line.mark(start, scanner.at), why, refused=not scope)
        return
    # The body is all that stands behind the pattern, in quotes or not.
    count = next((n for n, word in enumerate(words[:-1], 1) if word.text not in ("!", "-noregex")), 0)
    body = " ".join(word.text for word in words[count:])
    pattern = " ".join(word.text for word in words[:count])
    mark = scanner.line.mark(start, words[-1].end)
    ran = tuple(command for word in words for command in word.commands)
    pieces = _spaced(words[:count])
    yield Statement(
        name,
        pattern,
        mark,
        scanner.text[start : words[-1].end],
        scope,
        ran[0] if ran else None,
        bool(ran),
        expands=bool(pieces),
        pieces=pieces,
    )
    # The body is parsed again when the hook fires; its places are those of the hook's own line.
    inner = _Body(body, mark)
    yield from _commands(inner, f"{name} {pattern}", unread, depth + 1)


class _Body(Line):
    """The body of a hook: all of it stands where the hook stands."""

    def __init__(self, text: str, mark: Mark) -> None:
        super().__init__(text, [(0, mark.line)])
        self.place = mark

    def mark(self, start: int, end: int) -> Mark:
        return self.place
