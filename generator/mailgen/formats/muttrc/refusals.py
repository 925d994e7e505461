"""What mutt and NeoMutt refuse: they leave the line out, and wait for a key at each start.

Source: mutt 2.2.12 and neomutt 20220429, what they put on stderr with -Q. The body of a hook they read when
the hook fires.
"""

from __future__ import annotations

import re

from mailgen.core.text import Text
from mailgen.formats.muttrc.names import (
    BOTH,
    MUTT_ONLY,
    NEOMUTT_ONLY,
    NUMBERS,
    OPENSSL_ONLY,
    QUESTIONS,
    SWITCHES,
)
from mailgen.formats.problems import Problem
from mailgen.redaction.holes import has_hole
from mailgen.redaction.secrecy import HIDDEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.formats.statements import Reading, Statement

_ALL = BOTH | MUTT_ONLY | NEOMUTT_ONLY | OPENSSL_ONLY
#: Commands that one of the two does not have.
_MUTT_COMMANDS = frozenset(("run",))
_NEOMUTT_COMMANDS = frozenset(
    """named-mailboxes subscribe-to unsubscribe-from ifdef ifndef finish startup-hook shutdown-hook
    timeout-hook sidebar_pin sidebar_unpin tag-formats tag-transforms lua lua-source virtual-mailboxes
    unvirtual-mailboxes version hooks""".split()
)
_VERBS = ("set", "unset", "reset", "toggle")

_WRITTEN = re.compile(r"\w+\s+[?&]?(?:no|inv)?(\w+)")


def refusals(reading: Reading) -> Iterator[Problem]:
    """Yield what the program refuses, as a warning in the body of a hook, which is read later."""
    for one in reading.statements:
        told = _objection(one, reading.target)
        if told is None:
            continue
        what, mend, level = told
        yield Problem("program-refuses", one.mark, what, mend, level="warning" if one.scope else level)


def _objection(one: Statement, target: str) -> tuple[Text, Text, str] | None:
    verb = one.raw.split(None, 1)[0] if one.raw.split() else ""
    if verb in _VERBS:
        return _variable(one, verb, target)
    if one.name == HIDDEN:
        what = Text("mutt and NeoMutt know no command that begins this line")
        return what, Text("correct the line, or take it out"), "error"
    if one.name in (_NEOMUTT_COMMANDS if target == "mutt" else _MUTT_COMMANDS):
        return _elsewhere(one.name)
    if one.name == "my_hdr" and not _is_header(one):
        return Text("what stands behind my_hdr is no header"), Text("write: my_hdr NAME: VALUE"), "error"
    return None


def _is_header(one: Statement) -> bool:
    name, colon, _ = one.text.partition(":")
    return (
        (bool(colon and name.strip()) and not any(char.isspace() for char in name)) or one.runs or one.expands
    )


def _variable(one: Statement, verb: str, target: str) -> tuple[Text, Text, str] | None:
    # As it is written: the reader calls some by their other name.
    found = _WRITTEN.match(one.raw) if verb == "set" and one.name != HIDDEN else None
    name = found[1] if found else one.name.rstrip("+-?").lstrip("?&")
    if name not in _ALL and name.startswith("inv"):
        name = name[3:]
    given = verb == "set" and "=" in one.raw
    if not name or (name == "all" and verb == "reset") or name.startswith(("my_", "$")) or has_hole(one.raw):
        return None
    if name not in _ALL:
        if given and name != HIDDEN:
            known = Text("mutt and NeoMutt know no variable {name}", name=name[:40])
            return known, Text("correct its name, or take the line out"), "error"
        # The word may be the end of a password with a blank: it is not repeated.
        what = Text("a word here is taken for a variable, and there is none of that name")
        return what, Text("put a value that holds blanks in quotes"), "error"
    if name in (NEOMUTT_ONLY if target == "mutt" else MUTT_ONLY):
        return _elsewhere(name)
    if name in OPENSSL_ONLY:
        what = Text("{name} is known only where the program is built with OpenSSL", name=name)
        return (
            what,
            Text("leave it if the program of this machine is ({command} -v tells)", command=target),
            "note",
        )
    if one.name.endswith(("+", "-")) and target == "mutt":
        return _elsewhere(f"{name} {one.name[-1]}=")
    if (
        given
        and one.value is not None
        and not (one.runs or one.expands)
        and not _takes(name, one.text, target)
    ):
        return Text("{name} has no such value", name=name), Text("correct the value, or take it out"), "error"
    return None


_YES_NO = frozenset(("yes", "no"))
#: What NeoMutt takes besides.
_MORE = frozenset("y n true false 1 0 on off".split())


def _takes(name: str, value: str, target: str) -> bool:
    switch = _YES_NO if target == "mutt" else _YES_NO | _MORE
    if name in SWITCHES:
        return value.lower() in switch
    if name in QUESTIONS:
        return value.lower() in _YES_NO | {"ask-yes", "ask-no"}
    return name not in NUMBERS or value.strip().lstrip("+-").isdigit()


def _elsewhere(name: str) -> tuple[Text, Text, str]:
    what = Text("of mutt and NeoMutt only the other knows {name}", name=name)
    return what, Text("leave it if that one reads the file too"), "note"
