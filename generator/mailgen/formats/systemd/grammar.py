"""The grammar of systemd's units. Judged by systemd-analyze 252."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import Command


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
    for argument in argv:
        refuse_control_characters(argument)
    if not argv or set(argv[0]) & set('$%\\"@-:+!'):
        raise Unquotable("the name of a program that systemd runs is plain")
    return " ".join('"' + argument.translate(_IN_COMMANDS) + '"' for argument in argv)


_IN_COMMANDS = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "$$", "%": "%%"})

GRAMMAR = Grammar(
    "systemd",
    text,
    ("no", "yes"),
    {Command: lambda value: command(value.argv)},
    delimiters="=",
    comments=(("\n#", "\n"), ("\n;", "\n")),
    quotes="\"'",
    shown="""[unit] [service] [timer] [install] description type execstart! execstoppost! timeoutstopsec
    onstartupsec onunitinactivesec wantedby""",
)
