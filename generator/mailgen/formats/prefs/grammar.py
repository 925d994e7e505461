"""The grammar of Thunderbird's prefs files. Read back from Thunderbird 153."""

from __future__ import annotations

from mailgen.formats.quoting import Grammar, refuse_control_characters
from mailgen.model.tokens import FileName, Folder, Url


def text(value: str) -> str:
    r"""Quote a string of Thunderbird's prefs grammar, which is not JavaScript.

    In double quotes; the quote, the backslash and the control characters as \uHHHH (`\t`, `\b`
    and `\/` lose the whole pref), all else as it is. Raises Unquotable for line breaks and other
    control characters, as everywhere.
    Source: read back from Thunderbird 153 over Marionette.

    >>> text('a"b\\ü')
    '"a\\u0022b\\u005cü"'
    """
    refuse_control_characters(value)
    return '"' + value.replace("\\", r"\u005c").replace('"', r"\u0022") + '"'


def relative_path(path: str) -> str:
    r"""Write the path of a file: below the home as a pref that ends in -rel has it.

    Source: nsIRelativeFilePref, and Thunderbird 153, asked for an identity's signature.

    >>> relative_path("~/.signature"), relative_path("/etc/signature")
    ('"[Home].signature"', '"/etc/signature"')
    """
    return text(HOME + path[2:] if path.startswith("~/") else path)


def mailbox_uri(url: Url) -> str:
    r"""Write the mailbox of a server as Thunderbird calls it, whatever the port and the form of TLS.

    The name of the mailbox is as the server has it (modified UTF-7), and nothing in it is percent-encoded.
    Source: Thunderbird 153, asked for the URIs of its folders.

    >>> mailbox_uri(Url("imaps", "ada@qq.com", "imap.qq.com", 993, "Sent Messages"))
    '"imap://ada%40qq.com@imap.qq.com/Sent Messages"'
    >>> mailbox_uri(Url("imap", "o'b+x", "imap.lab.example", 143, "R&D/\u5df2\u53d1\u9001"))
    '"imap://o%27b%2Bx@imap.lab.example/R&-D/&XfJT0ZAB-"'
    """
    refuse_control_characters(url.username)
    login = "".join(char if char in _ALPHAS else _encoded(char) for char in url.username)
    return text(f"imap://{login}@{url.host}/{Folder(url.path).utf7.name}")


def _encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


#: What Thunderbird leaves as it is in a login name (ESCAPE_XALPHAS of nsEscape.cpp).
_ALPHAS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._"
#: What stands for the home in a pref that ends in -rel.
HOME = "[Home]"
GRAMMAR = Grammar(
    "prefs",
    text,
    ("false", "true"),
    {FileName: lambda value: relative_path(value.path), Url: mailbox_uri},
    delimiters="(),;",
    comments=(("//", "\n"), ("#", "\n"), ("/*", "*/")),
    quotes="\"'",
)
