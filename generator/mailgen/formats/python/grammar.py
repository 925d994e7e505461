"""The grammar of values in a module for Python: literals of ASCII. Read back by Python itself."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, in_the_home, named_address, refuse_control_characters, verbatim
from mailgen.model.tokens import Command, FileName, NamedAddress, Verbatim


def text(value: str) -> str:
    r"""Write text as a literal, what is beyond ASCII by its number.

    Raises Unquotable for control characters.
    Source: The Python Language Reference, String and Bytes literals.

    >>> text("o'brien@sohu.com"), text('"a\\b" ü')
    ('"o\'brien@sohu.com"', '\'"a\\\\b" \\xfc\'')
    """
    refuse_control_characters(value)
    return ascii(str(value))


def expanded_path(value: str) -> str:
    """Write a path, in which the home is looked up.

    >>> expanded_path("/etc/ca.pem"), expanded_path("~/ca.pem")
    ("'/etc/ca.pem'", "os.path.expanduser('~/ca.pem')")
    """
    return f"os.path.expanduser({text(value)})" if value.startswith("~/") else text(value)


def arguments(argv: tuple[str, ...]) -> str:
    """Write a command as a list of its words: no shell reads them.

    >>> arguments(("cat", "~/my secrets/qq"))
    "['cat', os.path.expanduser('~/my secrets/qq')]"
    """
    words = (expanded_path(word) if in_the_home(word) else text(word) for word in argv)
    return f"[{', '.join(words)}]"


GRAMMAR = Grammar(
    "python",
    text,
    ("False", "True"),
    {
        Command: lambda value: arguments(value.argv),
        FileName: lambda value: expanded_path(value.path),
        NamedAddress: lambda value: text(named_address(value)),
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="(),",
    comments=(("#", "\n"),),
    quotes="\"'",
)
