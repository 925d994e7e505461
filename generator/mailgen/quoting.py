r"""How each grammar writes a value, so that its program reads back exactly that value.

A grammar is a set of small functions from a value to text. A function either represents the value
exactly or raises Unquotable with the reason. Templates never write quotes; `quote` is called for
every value they print (see render.py). What the programs really do was found by running them:
msmtp 1.8.23, fetchmail 6.4.37, mutt 2.2.12, neomutt 20220429, Thunderbird 153.
"""

from __future__ import annotations

import re
import shlex

from mailgen.errors import Unquotable
from mailgen.model import (
    Command,
    FileName,
    Folder,
    Label,
    Secret,
    Sender,
    ShellLine,
    Url,
    Verbatim,
)
from mailgen.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_ASCII_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9._%+@:/~-]+")


class Quoted(str):
    """Text that is already one whole token of its grammar; nothing else reaches a file."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one family of configuration files writes values.

    `text` quotes any string, `command` what stands for the output of an argv list, `label` an
    account's name, `sender` an envelope sender and `file_name` the path of a file where these differ
    from text; `folder` turns a mailbox name into what the client wants before it is quoted; `truth`
    is how false and true are written; `longest_line` is the most bytes the program reads in one
    line, without the line break, or None; `delimiters` are what may touch a value without a blank.
    """

    name: str
    text: Callable[[str], str]
    command: Callable[[tuple[str, ...]], str]
    truth: tuple[str, str]
    folder: Callable[[str], str] = str
    label: Callable[[str], str] | None = None
    sender: Callable[[str], str] | None = None
    file_name: Callable[[str], str] | None = None
    longest_line: int | None = None
    delimiters: str = ""


def quote(value: object, grammar: Grammar) -> Quoted:
    """Write `value` as one token of `grammar`.

    Takes str, int, bool, or a value object of model.py (Url, Command, ShellLine, Sender,
    Label, Folder, FileName, Secret, Verbatim).
    Raises Unquotable if the grammar cannot express it, or for None: a template asks before it prints.
    """
    if isinstance(value, Quoted):
        return value
    if isinstance(value, str):
        return Quoted(grammar.text(value))
    if isinstance(value, bool):
        return Quoted(grammar.truth[value])
    if isinstance(value, int):
        return Quoted(str(value))
    if isinstance(value, Url):
        return Quoted(grammar.text(url_text(value)))
    if isinstance(value, Command):
        return Quoted(grammar.command(value.argv))
    if isinstance(value, ShellLine):
        return Quoted(grammar.text(shell_line(value.argv)))
    if isinstance(value, Label):
        return Quoted((grammar.label or grammar.text)(value.name))
    if isinstance(value, Sender):
        return Quoted((grammar.sender or grammar.text)(value.address))
    if isinstance(value, Folder):
        return Quoted(grammar.text(grammar.folder(value.name)))
    if isinstance(value, FileName):
        return Quoted((grammar.file_name or grammar.text)(value.path))
    if isinstance(value, Secret):
        return Quoted(grammar.text(value.text))
    if isinstance(value, Verbatim):
        return Quoted(verbatim(value.line))
    if value is None:
        raise Unquotable("it is not known")
    raise TypeError(f"{type(value).__name__} has no written form in any grammar")


def refuse_control_characters(value: str) -> None:
    """Raise Unquotable if `value` holds a line break, NUL or another control character.

    Unicode categories Cc, Cs, Zl and Zp, whatever the grammar: no value may start a new line.
    """
    if value.isascii():
        found = _ASCII_CONTROL.search(value)
        code = ord(found.group()) if found else None
    else:
        import unicodedata

        refused = {"Cc", "Cs", "Zl", "Zp"}
        code = next((ord(char) for char in value if unicodedata.category(char) in refused), None)
    if code is not None:
        what = "a line break" if code in (10, 13, 0x85, 0x2028, 0x2029) else "a control character"
        raise Unquotable(f"it holds {what} (U+{code:04X})")


