"""The grammar of exim4.conf: values stand in strings that are expanded. Read back from Exim 4.96."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, plain_address, refuse_control_characters
from mailgen.model.tokens import FileName, Sender

#: What stands for itself. No underscore: each macro of Exim has one in its name, put in wherever it stands.
_BARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-@+/"


def expanded(value: str) -> str:
    r"""Write any text into a string that Exim expands, all that could mean something there by its bytes.

    Raises Unquotable for control characters. Source: the specification of Exim, 6.4 (macros) and 11.1
    (\x in expansions); read back with -be.

    >>> expanded("a$b_c@lab.example")
    'a\\x24b\\x5fc@lab.example'
    """
    refuse_control_characters(value)
    return "".join(
        char if char in _BARE else "".join(f"\\x{byte:02x}" for byte in char.encode()) for char in value
    )


def text(value: str) -> str:
    r"""Write a word: the name of a machine, or the address that a router hands mail to.

    A router reads the latter as a list, in which these would begin another thing, so that Unquotable is
    raised for blanks and for , : ; # | ! ( ) < > " and a backslash, and for an empty one.
    Source: the specification of Exim, 22.4 and 22.5.

    >>> text("o'brien+cron@lab.example")
    'o\\x27brien+cron@lab.example'
    """
    if not value or any(char in value for char in ' ,:;#|!()<>"\\'):
        raise Unquotable(
            'a word of exim4.conf holds no blank and none of , : ; # | ! ( ) < > " or a backslash'
        )
    return expanded(value)


GRAMMAR = Grammar(
    "exim",
    text,
    ("false", "true"),
    {
        FileName: lambda value: expanded(value.path),
        Sender: lambda value: expanded(plain_address(value.address)),
    },
    comments=(("\n#", "\n"),),
)
