r"""How mutt 2.2.12 and neomutt 20220429 read a muttrc: the commands and their words.

Source: the manuals of both, and what they read back with `-Q` (`tests/formats/muttrc/program.py`). The words,
with their quotes, escapes, commands and expansions, are in `muttrc_words.py`.

Three places where even single quotes are no protection, seen in both programs:

- the text behind `alias` and `my_hdr` knows no quotes at all, so a backtick always runs;
- the body of a hook is read again, by all the rules, when the hook fires;
- `source 'COMMAND|'` runs the command.

Of charsets: the bytes of the file are taken as they are, whatever the locale. With
`config_charset = 'utf-8'` they are converted to the charset of the locale: no change under C.UTF-8, but
under LANG=C every byte of `已发送` becomes a `?` (`record = '+?????????'`). So does no good, and harm.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.formats.muttrc.reader_words import Expansion, Line, Run, Word, lines
from tests.formats.muttrc.variables import VARIABLES
from tests.readers import Doubtful, Rejected

__all__ = ["Assignment", "Command", "Expansion", "Run", "Word", "read", "runs", "values"]

HOOKS = frozenset(["account-hook", "folder-hook", "send-hook", "reply-hook"])
PLAIN = frozenset(
    "alternates alternative_order auto_view hdr_order ignore lists mailboxes mime_lookup setenv source"
    " subscribe unalternates unhook unignore unlists unmailboxes unsetenv unsubscribe".split()
)
KNOWN_NOT_MODELLED = frozenset(
    "attachments bind charset-hook color crypt-hook exec fcc-hook fcc-save-hook group iconv-hook ifdef ifndef"
    " macro mbox-hook message-hook mono named-mailboxes push save-hook score send2-hook sidebar_whitelist"
    " spam subjectrx unalias uncolor unmy_hdr".split()
)
ANSWERS = {
    "boolean": {"yes", "no"},
    "quad": {"yes", "no", "ask-yes", "ask-no"},
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """One variable in a `set` or one of its kin; `value` is None unless there is a `=`."""

    action: str  # set, unset, reset, toggle
    name: str
    value: Word | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, or for `set` its assignments; for a hook also what it will do."""

    line: int
    name: str
    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    body: tuple["Command", ...] = ()


def read(text: str, program: str | None = None) -> list[Command]:
    """The commands of a muttrc in order, as `program` ("mutt" or "neomutt", or None: both) reads them.

    Raises Rejected where the program would report an error. Raises Doubtful for what it accepts in
    silence, for what the two programs read differently if no program is named, for a variable that
    is not in `mutt_variables.py`, and for commands that are not modelled.

    >>> found = values(read("set imap_user='a$b' imap_pass=\\"`pass show x`\\" nossl_force_tls # c"))
    >>> found["imap_user"].text, found["imap_pass"].parts, found["ssl_force_tls"]
    ('a$b', (Run(shell='pass show x', quoted=True),), False)
    """
    return [command for line in lines(text) for command in _commands(line, program)]


def values(commands: Iterable[Command]) -> dict[str, Word | bool]:
    """What every variable is set to in the end; True and False where it is set without a value.

    Hooks are left out. Raises Doubtful for `toggle` and `reset`.
    """
    found: dict[str, Word | bool] = {}
    for command in commands:
        for one in command.assignments:
            if one.action not in ("set", "unset"):
                raise Doubtful(command.line, f"{one.action} {one.name}")
            found[one.name] = one.value if one.value is not None else one.action == "set"
    return found


def runs(commands: Iterable[Command], *, hooks: bool = True) -> list[Run]:
    """Every command that runs when this is read; with `hooks`, also those that run when a hook fires."""
    found: list[Run] = []
    for command in commands:
        for word in [*command.words, *(one.value for one in command.assignments if one.value)]:
            found += word.runs
        if command.name == "source" and command.words[0].literal and command.words[0].text.endswith("|"):
            found.append(Run(command.words[0].text.removesuffix("|"), True))
        found += runs(command.body) if hooks else []
    return found


