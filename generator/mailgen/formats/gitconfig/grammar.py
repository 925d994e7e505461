"""The grammar of git's configuration. Read back from git 2.39.5."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import (
    Grammar,
    is_plain_word,
    refuse_control_characters,
    shell_line,
    url_text,
    verbatim,
)
from mailgen.model.tokens import Command, Label, ShellLine, Url, Verbatim


def text(value: str) -> str:
    r"""Write a value; in double quotes, with the quote and the backslash escaped, unless it is a plain word.

    Raises Unquotable for control characters.
    Source: git-config(1), SYNTAX; what `git config --list` printed.

    >>> text('a"b\\c # d'), text("imap.sohu.com")
    ('"a\\"b\\\\c # d"', 'imap.sohu.com')
    """
    refuse_control_characters(value)
    if is_plain_word(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def subsection(value: str) -> str:
    """Write the name of a part of a section, which always stands in quotes.

    >>> subsection("my home")
    '"my home"'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("a part of a section has a name")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def helper(argv: tuple[str, ...]) -> str:
    """Write a helper for credentials that has the password from a command, and keeps none.

    git runs it in a shell, with what it is to do behind it, and hands to it what it knows. It says
    `password=` and the first line of the command's output; where there is none it says nothing, and git asks.
    Source: gitcredentials(7), CUSTOM HELPERS; git-credential(1).

    >>> print(helper(("pass", "show", "a b")))
    "!f() { test $1 = get && pass show 'a b' </dev/null | sed -e 's/^/=/' -e 's/^/password/' -e q; }; f"
    """
    line = shell_line(argv)
    return text(
        f"!f() {{ test $1 = get && {line} </dev/null | sed -e 's/^/=/' -e 's/^/password/' -e q; }}; f"
    )


GRAMMAR = Grammar(
    "gitconfig",
    text,
    ("false", "true"),
    {
        Label: lambda value: subsection(value.name),
        Url: lambda value: subsection(url_text(value).rstrip("/")),
        Command: lambda value: helper(value.argv),
        ShellLine: lambda value: text(shell_line(value.argv)),
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="]",
    comments=(("#", "\n"), (";", "\n")),
    quotes='"',
    shown="""[] identity from envelopesender smtpserver smtpserverport smtpencryption smtpuser smtpsslcertpath
    smtpdomain smtpauth smtpbatchsize smtprelogindelay sendmailcmd! helper! username to cc suppresscc confirm
    chainreplyto thread signedoffbycc aliasesfile aliasfiletype annotate""",
)