def url_text(url: Url) -> str:
    """Write a server's URL (RFC 3986), the login name percent-encoded.

    >>> url_text(Url("smtps", "o'brien@sohu.com", "smtp.sohu.com", 465))
    'smtps://o%27brien%40sohu.com@smtp.sohu.com:465/'
    """
    from urllib.parse import quote as percent_encode

    refuse_control_characters(url.username)
    return f"{url.scheme}://{percent_encode(url.username, safe='')}@{url.host}:{url.port}/"


def shell_line(argv: tuple[str, ...]) -> str:
    """Write an argv list as a line for /bin/sh, each argument quoted on its own.

    An argument that starts with `~/` is a path in the user's home, and the tilde stays the shell's.

    >>> shell_line(("cat", "~/my secrets/qq"))
    "cat ~/'my secrets/qq'"
    """
    for argument in argv:
        refuse_control_characters(argument)
    return " ".join(
        "~/" + shlex.quote(argument[2:]) if argument[:2] == "~/" and argument[2:] else shlex.quote(argument)
        for argument in argv
    )


def verbatim(line: str) -> str:
    """Return a line of the user's own as it is.

    Raises Unquotable for control characters other than the tab, and for a backslash at the end, which would
    swallow the next line in some clients.
    """
    refuse_control_characters(line.replace("\t", " "))
    if line.endswith("\\"):
        raise Unquotable("a line of your own ends in a backslash, which would swallow the next line")
    return line


def msmtp(value: str) -> str:
    r"""Quote an argument of an msmtp command.

    msmtp has no escapes: it takes the rest of the line and strips one pair of double quotes around
    the whole. So a pair around any text is right, whatever the text holds; plain words go without.
    Raises Unquotable for control characters and for empty text, which msmtp takes as "unset".
    Source: read back with msmtp 1.8.23 -P.

    >>> msmtp('a"b c')
    '"a"b c"'
    >>> msmtp("user@sohu.com")
    'user@sohu.com'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty, which msmtp reads as unset")
    return value if _PLAIN_WORD.fullmatch(value) else f'"{value}"'


def msmtp_label(value: str) -> str:
    """Write an account's name for msmtp: bare, because `account default : NAME` strips no quotes.

    Raises Unquotable for the colon and comma, which msmtp refuses, and for what only quotes could keep.

    >>> msmtp_label("o'brien@sohu.com")
    "o'brien@sohu.com"
    """
    refuse_control_characters(value)
    if not value or value != value.strip() or any(char in value for char in ':,"'):
        raise Unquotable('an account of msmtp has a name without blanks at its ends and without : , or "')
    return value


def msmtp_sender(value: str) -> str:
    """Write the argument of msmtp's `from`, which expands %U, %H, %C and %M and matches ?, * and [.

    There is no escape for these, so Unquotable is raised for an address that holds one.
    Source: read back with msmtp 1.8.23 -P; msmtp(1) for the patterns.

    >>> msmtp_sender("50%off@sohu.com")
    '50%off@sohu.com'
    """
    if re.search(r"%[UHCM]|[?*[]", value):
        raise Unquotable("it holds %U, %H, %C, %M, ?, * or [, which msmtp would replace or match")
    return msmtp(value)


def fetchmail(value: str) -> str:
    r"""Quote a string of a fetchmailrc.

    In double quotes, with every byte that is not plain printable ASCII, and the quote and the
    backslash, as \xHH: `\"` does not escape a quote there, and \ooo is decimal. Non-ASCII goes as
    the bytes of its UTF-8 form. Raises Unquotable for control characters and for empty text.
    Source: read back with fetchmail 6.4.37 --configdump, and by real logins.

    >>> fetchmail('a"b\\ü')
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


def fetchmail_command(argv: tuple[str, ...]) -> str:
    """Write a command of fetchmail, which puts addresses of the mail in the place of %T and %F.

    It puts them in single quotes of its own. So an argument that holds one must need no quotes of
    the shell: the two would cancel out, and whoever sends mail could run commands. Raises
    Unquotable for such an argument.
    Source: fetchmail 6.4.37, with a hostile envelope sender.
    """
    for argument in argv:
        if re.search("%[TF]", argument) and shlex.quote(argument) != argument:
            raise Unquotable("an argument that holds %T or %F may hold only letters, digits and -_=+./:,@%")
    return fetchmail(shell_line(argv))


