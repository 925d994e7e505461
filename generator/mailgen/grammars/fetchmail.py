"""The grammar of fetchmailrc. Read back from fetchmail 6.4.37."""

from __future__ import annotations

import re
import shlex

from mailgen.errors import Unquotable
from mailgen.quoting import Grammar, refuse_control_characters, shell_line


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


def command(argv: tuple[str, ...]) -> str:
    """Write a command of fetchmail, which puts addresses of the mail in the place of %T and %F.

    It puts them in single quotes of its own. So an argument that holds one must need no quotes of
    the shell: the two would cancel out, and whoever sends mail could run commands. Raises
    Unquotable for such an argument.
    Source: fetchmail 6.4.37, with a hostile envelope sender.
    """
    for argument in argv:
        if re.search("%[TF]", argument) and shlex.quote(argument) != argument:
            raise Unquotable("an argument that holds %T or %F may hold only letters, digits and -_=+./:,@%")
    return text(shell_line(argv))


GRAMMAR = Grammar("fetchmail", text, command, ("no", "yes"))
