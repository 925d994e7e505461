"""What is found in a configuration file: statements, servers, secrets, accounts, and where they stand."""

from __future__ import annotations

from typing import NamedTuple

from mailgen.core.text import Text
from mailgen.core.values import EMPTY, dataclass
from mailgen.model.hosts import is_loopback
from mailgen.redaction.holes import has_hole, unmasked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A file may hold a hundred thousand statements: the values that each has are named tuples, which are
# made many times faster than the frozen values of the house.


class Mark(NamedTuple):
    """A place in a file: line and column count from 1, `end` is the column behind the last character.

    `end_line` differs from `line` for what goes over several lines.
    """

    line: int
    column: int = 1
    end: int = 1
    end_line: int = 0

    @property
    def last_line(self) -> int:
        return self.end_line or self.line


class Statement(NamedTuple):
    """One setting or command.

    `name` as the grammar calls it; `value` as its program reads it, or None where there is none (`unset x`,
    `no keep`); `raw` is the statement as it is written. `command` is what the program would run to
    get the value, and `runs` says that reading the value runs a command. `scope` tells what it
    belongs to: the words of the grammar for an account, a poll or a hook, "" for the whole file.
    `off` says that it is taken away or negated, `expands` that a variable is put into the value, and
    `pieces` is the value cut at its variables: text, name, text, name, text. `shared` says that others stand
    behind the same verb. `path` is the file, if it is another than the one read.
    """

    name: str
    value: str | int | bool | None
    mark: Mark
    raw: str = ""
    scope: str = ""
    command: str | None = None
    runs: bool = False
    off: bool = False
    expands: bool = False
    shared: bool = False
    path: str = ""
    pieces: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value)


class Unread(NamedTuple):
    """A part of a file that no parser understood, or that its program reads otherwise than it looks.

    `refused` says that the program refuses it.
    """

    mark: Mark
    why: str
    refused: bool = False


class Unreadables:
    """Collects what could not be read; the same complaint about the next line becomes one with it."""

    def __init__(self) -> None:
        self._found: list[list[Unread]] = []

    def add(self, mark: Mark, why: str, refused: bool = False) -> None:
        last = self._found[-1] if self._found else None
        if last is not None and last[-1].why == why and mark.line - last[-1].mark.last_line in (0, 1):
            last[1:] = [Unread(mark, why, refused)]
        else:
            self._found.append([Unread(mark, why, refused)])

    def all(self) -> Iterator[Unread]:
        for first, *more in self._found:
            if more:
                end = more[0].mark
                mark = Mark(first.mark.line, first.mark.column, end.end, end.last_line)
                yield Unread(mark, first.why, first.refused)
            else:
                yield first


#: More than any configuration has. What stands behind is not read, and lint says so as an error.
MOST = 50_000
TOO_MANY = Text("the file holds more than {most} settings; from here on it was not read", most=MOST)


def limited(statements: Iterator[Statement], unread: Unreadables, most: int = MOST) -> list[Statement]:
    """Return the first statements, `most` of them; if there are more, that is noted."""
    found: list[Statement] = []
    for one in statements:
        if len(found) == most:
            unread.add(one.mark, TOO_MANY)
            break
        found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server of an account. `port` is None where the file leaves it to the program.

    `tls` is implicit, starttls or none; `optional` says that STARTTLS is only tried; `verified` that the
    certificate is checked; `login` that the client logs in, and `other_auth` are further ways that the file
    allows. `tunnel` says that a command of the user's makes the connection. `statements` are those that say
    so, by the grammar's own names.
    """

    protocol: str
    host: str
    port: int | None = None
    tls: str = "none"
    optional: bool = False
    verified: bool = True
    username: str | None = None
    auth: str = "password"
    other_auth: tuple[str, ...] = ()
    statements: Mapping[str, Statement] = EMPTY
    login: bool = True
    tunnel: bool = False

    @property
    def is_near(self) -> bool:
        """Whether nobody else is on the way: on this machine, by a command, or next door without a login.

        A name without a dot is of a machine's own network: a mail catcher beside a developer's program. What
        a template fills in may be any host.
        """
        next_door = (
            self.host != "" and not any(char in self.host for char in ".:") and not has_hole(self.host)
        )
        return is_loopback(self.host) or self.tunnel or (next_door and not self.login)

    @property
    def shown_host(self) -> str:
        """The host as a message names it."""
        return unmasked(self.host)

    def mark(self, *names: str) -> Mark | None:
        """Return where the first of these settings stands that the file has."""
        return next((self.statements[name].mark for name in names if name in self.statements), None)


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """Where the secret comes from: `plaintext`, `command`, `token` (a command), `oauth2` or `prompt`.

    `line` is the command as a line for a shell. A plaintext secret itself is not kept here. `protocol` is
    the one whose server it is for, "" for all.
    """

    kind: str
    statement: Statement | None = None
    line: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class FoundIdentity:
    """A further address to send as."""

    address: str
    name: str = ""
    reply_to: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """One account of a file.

    `label` is what the client calls it, `id` what mailgen called it when it made the file; "" where it has
    no name. `address` is "" where the file does not tell it. `secrets` are all ways to a secret that were
    found, most often one or two alike. `others` are statements about this account that say more
    than the fields here. `ours` are statements of which only the provider's quirks tell whether
    mailgen writes them by itself. `maildir` is where the client reads mail on this machine instead of from a
    server, `inbox` what its inbox is called there ("." for the folder itself, "" where it is another file or
    no Maildir), and `local` what lies there by role; `sends_with` is the command by which it sends instead
    of by itself, and `elsewhere` what says of all this something that an account cannot say.
    """

    target: str
    label: str
    address: str
    name: str = ""
    incoming: FoundServer | None = None
    smtp: FoundServer | None = None
    secrets: tuple[FoundSecret, ...] = ()
    default: bool = False
    reply_to: str = ""
    signature: str = ""
    identities: tuple[FoundIdentity, ...] = ()
    folders: Mapping[str, str] = EMPTY
    options: Mapping[str, str] = EMPTY
    others: tuple[Statement, ...] = ()
    ours: tuple[Statement, ...] = ()
    mark: Mark = Mark(1)
    id: str = ""
    maildir: str = ""
    inbox: str = ""
    local: Mapping[str, str] = EMPTY
    sends_with: str = ""
    elsewhere: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one file. `leftover` are statements that belong to no account.

    `made` says that mailgen makes the whole file, so that what belongs to no account is made again;
    `template` that another program fills holes in before the client reads it.
    """

    target: str
    statements: tuple[Statement, ...]
    accounts: tuple[FoundAccount, ...]
    unread: tuple[Unread, ...] = ()
    leftover: tuple[Statement, ...] = ()
    secret_statements: tuple[Statement, ...] = ()
    made: bool = False
    template: bool = False


def number(text: str) -> int | None:
    """Return a port, or None for what is none.

    >>> number("993"), number("imaps"), number("99999")
    (993, None, None)
    """
    if text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536:
        return int(text)
    return None


def bare_address(text: str) -> tuple[str, str]:
    """Return address and name of `Name <address>` or of a bare address; ("", "") for anything else.

    >>> bare_address("Ada <ada@example.org>"), bare_address("ada")
    (('ada@example.org', 'Ada'), ('', ''))
    """
    text = text.strip()
    name = ""
    if text.endswith(">") and "<" in text:
        name, _, text = text[:-1].rpartition("<")
        name = name.strip().strip('"').strip()
    local, at, domain = text.rpartition("@")
    return (text, name) if at and local and domain and not domain.isspace() else ("", "")
