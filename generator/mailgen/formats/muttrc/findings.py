"""What is to be said of single settings of a muttrc."""

from __future__ import annotations

from mailgen.core.text import Text
from mailgen.formats.muttrc.made import SECRET, SENDING
from mailgen.formats.muttrc.reader import SECRETS
from mailgen.formats.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.base import Format
    from mailgen.formats.statements import Reading, Statement

#: Versions of TLS and SSL that may be switched on, and should not be (RFC 7568, RFC 8996).
_OLD = frozenset("ssl_use_sslv2 ssl_use_sslv3 ssl_use_tlsv1 ssl_use_tlsv1_1".split())


def source(one: Statement) -> Problem:
    """Return what is said of a file that is read, or a command whose output is."""
    if one.text.rstrip().endswith("|"):
        what = Text("the output of a command is read as settings")
        return Problem("value-runs-command", one.mark, what, Text("be sure of that command"))
    if one.runs:
        what = Text("another file is read here, and a command puts its name together")
        return Problem(
            "sourced-file", one.mark, what, Text("name the file that it is on this machine as well")
        )
    mend = Text("name it as well to have it looked at")
    return Problem("sourced-file", one.mark, Text("another file is read here"), mend)


def fetches_secret(one: Statement, feeds: frozenset[str]) -> bool:
    """Say whether a statement does nothing but fetch a secret; `feeds` are variables that carry one."""
    secret = one.name in (*SECRETS, "my_pass") or one.name in feeds or one.name.startswith((SECRET, SENDING))
    return secret and bool(one.command)


def runs(one: Statement, feeds: frozenset[str]) -> Problem:
    """Return that a value runs a command: a warning around a secret, which may hold a backtick by chance."""
    what = Text("{name} runs a command when the file is read", name=one.name)
    if one.name in SECRETS or one.name in feeds:
        mend = Text("put the value in single quotes if the backticks are part of the password")
        return Problem("value-runs-command", one.mark, what, mend, level="warning")
    if one.name.endswith("-hook"):
        mend = Text("put the body in single quotes, and it runs when the hook fires")
    else:
        mend = Text("leave it if the command is meant; in single quotes it is text")
    return Problem("value-runs-command", one.mark, what, mend)


def idle_switch(one: Statement) -> Problem:
    """Return that a switch about STARTTLS is off where no server is asked for it."""
    what = Text("{name} is off, which matters as soon as a server has no TLS from the start", name=one.name)
    mend = Text("write: {line}", line=f"set {one.name} = yes")
    return Problem("opportunistic-starttls", one.mark, what, mend, level="note")


def deprecated(reading: Reading, format: Format) -> Iterator[Problem]:
    """Yield versions of TLS that are switched on and broken."""
    for one in reading.statements:
        if one.name in _OLD and one.text == "yes":
            what = Text("{name} lets in old versions of TLS", name=one.name)
            line = f"unset {one.name}"
            yield Problem(
                "old-tls", one.mark, what, Text("write: {line}", line=line), format.instead(one, line)
            )
