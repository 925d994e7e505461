"""The grammar of getmailrc. Read back from getmail 6.18.11 and 6.20.02."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, in_the_home, refuse_control_characters, shell_line
from mailgen.model.tokens import Atom, Command, FileName

_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"


def text(value: str) -> str:
    """Write a value, which is all that stands behind the equals sign.

    There are no quotes, no escapes, and neither % nor # means anything (RawConfigParser). Raises
    Unquotable for control characters, for blanks at the ends, which are cut off, and for empty text.

    >>> text('50% "of" it # $HOME')
    '50% "of" it # $HOME'
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty")
    if value != value.strip():
        raise Unquotable("getmail cuts blanks off at the ends")
    return value


def path(name: str) -> str:
    """Write the path of a file or folder, in which getmail fills in the variables of the environment.

    `~/` at its start is the home. Raises Unquotable for a variable: there is no way to write its dollar sign.

    >>> path("~/Mail/50$/INBOX/")
    '~/Mail/50$/INBOX/'
    """
    if holds_variable(name):
        raise Unquotable("getmail takes a dollar sign and a name in a path for a variable")
    return text(name)


def holds_variable(path: str) -> bool:
    """Say whether Python would put a variable of the environment into a path (os.path.expandvars).

    >>> holds_variable("~/50$/x"), holds_variable("~/$x"), holds_variable("/srv/${x}")
    (False, True, True)
    """
    return any(
        char == "$" and path[place + 1 : place + 2] in (*_WORD, "{") for place, char in enumerate(path)
    )


def login(name: str) -> str:
    r"""Write a login name that goes to an IMAP server as it stands.

    Raises Unquotable for what is no atom there: blanks, quotes, backslashes, ( ) { % *, letters beyond ASCII.
    Source: RFC 3501, section 9, ASTRING-CHAR; logins with getmail 6.18.11.

    >>> login("o'brien+tag@sohu.com")
    "o'brien+tag@sohu.com"
    """
    if not name.isascii() or set(name) & set('"\\(){%* '):
        raise Unquotable(
            "getmail sends it over IMAP without quotes, where it would be read as something else"
        )
    return text(name)


def word_tuple(argv: tuple[str, ...]) -> str:
    """Write a command, which getmail runs without a shell, as a tuple of Python's.

    >>> word_tuple(("pass", "show", "Pat O'Brien"))
    '(\\'pass\\', \\'show\\', "Pat O\\'Brien")'
    """
    return ascii(shellless(argv))


def shellless(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command for a program that starts it without a shell.

    A shell is named where a path begins with the user's home, which only a shell knows.

    >>> shellless(("cat", "~/x"))
    ('sh', '-c', 'cat ~/x')
    """
    if any(map(in_the_home, argv)):
        argv = ("sh", "-c", shell_line(argv))
    for argument in argv:
        refuse_control_characters(argument)
    return tuple(map(str, argv))


GRAMMAR = Grammar(
    "getmail",
    text,
    ("false", "true"),
    {
        Command: lambda value: word_tuple(value.argv),
        FileName: lambda value: path(value.path),
        Atom: lambda value: login(value.name),
    },
    comments=(("\n#", "\n"), ("\n;", "\n")),
    shown="""[retriever] [destination] [options] type server port username password_command! use_xoauth2
    ca_certs imap_id_extension mailboxes use_peek use_apop timeout keyfile certfile ssl_version
    ssl_ciphers ssl_fingerprints ssl_cert_hostname delete_dup_msgids move_on_delete record_mailbox
    use_cram_md5 use_kerberos imap_search imap_on_delete path read_all delete delete_after
    delete_bigger_than max_message_size max_messages_per_session max_bytes_per_session
    delivered_to received message_log message_log_verbose message_log_syslog verbose fingerprint
    use_netrc netrc_file skip_imap_fetch_size to_oldmail_on_each_mail only_oldmail_file mark_read
    uid_cache""",
)
