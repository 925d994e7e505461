"""The grammar of muttrc, which mutt and neomutt share. Read back from mutt 2.2.12 and neomutt 20220429."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.core.text import Text
from mailgen.formats.quoting import (
    Grammar,
    address_pattern,
    literal_pattern,
    refuse_control_characters,
    shell_line,
)
from mailgen.model.tokens import BareCommand, Command, FileName, Folder, FromPattern, PathPattern


def text(value: str) -> str:
    r"""Quote a value for a muttrc command.

    Takes any text on one line and returns it in single quotes, so that mutt and neomutt read
    back exactly `value`. Double quotes will not do: inside them both programs expand `$name`
    and run `` `command` `` while they read the file, and an account name must never run a program.
    Raises Unquotable if `value` holds a line break or another control character.
    Source: read back from mutt 2.2.12 and neomutt 20220429 with -Q.

    >>> text("Pat O'Brien $HOME")
    "'Pat O'\\''Brien $HOME'"
    """
    refuse_control_characters(value)
    return "'" + value.replace("'", r"'\''") + "'"


def command(argv: tuple[str, ...]) -> str:
    r"""Write a command whose first line of output becomes the value: in backticks, in double quotes.

    mutt hands everything between the backticks to /bin/sh. A backtick would end the command, and
    a backslash is kept by mutt and dropped by neomutt, so neither can be written. neomutt puts the
    values of its own variables in the place of `$name`, even between the shell's single quotes;
    `$''` is the same to the shell and no name to neomutt.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    >>> command(("pass", "show", "mail/Pat O'Brien"))
    '"`pass show \'mail/Pat O\'"\'"\'Brien\'`"'
    """
    line = shell_line(argv)
    for char, name in (("`", Text("backtick")), ("\\", Text("backslash"))):
        if char in line:
            raise Unquotable(Text("it holds a {name}, which mutt cannot pass to a command", name=name))
    # shell_line leaves no $ outside of single quotes, so '' closes and opens them again.
    return '"`' + line.replace("$", "$''") + '`"'


def file_name(path: str) -> str:
    """Write the path of a file for mutt, which runs a path that ends in | as a command.

    Raises Unquotable for such a path.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    >>> file_name("~/.signature")
    "'~/.signature'"
    """
    if path.rstrip().endswith("|"):
        raise Unquotable("the path ends in |, and mutt would run it as a command")
    return text(path)


def from_pattern(address: str) -> str:
    r"""Write the pattern for mail from one address, for mutt's hooks.

    mutt reads the quotes of the outer word, and then those of the expression, which would run backticks.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    """
    return text("~f " + text(address_pattern(address)))


def path_pattern(path: str) -> str:
    r"""Write the pattern for all that lies in a folder of this machine, for folder-hook.

    Only a `~` at the very start stands for the home, which mutt puts in escaped; so the start is not tied.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    >>> path_pattern("~/Mail/a.b")
    "'~/Mail/a[.]b(/|$)'"
    """
    home, rest = ("~", path[1:]) if path.startswith("~/") else ("", path)
    return text(("^" if not home else "") + home + literal_pattern(rest.rstrip("/")) + "(/|$)")


def bare_command(argv: tuple[str, ...]) -> str:
    """Write a command that mutt cuts at blanks, whatever quotes stand there, and runs without a shell.

    Raises Unquotable for a word with a blank in it, and for an empty one.
    Source: run with mutt 2.2.12 and neomutt 20220429.

    >>> bare_command(("msmtp", "-a", "home"))
    "'msmtp -a home'"
    """
    for word in argv:
        if not word or any(char.isspace() for char in word):
            raise Unquotable("a word of the command is empty or holds a blank, and mutt cuts it there")
    return text(" ".join(argv))


def folder(name: str) -> str:
    """Write the name of a mailbox below `folder`, which becomes the end of a URL.

    mutt decodes what looks percent-encoded in it, and as the name goes through it several times, `%2525`
    ends as `%` too: no writing survives. A percent sign that no two digits follow stays as it is.
    Raises Unquotable for the others.
    Source: seen in the IMAP commands of mutt 2.2.12, and in the messages of neomutt 20220429.

    >>> folder("100%")
    '+100%'
    """
    digits = "0123456789ABCDEFabcdef"
    for part in name.split("%")[1:]:
        if len(part) > 1 and part[0] in digits and part[1] in digits:
            raise Unquotable(
                Text("it holds %{code}, which the client would decode as a part of a URL", code=part[:2])
            )
    return "+" + name


GRAMMAR = Grammar(
    "muttrc",
    text,
    ("no", "yes"),
    {
        Command: lambda value: command(value.argv),
        BareCommand: lambda value: bare_command(value.argv),
        Folder: lambda value: text(folder(value.name)),
        FileName: lambda value: file_name(value.path),
        FromPattern: lambda value: from_pattern(value.address),
        PathPattern: lambda value: path_pattern(value.folder.path),
    },
    comments=(("#", "\n"),),
    quotes="\"'`",
)
