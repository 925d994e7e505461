"""The grammar of notmuch's configuration. Read back from notmuch 0.37."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, literal_pattern, refuse_control_characters, verbatim
from mailgen.model.tokens import FileName, Joined, MailboxPath, Verbatim


def text(value: str) -> str:
    r"""Write a value to the right of an equals sign; in lists a semicolon ends each.

    GLib reads a backslash as the beginning of an escape, so it is doubled. Raises Unquotable for control
    characters; for a semicolon, where notmuch cuts any value in two, and keeps the backslash of one that is
    escaped; and for blanks at the ends, which it strips however they are written.
    Source: GLib, Key-value file parser; what `notmuch config get` printed.

    >>> text("Ada \\ Lovelace #1")
    'Ada \\\\ Lovelace #1'
    """
    refuse_control_characters(value)
    if ";" in value:
        raise Unquotable("notmuch takes a semicolon for the end of a value")
    if not value or value != value.strip():
        raise Unquotable("notmuch strips blanks at the ends, and takes an empty value for none")
    return value.replace("\\", "\\\\")


def below_home(value: str) -> str:
    """Write a path: what does not begin with a slash is taken from the home, and ~ means nothing.

    >>> below_home("~/Mail"), below_home("/srv/mail")
    ('Mail', '/srv/mail')
    """
    return text(value.removeprefix("~/").lstrip("/") if value.startswith("~/") else value)


def mailbox(value: str) -> str:
    """Write a mailbox, by its path below the folder of all mail, as something to be left out.

    Between slashes stands a regular expression for such paths (notmuch-config(1), new.ignore).

    >>> mailbox("ada/Trash"), mailbox("a.b/Junk")
    ('/^ada/Trash$/', '/^a[.]b/Junk$/')
    """
    return text(f"/^{literal_pattern(value)}$/")


def several(value: Joined) -> str:
    """Write a list, each of whose parts ends in a semicolon; of none nothing.

    >>> several(Joined(("a@sohu.com", MailboxPath("ada/Junk")), ";")), several(Joined((), ";"))
    ('a@sohu.com;/^ada/Junk$/;', '')
    """
    return "".join(
        (mailbox(part.path) if isinstance(part, MailboxPath) else text(str(part))) + ";"
        for part in value.parts
    )


GRAMMAR = Grammar(
    "notmuch",
    text,
    ("false", "true"),
    {
        FileName: lambda value: below_home(value.path),
        Joined: several,
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="=;",
    comments=(("\n#", "\n"),),
    shown="""[database] [user] [new] [search] [maildir] [index] [show] path name primary_email other_email
    tags ignore exclude_tags synchronize_flags mail_root hook_dir backup_dir decrypt extra_headers""",
)
