"""The grammar of mbsyncrc. Read back from mbsync 1.4.4."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, is_plain_word, refuse_control_characters, shell_line, verbatim
from mailgen.model.tokens import AllBut, Command, StoreRef, Verbatim


def text(value: str) -> str:
    r"""Quote an argument of an mbsync keyword.

    In double quotes, with the quote and the backslash escaped; plain words go without. Raises Unquotable for
    control characters, and for empty text: most keywords take it for no argument.
    Source: mbsync(1), CONFIGURATION; logins with mbsync 1.4.4.

    >>> text('a"b\\ c')
    '"a\\"b\\\\ c"'
    >>> text("user@sohu.com")
    'user@sohu.com'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty, which mbsync reads as no argument")
    if is_plain_word(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def command(argv: tuple[str, ...]) -> str:
    """Write a command, which mbsync hands to /bin/sh and whose one line of output it takes.

    A line that began with + would be another one, without it (mbsync(1), UserCmd), so Unquotable is raised.

    >>> command(("pass", "show", "mail/Pat O'Brien"))
    '"pass show \\'mail/Pat O\\'\\\\"\\'\\\\"\\'Brien\\'"'
    """
    line = shell_line(argv)
    if line.startswith("+"):
        raise Unquotable("a command that begins with + means something else to mbsync")
    return text(line)


def store(value: StoreRef) -> str:
    """Write a mailbox of a store, `:store:box`; without a box all of the store.

    Raises Unquotable for a store with a colon in its name, which would end there.

    >>> from mailgen.model.tokens import Folder
    >>> store(StoreRef("ada-far", Folder("Sent Messages"))), store(StoreRef("ada-near"))
    ('":ada-far:Sent Messages"', ':ada-near:')
    """
    if ":" in value.store:
        raise Unquotable("the name of a store holds no colon")
    return text(f":{value.store}:{value.box.name if value.box else ''}")


def all_but_one(box: str) -> str:
    """Write a pattern that leaves one mailbox out (mbsync(1), Patterns).

    Raises Unquotable for a name with * or %, which match anything there and cannot be escaped.

    >>> all_but_one("Sent Messages")
    '"!Sent Messages"'
    """
    if set(box) & set("*%"):
        raise Unquotable("mbsync takes * and % in the name of a mailbox for a pattern")
    return text(f"!{box}")


def own_line(line: str) -> str:
    """Return a line of the user's own; Unquotable for an empty one, which would end the section."""
    if not line.strip():
        raise Unquotable("a line of your own is empty, and would end the section of the account")
    return verbatim(line)


GRAMMAR = Grammar(
    "mbsync",
    text,
    ("no", "yes"),
    {
        Command: lambda value: command(value.argv),
        StoreRef: store,
        AllBut: lambda value: all_but_one(value.box.name),
        Verbatim: lambda value: own_line(value.line),
    },
    longest_line=1021,
    comments=(("\n#", "\n"),),
    quotes='"',
    shown="""imapaccount imapstore maildirstore channel group account host port user usercmd! passcmd! tunnel!
    usekeychain ssltype tlstype sslversions tlsversions certificatefile systemcertificates
    clientcertificate clientkey cipherstring authmechs timeout pipelinedepth disableextension
    disableextensions usenamespace pathdelimiter subscribedonly mapinbox path inbox subfolders altmap
    flatten trash trashnewonly trashremotenew maxsize infodelimiter fielddelimiter buffersize fsync far
    near master slave pattern patterns create remove expunge sync copyarrivaldate syncstate channels""",
)
