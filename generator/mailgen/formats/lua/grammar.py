"""The grammar of a configuration in Lua. Read back from IMAPFilter 2.8.1, which has Lua 5.2."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters, shell_line, verbatim
from mailgen.model.tokens import Atom, Command, Secret, Verbatim


def text(value: str) -> str:
    r"""Write a string, in single quotes and in ASCII.

    The backslash and the quote are escaped; what is beyond ASCII is written by the numbers of its bytes,
    three digits each, which every Lua reads alike in any locale. Raises Unquotable for control characters.
    Source: Lua 5.1 to 5.4 Reference Manual, "Lexical Conventions"; read back from IMAPFilter 2.8.1.

    >>> text("it's a \\ ü1"), text('a"b')
    ("'it\\'s a \\\\ \\195\\1881'", '\'a"b\'')
    """
    refuse_control_characters(value)
    return "'" + "".join(map(_char, value)) + "'"


def _char(char: str) -> str:
    if char.isascii():
        return "\\" + char if char in "\\'" else char
    return "".join(f"\\{byte:03}" for byte in char.encode())


def quoted_on_the_wire(value: str) -> str:
    r"""Write a login name that the program puts between quotes for the server, and escapes nothing in.

    So what the server would take for the end of it, or for an escape, is escaped here (RFC 3501, section 9,
    quoted). Source: request.c of IMAPFilter 2.8.1; read by a server.

    >>> quoted_on_the_wire('a"b\\c')
    '\'a\\\\"b\\\\\\\\c\''
    """
    return text(value.replace("\\", "\\\\").replace('"', '\\"'))


def password(value: str) -> str:
    r"""Write a password. The program escapes the quotes in one, and no backslash: that is done here.

    Source: account.lua of IMAPFilter 2.8.1; read by a server.

    >>> password('a"b\\c')
    '\'a"b\\\\\\\\c\''
    """
    return text(value.replace("\\", "\\\\"))


GRAMMAR = Grammar(
    "lua",
    text,
    ("false", "true"),
    {
        Atom: lambda value: quoted_on_the_wire(value.name),
        Command: lambda value: text(shell_line(value.argv)),
        Secret: lambda value: password(value.text),
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="=,(){}",
    comments=(("--", "\n"),),
    quotes="'\"",
)
