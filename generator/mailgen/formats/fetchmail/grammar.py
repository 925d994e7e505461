"""The grammar of fetchmailrc. Read back from fetchmail 6.4.37."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.quoting import Grammar, refuse_control_characters, shell_line, shell_word
from mailgen.model.tokens import Command, FileName, Filing


def text(value: str) -> str:
    r"""Quote a string of a fetchmailrc.

    In double quotes, with every byte that is not plain printable ASCII, and the quote and the
    backslash, as \xHH: `\"` does not escape a quote there, and \ooo is decimal. Non-ASCII goes as
    the bytes of its UTF-8 form. Raises Unquotable for control characters and for empty text.
    Source: read back with fetchmail 6.4.37 --configdump, and by real logins.

    >>> text('a"b\\ü')
    '"a\\x22b\\x5c\\xc3\\xbc"'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty")
    plain = (
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02x}"
        for byte in value.encode()
    )
    return '"' + "".join(plain) + '"'


#: A percent word is % and what follows. These stay as they are: fetchmail 6.4.37 was tried with all of
#: printable ASCII and replaces %T, %F and %s. Of letters only those are listed that date and printf know.
_TRIED_LETTERS = "HMSUYdhijmnux"


def _unknown_word(argument: str) -> str | None:
    """Return the first percent word that nobody has tried, or None; a % at the end is none."""
    for sign, char in zip(argument, argument[1:], strict=False):  # noqa: RUF007 (itertools is an import)
        tried = " " <= char <= "~" and (not char.isalpha() or char in _TRIED_LETTERS)
        if sign == "%" and not tried:
            return sign + char
    return None


def command(argv: tuple[str, ...]) -> str:
    r"""Write a command of fetchmail, which puts addresses of the mail in the place of %T, %F and %s.

    It puts them in single quotes of its own. So an argument that holds one must need no quotes of
    the shell: the two would cancel out, and whoever sends mail could run commands. Raises
    Unquotable for such an argument, and for one with a percent word that nobody has tried.
    Source: fetchmail 6.4.37, with a hostile envelope sender; %s is not in its manual.

    >>> command(("procmail", "-a", "%s", "it is %d"))
    '"procmail -a %s \'it is %d\'"'
    """
    for argument in argv:
        if (found := _unknown_word(argument)) and shell_word(argument) != argument:
            raise Unquotable(
                Text(
                    "an argument that holds {found}, which fetchmail may replace, may hold only letters,"
                    " digits and -_=+./:,@%",
                    found=found,
                )
            )
    return text(shell_line(argv))


def filing_line(value: Filing) -> str:
    r"""Write a program with the folder into which it files each message that comes, as a shell runs it.

    To that `~/` is the home. Behind each % stand empty quotes, which mean nothing to the shell: fetchmail
    would put an address in the place of %T, %F and %s, and knows no escape.
    Source: fetchmail 6.4.37, with mail filed in such folders.

    >>> filing_line(Filing("mdeliver", FileName("~/100%Fun mail")))
    "mdeliver ~/'100%''Fun mail'"
    """
    return shell_line((value.program, value.folder.path)).replace("%", "%''")


def whole_path(path: str) -> str:
    """Write the path of a file, which fetchmail takes as it is.

    Raises Unquotable for one below the home: fetchmail would look for a folder that is called ~.
    Source: fetchmail 6.4.37, sslcertfile.
    """
    if path.startswith("~/"):
        raise Unquotable("fetchmail knows no ~; give the whole path")
    return text(path)


GRAMMAR = Grammar(
    "fetchmail",
    text,
    ("no", "yes"),
    {
        Command: lambda value: command(value.argv),
        Filing: lambda value: text(filing_line(value)),
        FileName: lambda value: whole_path(value.path),
    },
    comments=(("#", "\n"),),
    quotes="\"'",
)
