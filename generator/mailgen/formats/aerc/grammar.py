"""The grammar of accounts.conf. Read back from aerc 0.14.0 and 0.20.0."""

from __future__ import annotations

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import (
    Grammar,
    in_the_home,
    named_address,
    percent_encoded,
    refuse_control_characters,
    shell_line,
    verbatim,
)
from mailgen.model.tokens import Command, Folder, Joined, Label, NamedAddress, PathUrl, ShellLine, Verbatim

#: With these a value ends in a remark, is taken out of its quotes, or goes on in the next line.
_SPECIAL = "#;`\"'\\"


def text(value: str) -> str:
    r"""Write a value: bare, or between backticks where something in it would be no text.

    The backtick that ends it is the last of the line, so that others may stand in it. Raises Unquotable for
    control characters, for empty text, and for `%(`, which puts in another setting's value.
    Source: go-ini 1.63 and 1.67, parser.go and key.go; what aerc logged of itself.

    >>> text("a b"), text('"Ada, L" <a@x>'), text("x # y"), text("a`b")
    ('a b', '`"Ada, L" <a@x>`', '`x # y`', '`a`b`')
    """
    refuse_control_characters(value)
    if not value:
        raise Unquotable("it is empty, which is no value to aerc")
    if "%(" in value:
        raise Unquotable("aerc takes %( for the beginning of another setting's name")
    plain = value == value.strip() and not set(value) & set(_SPECIAL)
    return value if plain else f"`{value}`"


def account_name(value: str) -> str:
    """Write the name of an account between the brackets that its template has.

    Raises Unquotable for DEFAULT, which is no account, and for blanks at the ends.

    >>> account_name("ada@sohu.com")
    'ada@sohu.com'
    """
    refuse_control_characters(value)
    if not value or value != value.strip():
        raise Unquotable("the name of an account has no blanks at its ends")
    if value == "DEFAULT":
        raise Unquotable("DEFAULT is no account to aerc")
    return value


def folder(name: str) -> str:
    """Write the name of a mailbox; Unquotable for one with a comma, where new versions cut a list."""
    if "," in name:
        raise Unquotable("aerc takes a comma for the end of a mailbox's name")
    return text(name)


def path_url(value: PathUrl) -> str:
    """Write a folder of this machine as a URL; what lies in the home has ~ for its host.

    >>> path_url(PathUrl("maildir", "~/Mail/it's work")), path_url(PathUrl("maildir", "/srv/m?x"))
    ('maildir://~/Mail/it%27s%20work', 'maildir:///srv/m%3Fx')
    """
    refuse_control_characters(value.path)
    start = "~" if value.path.startswith("~/") else ""
    steps = value.path[len(start) :].split("/")
    return text(f"{value.scheme}://{start}" + "/".join(map(percent_encoded, steps)))


def addresses(value: Joined) -> str:
    """Write a list of addresses with their names; a comma in a name stands in quotes (RFC 5322).

    >>> addresses(Joined((NamedAddress("a@x.example", "A, B"), NamedAddress("c@x.example")), ", "))
    '`"A, B" <a@x.example>, c@x.example`'
    """
    return text(
        value.separator.join(
            named_address(part) if isinstance(part, NamedAddress) else str(part) for part in value.parts
        )
    )


def command(argv: tuple[str, ...]) -> str:
    """Write a command that aerc hands to sh.

    >>> command(("pass", "show", "a b"))
    "`pass show 'a b'`"
    """
    return text(shell_line(argv))


def program(argv: tuple[str, ...]) -> str:
    """Write a program that sends: the path of a URL, which is decoded, and then cut as a shell would.

    Raises Unquotable for a path below the home, for no shell runs it, and for a colon in its name, where
    a URL would have a scheme.

    >>> program(("msmtp", "-a", "100% x")), program(("/usr/bin/msmtp", "-a", "home"))
    ("`msmtp -a '100%25 x'`", '/usr/bin/msmtp -a home')
    """
    if any(map(in_the_home, argv)):
        raise Unquotable("aerc runs it without a shell, so that ~ is not the home: write the whole path")
    if ":" in argv[0]:
        raise Unquotable("aerc takes a colon in the name of a program for the end of a URL's scheme")
    line = shell_line(argv)
    return text("".join(percent_encoded(char) if char in "%?#" else char for char in line))


GRAMMAR = Grammar(
    "aerc",
    text,
    ("false", "true"),
    {
        Label: lambda value: account_name(value.name),
        Folder: lambda value: folder(value.name),
        PathUrl: path_url,
        Joined: addresses,
        Command: lambda value: command(value.argv),
        ShellLine: lambda value: program(value.argv),
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="[]",
    comments=(("\n#", "\n"), ("\n;", "\n")),
    quotes="`",
    nests=".",
    shown="""[] source outgoing source-cred-cmd! outgoing-cred-cmd! outgoing-cred-cmd-cache smtp-starttls
    smtp-domain from aliases copy-to copy-to-replied postpone archive default folders folders-exclude
    folders-sort enable-folders-sort check-mail check-mail-cmd! check-mail-timeout check-mail-include
    check-mail-exclude signature-file signature-cmd! address-book-cmd! cache-headers cache-max-age
    connection-timeout keepalive-period keepalive-probes keepalive-interval idle-timeout idle-debounce
    send-as-utc send-with-hostname pgp-key-id pgp-auto-sign pgp-attach-key pgp-opportunistic-encrypt
    pgp-error-level trusted-authres subject-re-pattern headers headers-exclude folder-map query-map
    maildir-store exclude-tags strip-bcc use-envelope-from original-to-header""",
)
