"""The grammar of systemd's units. Judged by systemd-analyze 252."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import Command, FileName


def text(value: str) -> str:
    r"""Write a value to the right of an equals sign.

    A percent sign begins a specifier and is doubled. Raises Unquotable for control characters, for blanks at
    the ends, which are stripped, and for a backslash at the end, which takes in the next line.
    Source: systemd.syntax(7); systemd.unit(5), SPECIFIERS.

    >>> text("50% of it")
    '50%% of it'
    """
    refuse_control_characters(value)
    if value != value.strip() or not value or value.endswith("\\"):
        raise Unquotable("systemd strips blanks at the ends, and a backslash there takes in the next line")
    return value.replace("%", "%%")


def command(argv: tuple[str, ...]) -> str:
    r"""Write a command line, which systemd runs without a shell.

    Each argument stands in double quotes, the backslash and the quote escaped, and $ and % doubled.
    Raises Unquotable for a program with $ or % in its name, which systemd takes as they are.
    Source: systemd.service(5), COMMAND LINES; run with systemd-analyze 252 verify.

    >>> command(("mbsync", "-q", "a b$c"))
    '"mbsync" "-q" "a b$$c"'
    """
    if not argv or set(argv[0]) & set('$%\\"@-:+!'):
        raise Unquotable("the name of a program that systemd runs is plain")
    return " ".join(argument(word) for word in argv)


def argument(value: str) -> str:
    r"""Write an argument in a command line, also a path; `~/` at its start is the program's to understand.

    >>> argument("~/My Mail/$x")
    '"~/My Mail/$$x"'
    """
    refuse_control_characters(value)
    return '"' + value.translate(_IN_COMMANDS) + '"'


_IN_COMMANDS = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "$$", "%": "%%"})

GRAMMAR = Grammar(
    "systemd",
    text,
    ("no", "yes"),
    {Command: lambda value: command(value.argv), FileName: lambda value: argument(value.path)},
    delimiters="=",
    comments=(("\n#", "\n"), ("\n;", "\n")),
    quotes="\"'",
    shown="""[unit] [service] [timer] [install] description type execstart! execstoppost! timeoutstopsec
    onstartupsec onunitinactivesec wantedby startlimitintervalsec startlimitburst restart restartsec""",
)
