"""The grammar of alot's config. Read back from alot 0.10 and ConfigObj 5.0.8."""

from __future__ import annotations

import re

from mailgen.core.errors import Unquotable
from mailgen.formats.quoting import Grammar, in_the_home, refuse_control_characters, shell_line, verbatim
from mailgen.model.tokens import FileName, Joined, NamedAddress, PathUrl, ShellLine, Verbatim

#: What begins the name of a variable of the environment (os.path.expandvars).
_VARIABLE = re.compile(r"\$[\w{]")


def text(value: str) -> str:
    """Write a value, always between quotes, for a comma would make a list of it.

    Nothing is an escape there. Raises Unquotable for control characters, for what no kind of quotes can hold,
    for `%(`, which begins the name of another setting, and for what alot puts in itself once it has read the
    file: variables of the environment, and the home for a tilde at the start.

    >>> text("a, b"), text('Ada "A."'), text(''' it's "so" ''')
    ('"a, b"', '\\'Ada "A."\\'', '\"\"\" it\\'s "so" \"\"\"')
    """
    if value.startswith("~"):
        raise Unquotable("alot takes a tilde at the start for somebody's home")
    return quoted(value)


def quoted(value: str) -> str:
    """Write a value as `text` does; one that begins with a tilde is meant so."""
    refuse_control_characters(value)
    if "%(" in value:
        raise Unquotable("alot takes %( for the beginning of another setting's name")
    if _VARIABLE.search(value):
        raise Unquotable("alot puts a variable of the environment in for a dollar sign and a name")
    for mark in ('"', "'"):
        if mark not in value:
            return f"{mark}{value}{mark}"
    for mark in ('"""', "'''"):
        if mark not in value and not value.endswith(mark[0]) and not value.startswith(mark[0]):
            return f"{mark}{value}{mark}"
    raise Unquotable("alot has no quotes for a text that holds both kinds in this way")


def alias_list(value: Joined) -> str:
    """Write a list; one with a single part ends in a comma, and so is none.

    >>> alias_list(Joined(("a@x.example",), ", ")), alias_list(Joined((), ", "))
    ('"a@x.example",', ',')
    """
    parts = [text(part.address if isinstance(part, NamedAddress) else str(part)) for part in value.parts]
    return ", ".join(parts) + ("," if len(parts) < 2 else "")


def folder_url(value: PathUrl) -> str:
    """Write a folder of this machine as a URL, of which nothing is decoded.

    >>> folder_url(PathUrl("maildir", "~/Mail/100% it's"))
    '"maildir://~/Mail/100% it\\'s"'
    """
    if set(value.path) & set("?#"):
        raise Unquotable("alot takes ? and # for the end of a path")
    return quoted(f"{value.scheme}://{value.path}")


def sending_command(argv: tuple[str, ...]) -> str:
    """Write a program that sends, cut as a shell would and run without one; it finds out to whom by itself.

    Raises Unquotable for a path below the home among its arguments.

    >>> sending_command(("msmtp", "-a", "my home"))
    '"msmtp -a \\'my home\\' -t"'
    """
    if any(map(in_the_home, argv[1:])):
        raise Unquotable("alot runs it without a shell, so that ~ is not the home: write the whole path")
    return quoted(f"{shell_line(argv)} -t")


GRAMMAR = Grammar(
    "alot",
    text,
    ("False", "True"),
    {
        FileName: lambda value: quoted(value.path),
        PathUrl: folder_url,
        Joined: alias_list,
        ShellLine: lambda value: sending_command(value.argv),
        Verbatim: lambda value: verbatim(value.line),
    },
    delimiters="[],",
    comments=(("#", "\n"),),
    quotes="\"'",
    shown="""[] address realname aliases alias_regexp sendmail_command! sent_box draft_box sent_tags
    draft_tags replied_tags passed_tags signature signature_as_attachment signature_filename sign_by_default
    encrypt_by_default encrypt_to_self gpg_key case_sensitive_username message_id_domain""",
)
