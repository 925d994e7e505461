"""Lua, as imapfilter is set up with: where something is to be hidden.

Shown are the words of the language and of what mailgen writes, and strings behind names that hold no secret.
Source: Lua 5.1 to 5.4 Reference Manual, "Lexical Conventions".
"""

from __future__ import annotations

import re

from .secrecy import command_may_hold_secret, remark_may_hold_secret, word_may_hold_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

#: The fields of an account that hold no secret.
_FIELDS = frozenset(("server", "port", "ssl", "username"))
_SECRETS = frozenset(("password", "oauth2"))
#: What stands in code of ours and of the language.
_WORDS = frozenset(
    """local function return if then else end for do or and not true false nil options hostnames certificates
    account accounts IMAP server port ssl username password oauth2 password_of token_of first_line base64
    command status output pipe_from gsub error text letters part first second third byte bits word place
    digit math floor sub rep user starttls timeout""".split()
)
_CODE = frozenset(
    (
        "'[\\r\\n].*'", "''", "'\\\\'", "'\\\\\\\\'", "'..?.?'",
        "'='", "'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'", "'user='",
        "'\\1auth=Bearer'", "' '", "'\\1\\1'", "0", "1", "2", "3", "6", "18", "64", "256", "65536",
    )
)  # fmt: skip
_TOKEN = re.compile(
    r"""[ \t\r\f\v]+|(?P<line>\n)|(?P<comment>--(?:\[(?P<a>=*)\[.*?\](?P=a)\]|(?!\[=*\[)[^\n]*))"""
    r"""|(?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?P<rest>(?:--)?\[=*\[.*|['"].*)"""
    r"""|(?P<number>[0-9][0-9A-Za-z.]*)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"""
    r"""|(?P<mark>[][(){}=,.:;+*/%^~<>\#-])""",
    re.DOTALL,
)


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in a Lua file: all that is neither a word on the lists nor the value of one.

    >>> text = "account = IMAP {\\n  server = 'h',\\n  password = 'x',\\n}"
    >>> [text[start:end] for start, end in hidden(text, False)]
    ["'x'"]
    """
    at, last, name, called = 0, "", "", ""
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or token.lastgroup == "rest":  # nothing that Lua knows, or strings that go on
            yield at, len(text)
            return
        at, kind, said = token.end(), token.lastgroup, token.group()
        if kind == "comment":
            if own or said[2:3] == "[" or remark_may_hold_secret(said) or _commented(said):
                yield token.span()
        elif kind in ("string", "number"):
            if (said not in _CODE or name in _SECRETS) and not _shown(said, last, name, called):
                yield token.span()
        elif kind == "word":
            if said not in _WORDS:
                yield token.span()
            last = said
        elif kind == "line":
            last = name = called = ""
        elif said == "=":
            name = last
        elif said == "(":
            called = last
        elif said == ",":
            last = said
        elif kind == "mark" and said not in ")[]{}":  # what follows belongs to more than the name
            name = ""


def _shown(said: str, last: str, name: str, called: str) -> bool:
    """Say whether a value may be shown, by the name that it belongs to and the function that gets it."""
    plain = said.strip("'\"")
    if called in ("password_of", "token_of"):
        is_command = called == "password_of" or last == ","
        return not (command_may_hold_secret(plain) if is_command else word_may_hold_secret(plain))
    if called == "error":
        return not word_may_hold_secret(plain)
    return (name in _FIELDS or last == "accounts") and not called and not word_may_hold_secret(plain)


def _commented(remark: str) -> bool:
    """Say whether a comment is a setting, commented out."""
    return re.match(r"--+\s*[\w.\[\]'\"]+\s*=", remark) is not None
