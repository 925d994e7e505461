"""The grammar of fdm.conf. Read back from fdm 1.9."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, refuse_control_characters, shell_line, verbatim
from mailgen.model.tokens import Command, FileName, Verbatim


def text(value: str) -> str:
    r"""Write a string, in double quotes.

    The backslash escapes, `${name}` is a macro unless its dollar is escaped, and the percent sign begins a
    tag unless it is doubled. A macro for a number, `%{name}`, has no escape: Unquotable is raised for one,
    and for control characters and empty text, which fdm refuses.
    Source: fdm.conf(5), MACROS and TAGGING; what `fdm -n -vvv` printed.

    >>> text('a"b\\c'), text("${x} 5%")
    ('"a\\"b\\\\c"', '"\\${x} 5%%"')
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("fdm takes no empty text")
    if "%{" in value:
        raise Unquotable(
            "fdm fills in a macro where a percent sign stands before an opening brace, "
            "and there is no way to write both"
        )
    for char in '\\"$':
        value = value.replace(char, "\\" + char)
    return '"' + value.replace("%", "%%") + '"'


def percent_h(value: str) -> str:
    """Write a path; the home is `%h` to fdm. Raises Unquotable for a percent sign, in which it sees a date.

    >>> percent_h("~/Mail/qq")
    '"%h/Mail/qq"'
    """
    if "%" in value:
        raise Unquotable("fdm fills in dates and tags for % in a path")
    return text(value) if value[:2] != "~/" else '"%h/' + text(value[2:])[1:]


def output_of(argv: tuple[str, ...]) -> str:
    """Write a command whose output is the value: its first line, in which fdm would see tags as well.

    >>> output_of(("pass", "show", "mail/qq"))
    "$(pass show mail/qq | sed -e 's/%/%%/g' -e q)"
    """
    return f"$({shell_line(argv)} | sed -e 's/%/%%/g' -e q)"


GRAMMAR = Grammar(
    "fdm",
    text,
    ("no", "yes"),
    {
        Command: lambda value: output_of(value.argv),
        FileName: lambda value: percent_h(value.path),
        Verbatim: lambda value: verbatim(value.line),
    },
    comments=(("\n#", "\n"),),
    quotes='"',
    shown="set account pop3s imaps port user pass$( new-only no-apop keep action maildir match folder",
)
