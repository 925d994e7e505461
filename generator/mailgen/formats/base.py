"""What `lint` and `import` ask a configuration format; one that is read answers in its folder's lint.py."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.core.values import EMPTY
from mailgen.formats.problems import Change, Problem
from mailgen.model.hosts import is_loopback

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence
    from typing import ClassVar

    from mailgen.formats.statements import FoundAccount, FoundServer, Mark, Reading, Statement
    from mailgen.model.provider import Endpoint
    from mailgen.model.tokens import Command

#: What is lost where a file takes mail away from the server.
STAYS = Text("mail was deleted on the server once it was fetched; now it stays there")
#: Why a setting cannot be kept as a line of the user's own.
OURS = Text("mailgen writes this setting itself, and in its own way")
ABOUT_THE_PROGRAM = Text("it is about the program and not about an account")
#: What is said of statements that name another file, or the output of a command.
NOT_READ = (Text("another file, which was not read"), Text("name it as well"))
NOT_RUN = (Text("its output is settings, and it was not run"), Text("write the settings out"))


def near(rule: str, mark: Mark, what: str, server: FoundServer) -> Problem:
    """Return as a note that a rule is broken where nobody is on the way to the server."""
    if server.tunnel:
        why = Text("a command of yours makes the connection")
    elif is_loopback(server.host):
        why = Text("{host} is this machine", host=server.host)
    else:
        why = Text("{host} is of your own network, and nobody logs in there", host=server.shown_host)
    told = Text("{what}; {why}", what=what, why=why)
    return Problem(rule, mark, told, Text("leave it, as long as that is so"), level="note")


class Format:
    """A format that mailgen reads, or at least knows. All but `read` has an answer here that says nothing.

    Settings go by the names that the format's own reader gives to statements.
    """

    #: Whether mailgen reads such files; of others it only knows whose they are.
    is_read: ClassVar[bool] = True
    #: Target -> what the paths of its files look like; the most particular one first.
    names: ClassVar[Mapping[str, re.Pattern[str]]] = EMPTY
    #: Target -> what the paths in its folders look like; what lies there is its own, unless it looks foreign.
    folders: ClassVar[Mapping[str, re.Pattern[str]]] = EMPTY
    #: What editors call such a file -> the target.
    filetypes: ClassVar[Mapping[str, str]] = EMPTY
    #: Target -> how lines of its files begin; the most particular one first, and a single such line decides.
    lines: ClassVar[Mapping[str, re.Pattern[str]]] = EMPTY
    #: Whether what is indented goes on with the line above, so that only some lines begin like those.
    goes_on: ClassVar[bool] = False
    #: Setting -> the rule that is broken where it is off, what that does, and what to write instead.
    switches: ClassVar[Mapping[str, tuple[str, str, str]]] = EMPTY
    #: What of a server (`host`, `port`, `tls`, `username`) -> the settings that say it.
    places: ClassVar[Mapping[str, tuple[str, ...]]] = EMPTY
    #: Settings that are to blame for TLS that is off, only tried, or not verified.
    tls_off: ClassVar[frozenset[str]] = frozenset()
    tls_tried: ClassVar[frozenset[str]] = frozenset()
    tls_unverified: ClassVar[frozenset[str]] = frozenset()
    #: How to mend TLS that is off because nothing is said of it, and the statement to add.
    tls_mend: ClassVar[str] = "switch TLS on"
    tls_missing: ClassVar[tuple[Change, ...]] = ()
    cleartext_mend: ClassVar[str] = (
        "take it out and change it; keep the new one in a password store and let it be fetched"
    )
    #: Setting -> the quirk of a provider for which mailgen writes it by itself.
    quirks: ClassVar[Mapping[str, str]] = EMPTY
    #: Quirk of a provider -> the line that its server needs.
    quirk_lines: ClassVar[Mapping[str, str]] = EMPTY
    #: Settings that mailgen always writes itself, so that a line of the user's own would contradict it.
    generated: ClassVar[frozenset[str]] = frozenset()
    #: Whether the scope of a setting is only the account that it belongs to.
    by_account: ClassVar[bool] = False
    #: Whether an accounts file can hold lines of the user's own for it.
    has_extra_lines: ClassVar[bool] = True

    def read(self, text: str, target: str) -> Reading:
        """Read the text of a file of `target`; never raises for what stands in it."""
        raise NotImplementedError

    def version(self, reading: Reading) -> str:
        """Return the version of the program whose words stand in a file, "" where others know them too."""
        return ""

    def problems(self, reading: Reading) -> Iterator[Problem]:
        """Yield what is wrong with single settings."""
        for one in reading.statements:
            if one.name in self.switches and self.is_off(one):
                yield from self.switched_off(one, self.concerned(reading, one), reading)

    def concerned(self, reading: Reading, statement: Statement) -> list[FoundServer]:
        """Return the servers of a file for which one of its statements counts, under its own name."""
        servers = (server for one in reading.accounts for server in (one.incoming, one.smtp))
        return [one for one in servers if one and one.statements.get(statement.name) is statement]

    def switched_off(
        self, statement: Statement, servers: Sequence[FoundServer], reading: Reading
    ) -> Iterator[Problem]:
        """Yield what is wrong where one of the `switches` is off; `servers` are those for which it counts.

        Where none is found, it counts for some that stand elsewhere.
        """
        rule, what, instead = self.switches[statement.name]
        if servers and all(server.is_near for server in servers):
            yield near(rule, statement.mark, what, servers[0])
        else:
            mend = Text("write: {line}", line=instead)
            yield Problem(rule, statement.mark, what, mend, self.instead(statement, instead))

    def added(self, line: str) -> tuple[Change, ...]:
        """Return how to add a line to a file."""
        return (Change(line),)

    def saves_copy(self, reading: Reading, account: FoundAccount) -> tuple[Statement, str] | None:
        """Return what has sent mail filed on the account's own server, and what to write instead."""
        return None

    def tls_added(self, server: FoundServer) -> tuple[Change, ...]:
        """Return what to add so that a server of which nothing is said of TLS is used with it."""
        return self.tls_missing

    def is_off(self, statement: Statement) -> bool:
        """Say whether a statement about one of the `switches` switches it off."""
        return statement.off

    def instead(self, statement: Statement, line: str) -> tuple[Change, ...]:
        """Return how to write `line` in the place of a statement."""
        return (Change(line, statement.mark),)

    def with_command(self, statement: Statement, command: Command) -> Iterator[Change]:
        """Yield a statement that runs `command` for the password, in the place of one that holds it.

        May raise Unquotable.
        """
        yield from ()

    def at_endpoint(self, server: FoundServer, endpoint: Endpoint) -> Iterator[Change]:
        """Yield what to write so that a server becomes `endpoint`, but for what is right already.

        May raise Unquotable.
        """
        yield from ()

    def joined(self, readings: Mapping[str, Reading]) -> Mapping[str, Reading | None]:
        """Put files that read each other together; `readings` are by path.

        Returns what becomes of those that change: None for one that now stands within another.
        """
        return {}

    def quirk(self, statement: Statement) -> str | None:
        """Return the quirk for which mailgen writes such a statement by itself, if there is one."""
        return self.quirks.get(statement.name)

    def is_usual(self, statement: Statement) -> bool:
        """Say whether a statement about a quirk says what the program does without it."""
        return False

    def kept(self, statement: Statement) -> str:
        """Return a statement as a line of the user's own; "" if nothing is lost without it."""
        return statement.raw

    def why_not(self, statement: Statement) -> str:
        """Say why a statement cannot be a line of the user's own, beside what holds for all; "" if it can."""
        return ""

    def why_lost(self, statement: Statement, reader: str) -> str:
        """Say in the user's terms what becomes of a statement that cannot be kept, if more is known.

        `reader` is what people call the program.
        """
        return ""

    def family(self, statement: Statement) -> str:
        """Return the name under which a statement that belongs to no account is told of."""
        return statement.name

    def why_left(self, family: str, target: str) -> tuple[str, str]:
        """Say why statements of that name belong to no account, and what to do about it."""
        return Text("it belongs to no account"), Text("keep it in a file of your own")

    def whose(self, lines: Sequence[str]) -> tuple[int, str]:
        """Return how many lines begin like those of this format, and whose file it then is, or ""."""
        found = [
            target
            for line in lines
            if (target := next((target for target, way in self.lines.items() if way.match(line)), ""))
        ]
        return len(found), next((target for target in self.lines if target in found), "")