def _commands(line: Line, program: str | None) -> Iterator[Command]:
    line.skip_blanks()
    while line.rest and not line.rest.startswith(b"#"):
        if line.accept(b";"):
            continue
        name = line.word().text
        if name in ("set", "unset", "reset", "toggle"):
            yield Command(line.number, name, assignments=tuple(_assignments(line, name, program)))
        elif name in HOOKS:
            yield _hook(line, name, program)
        elif name in ("alias", "my_hdr"):
            yield Command(line.number, name, tuple(_address_or_header(line, name)))
        elif name in PLAIN:
            words = []
            while line.more():
                words.append(line.word())
            if not words:
                raise line.doubtful(f"{name} without a word")
            yield Command(line.number, name, tuple(words))
        elif name in KNOWN_NOT_MODELLED:
            raise line.doubtful(f"{name} is not modelled")
        else:
            raise Rejected(line.number, f"{name}: unknown command")


def _assignments(line: Line, command: str, program: str | None) -> Iterator[Assignment]:
    while line.more():
        action, prefix = command, ""
        for prefix, meaning in (
            (b"?", "query"),
            (b"no", "unset"),
            (b"inv", "toggle"),
            (b"&", "reset"),
            (b"", ""),
        ):
            if line.accept(prefix):
                action = meaning or command
                break
        if action == "query" or (prefix and command != "set"):
            raise line.doubtful(f"{prefix.decode()} is not modelled")
        name = line.word(b" \t\n\v\f\r#;=").text
        if any(mark in name for mark in "+-?"):
            raise _either(line, program, {"mutt": f"{name}: unknown variable"}, "neomutt has operators here")
        kind = "string" if name.startswith("my_") else VARIABLES.get(name)
        if not kind:
            raise line.doubtful(f"{name}: not a variable that both programs are known to have")
        value = None
        if line.rest.startswith(b"="):
            if action != "set":
                raise Rejected(line.number, f"{action} {name} with a value")
            line.accept(b"=")
            value = line.word(read_again=program != "mutt")
            _check(line, name, kind, value)
        elif action == "set" and kind not in ("boolean", "quad"):
            raise line.doubtful(f"set {name} without a value shows it, or is an error")
        elif (prefix in (b"no", b"inv") or action == "toggle") and kind not in ("boolean", "quad"):
            raise _either(line, program, {"neomutt": f"{action} for a {kind}"}, f"{action} for a {kind}")
        yield Assignment(action, name, value)


def _check(line: Line, name: str, kind: str, value: Word) -> None:
    if not value.literal:
        return
    if kind in ANSWERS and value.text.lower() not in ANSWERS[kind]:
        raise Rejected(line.number, f"{name}: one of {sorted(ANSWERS[kind])}")
    if kind == "number" and not re.fullmatch("[0-9]+", value.text):
        raise Rejected(line.number, f"{name}: a number")
    if kind == "path" and value.text[:1] in ("^", "!", "<", ">", "-", "@"):
        raise line.doubtful(f"{name}: {value.text[0]} stands for another mailbox, or for nothing")


def _hook(line: Line, name: str, program: str | None) -> Command:
    if line.rest.startswith((b"!", b"-noregex")):
        raise line.doubtful(f"{name} with ! or -noregex is not modelled")
    words = [line.word()]
    if not line.more():
        raise Rejected(line.number, f"{name}: too few arguments")
    words.append(line.word(b"#;"))
    body: list[Command] = []
    if words[1].literal:
        body = read(words[1].text, program)
    return Command(line.number, name, tuple(words), body=tuple(body))


def _address_or_header(line: Line, name: str) -> list[Word]:
    if name == "my_hdr":
        header = line.word(b"#;", quotes=False)
        if header.literal and ":" not in header.text:
            raise Rejected(line.number, "invalid header field")
        return [header]
    key = line.word()
    if not line.more():
        raise line.doubtful("alias without an address")
    return [key, line.word(b"#", quotes=False)]


def _either(line: Line, program: str | None, aloud: dict[str, str], reason: str) -> Exception:
    """Rejected if the one program that rejects this is meant, Doubtful otherwise."""
    return Rejected(line.number, aloud[program]) if program in aloud else line.doubtful(reason)
