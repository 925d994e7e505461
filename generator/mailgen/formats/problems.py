"""What lint looks for: each rule has an id that does not change, and how grave it is."""

from __future__ import annotations

from typing import NamedTuple

from mailgen.core.values import dataclass
from mailgen.formats.statements import Mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: how grave it is, what it finds, and why that matters."""

    level: Level
    title: str
    why: str


RULES = {
    "plaintext-password": Rule(
        "error",
        "a password stands in the file",
        "Whoever can read the file, a backup of it or the repository it is kept in has the password.",
    ),
    "loose-mode": Rule(
        "error",
        "others may open a file that holds a password",
        "The mode of the file lets its group or everybody read or write it.",
    ),
    "tls-off": Rule(
        "error",
        "mail and password travel in the clear",
        "Without TLS everybody on the way can read them (RFC 8314).",
    ),
    "opportunistic-starttls": Rule(
        "error",
        "TLS is only tried",
        "Somebody on the way who hides the server's offer of STARTTLS is sent the password in the clear.",
    ),
    "tls-not-verified": Rule(
        "error",
        "the server's certificate is not checked",
        "Anybody on the way can pretend to be the server and is sent the password.",
    ),
    "old-tls": Rule(
        "error",
        "versions of TLS that are broken are let in",
        "Whoever is on the way can have SSL 2, SSL 3, TLS 1.0 or 1.1 used and break it (RFC 7568, RFC 8996).",
    ),
    "program-refuses": Rule(
        "error",
        "the program refuses the file",
        "It stops at this place, or leaves the line out and complains at each start.",
    ),
    "no-sender": Rule(
        "warning",
        "nothing says from whom mail is",
        "The server is to be told a sender (RFC 5321), and the program does not make one up.",
    ),
    "remark-in-value": Rule(
        "warning",
        "a remark has become a part of the value",
        "The program knows remarks only at the beginning of a line.",
    ),
    "no-effect": Rule(
        "warning",
        "a setting that the program never asks for",
        "What it is meant to say does not hold.",
    ),
    "not-read": Rule(
        "warning",
        "the program reads another file",
        "Of the places in which it looks the first that has a file counts; what stands here does not.",
    ),
    "wrong-host": Rule(
        "warning",
        "the server is none of the provider's",
        "The dataset knows other servers for the domain of this address.",
    ),
    "closed-server": Rule(
        "error",
        "the provider has closed this server",
        "Nobody answers there any more, or whoever has the name next.",
    ),
    "retired-host": Rule(
        "warning",
        "the server has been replaced",
        "The provider has moved to another name; the old one may stop at any time.",
    ),
    "wrong-port": Rule(
        "warning",
        "the server does not answer at this port",
        "The dataset knows other ports for this server, or the port belongs to another protocol.",
    ),
    "wrong-tls": Rule(
        "error",
        "this port wants another form of TLS",
        "Implicit TLS and STARTTLS do not understand each other; both sides may wait for ever.",
    ),
    "wrong-client": Rule(
        "warning",
        "this client cannot use this service",
        "The provider asks for something that the client does not do.",
    ),
    "needs-setting": Rule(
        "warning",
        "the server needs a setting that the file has not",
        "It departs from the standards, and the client can be told so.",
    ),
    "oauth2-only": Rule(
        "warning",
        "the provider takes no passwords",
        "It lets mail programs in with OAuth2 only.",
    ),
    "value-runs-command": Rule(
        "note",
        "reading the file runs a command",
        "Backticks outside of single quotes are run when the file is read, whatever they stand in.",
    ),
    "needs-code": Rule(
        "note",
        "the login password will not do",
        "The provider gives out a secret of its own for mail programs.",
    ),
    "username-form": Rule(
        "note",
        "the provider expects another form of the login name",
        "Some want the whole address, some the part before the @.",
    ),
    "template": Rule(
        "note",
        "the file is a template",
        "A program fills its holes in before the client reads it; what stands there then was not looked at.",
    ),
    "sent-twice": Rule(
        "note",
        "the provider files sent mail by itself",
        "A client that saves a copy too leaves each message twice in the folder.",
    ),
    "sourced-file": Rule(
        "note",
        "another file belongs to this one and was not read",
        "What stands there was not looked at.",
    ),
    "unreadable": Rule(
        "note",
        "a part of the file was not understood",
        "The program may stumble over it as well, or take it for something else.",
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A statement to write: in the place of what stands at `mark`, or added if there is none.

    `line` is how it is written by itself, where `text` only fits into its place.
    """

    text: str
    mark: Mark | None = None
    line: str = ""

    @property
    def alone(self) -> str:
        return self.line or self.text


class Problem(NamedTuple):
    """Something that lint found. No secret is in any of its texts."""

    rule: str
    mark: Mark
    what: str
    mend: str
    changes: tuple[Change, ...] = ()
    level: str = ""

    @property
    def severity(self) -> str:
        return self.level or RULES[self.rule].level