def netrc(value: str) -> str:
    r"""Quote a word of ~/.netrc as fetchmail and msmtp read it: there are quotes, but no escapes.

    Raises Unquotable for control characters, and for a value that holds both kinds of quotes.
    Source: real logins with fetchmail 6.4.37.

    >>> netrc("o'brien@sohu.com")
    '"o\'brien@sohu.com"'
    """
    refuse_control_characters(value)
    if _PLAIN_WORD.fullmatch(value):
        return value
    for mark in ('"', "'"):
        if mark not in value:
            return f"{mark}{value}{mark}"
    raise Unquotable("it holds both kinds of quotes, which netrc cannot write")


def muttrc(value: str) -> str:
    r"""Quote a value for a muttrc command.

    Takes any text on one line and returns it in single quotes, so that mutt and neomutt read
    back exactly `value`. Double quotes will not do: inside them both programs expand `$name`
    and run `` `command` `` while they read the file, and an account name must never run a program.
    Raises Unquotable if `value` holds a line break or another control character.
    Source: read back from mutt 2.2.12 and neomutt 20220429 with -Q.

    >>> muttrc("Pat O'Brien $HOME")
    "'Pat O'\\''Brien $HOME'"
    """
    refuse_control_characters(value)
    return "'" + value.replace("'", r"'\''") + "'"


def muttrc_command(argv: tuple[str, ...]) -> str:
    r"""Write a command whose first line of output becomes the value: in backticks, in double quotes.

    mutt hands everything between the backticks to /bin/sh. A backtick would end the command, and
    a backslash is kept by mutt and dropped by neomutt, so neither can be written. neomutt puts the
    values of its own variables in the place of `$name`, even between the shell's single quotes;
    `$''` is the same to the shell and no name to neomutt.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    >>> muttrc_command(("pass", "show", "mail/Pat O'Brien"))
    '"`pass show \'mail/Pat O\'"\'"\'Brien\'`"'
    """
    line = shell_line(argv)
    for char, name in (("`", "backtick"), ("\\", "backslash")):
        if char in line:
            raise Unquotable(f"it holds a {name}, which mutt cannot pass to a command")
    # shell_line leaves no $ outside of single quotes, so '' closes and opens them again.
    return '"`' + line.replace("$", "$''") + '`"'


def prefs(value: str) -> str:
    r"""Quote a string of Thunderbird's prefs grammar, which is not JavaScript.

    In double quotes; the quote, the backslash and the control characters as \uHHHH (`\t`, `\b`
    and `\/` lose the whole pref), all else as it is. Raises Unquotable for line breaks and other
    control characters, as everywhere.
    Source: read back from Thunderbird 153 over Marionette.

    >>> prefs('a"b\\ü')
    '"a\\u0022b\\u005cü"'
    """
    refuse_control_characters(value)
    return '"' + value.replace("\\", r"\u005c").replace('"', r"\u0022") + '"'


def muttrc_file(path: str) -> str:
    """Write the path of a file for mutt, which runs a path that ends in | as a command.

    Raises Unquotable for such a path.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    >>> muttrc_file("~/.signature")
    "'~/.signature'"
    """
    if path.rstrip().endswith("|"):
        raise Unquotable("the path ends in |, and mutt would run it as a command")
    return muttrc(path)


def no_command(argv: tuple[str, ...]) -> str:
    """Refuse a command where the program can run none."""
    raise Unquotable("this program cannot run a command for it")


GRAMMARS = {
    grammar.name: grammar
    for grammar in (
        Grammar(
            "msmtp",
            msmtp,
            lambda argv: msmtp(shell_line(argv)),
            ("off", "on"),
            label=msmtp_label,
            sender=msmtp_sender,
            longest_line=499,
        ),
        Grammar("fetchmail", fetchmail, fetchmail_command, ("no", "yes")),
        Grammar(
            "muttrc",
            muttrc,
            muttrc_command,
            ("no", "yes"),
            folder=lambda name: "+" + name,
            file_name=muttrc_file,
        ),
        Grammar("prefs", prefs, no_command, ("false", "true"), delimiters="(),;"),
    )
}
