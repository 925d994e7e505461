"""The grammar of offlineimaprc. Read back from OfflineIMAP 8.0.0."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.getmail.grammar import holds_variable, shellless
from mailgen.formats.quoting import Grammar, refuse_control_characters, verbatim
from mailgen.model.tokens import Atom, Command, FileName, Folder, Verbatim


def text(value: str) -> str:
    """Write a value, which is all that stands behind the equals sign.

    There are no quotes; a percent sign begins the name of another setting and is doubled (ConfigParser).
    Raises Unquotable for control characters, for blanks at the ends, which are cut off, and for empty text.

    >>> text('50% "of" it # $HOME')
    '50%% "of" it # $HOME'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty")
    if value != value.strip():
        raise Unquotable("OfflineIMAP cuts blanks off at the ends")
    return value.replace("%", "%%")


def place(name: str) -> str:
    """Write the path of a file or folder, in which OfflineIMAP fills in variables of the environment.

    `~/` at its start is the home. Raises Unquotable for a variable: there is no way to write its dollar sign.

    >>> place("~/Mail/50$")
    '~/Mail/50$'
    """
    if holds_variable(name):
        raise Unquotable("OfflineIMAP takes a dollar sign and a name in a path for a variable")
    return text(name)


def atom_login(name: str) -> str:
    r"""Write a login name that goes to the server as it stands, with the LOGIN command.

    Raises Unquotable for what is no atom there (RFC 3501, section 9, ASTRING-CHAR).

    >>> atom_login("o'brien+tag@sohu.com")
    "o'brien+tag@sohu.com"
    """
    if not name.isascii() or set(name) & set('"\\(){%* '):
        why = "OfflineIMAP sends it over IMAP without quotes, where it would be read as something else"
        raise Unquotable(why)
    return text(name)


def literal(value: str) -> str:
    r"""Write a text within an expression of Python's, in ASCII.

    >>> literal("[Gmail]/50% 中")
    "'[Gmail]/50%% \\u4e2d'"
    """
    refuse_control_characters(value)
    return ascii(str(value)).replace("%", "%%")


def first_line(argv: tuple[str, ...]) -> str:
    """Write a command as an expression of Python's for the first line that it prints.

    >>> first_line(("pass", "show", "x"))
    "__import__('subprocess').check_output(('pass', 'show', 'x'), text=True).split('\\\\n')[0]"
    """
    words = ascii(shellless(argv)).replace("%", "%%")
    return rf"__import__('subprocess').check_output({words}, text=True).split('\n')[0]"


def unindented(line: str) -> str:
    """Return a line of the user's own, without blanks at its start: it would go on with the line above."""
    return verbatim(line).lstrip()


GRAMMAR = Grammar(
    "offlineimap",
    text,
    ("no", "yes"),
    {
        Atom: lambda value: atom_login(value.name),
        Command: lambda value: first_line(value.argv),
        FileName: lambda value: place(value.path),
        Folder: lambda value: literal(value.name),
        Verbatim: lambda value: unindented(value.line),
    },
    delimiters=":,",
    comments=(("\n#", "\n"), ("\n;", "\n")),
    shown="""[] accounts metadata maxsyncaccounts ui ignore-readonly socktimeout fsync localrepository
    remoterepository autorefresh quick type localfolders sep startdate sync_deletes restoreatime
    utime_from_header filename_use_mail_timestamp maxage maxsize remotehost remoteport remoteuser
    remotepasseval! oauth2_access_token_eval! auth_mechanisms ssl starttls sslcacertfile sslclientcert
    sslclientkey cert_fingerprint ssl_version tls_level remotepassfile remote_identity reference idlefolders
    usecompression maxconnections holdconnectionopen keepalive expunge subscribedonly createfolders readonly
    folderfilter nametrans folderincludes foldersort ipv6 utf8foldernames retrycount""",
)
