"""Ways to a secret, as the command line names them. The secret itself never passes through here."""

from __future__ import annotations

import shlex

from mailgen.errors import UsageError
from mailgen.model import Command, Credential

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.model import Address

#: What providers.credentials.kind is called before people.
KINDS = {
    "login-password": {"en": "the password of its web site", "zh": "网页登录密码"},
    "app-password": {"en": "an app password, not the login password", "zh": "应用专用密码,而非登录密码"},
    "authorisation-code": {
        "en": "an authorisation code (授权码), not the login password",
        "zh": "授权码,而非登录密码",
    },
    "client-password": {
        "en": "a separate password for mail programs, not the login password",
        "zh": "客户端专用密码,而非登录密码",
    },
    "oauth2-only": {"en": "OAuth2; no password works", "zh": "OAuth2 登录,任何密码均无效"},
    "unknown": {"en": "a password", "zh": "密码"},
}

#: Shortcut -> the command that prints the secret, and the one that stores it once.
SHORTCUTS = {
    "pass_": (["pass", "show", "mail/{address}"], ["pass", "insert", "mail/{address}"]),
    "secret_tool": (
        ["secret-tool", "lookup", "service", "mail", "user", "{address}"],
        ["secret-tool", "store", "--label=mail {address}", "service", "mail", "user", "{address}"],
    ),
    "keychain": (
        ["security", "find-generic-password", "-s", "mail", "-a", "{address}", "-w"],
        ["security", "add-generic-password", "-s", "mail", "-a", "{address}", "-w"],
    ),
}


def credential_for(arguments: argparse.Namespace, address: Address) -> tuple[Credential, str | None]:
    """Return the credential that the options ask for, and a shell line that stores the secret, or None."""
    for shortcut, (show, store) in SHORTCUTS.items():
        if getattr(arguments, shortcut):
            return (
                Credential("command", Command(filled(show, address))),
                shlex.join(filled(store, address)),
            )
    if arguments.password_command:
        command = command_from(arguments.password_command, "--password-command")
        return Credential("command", Command(filled(list(command.argv), address))), None
    if arguments.token_command:
        command = command_from(arguments.token_command, "--token-command")
        return Credential("token", Command(filled(list(command.argv), address))), None
    return Credential(), None


def filled(argv: list[str], address: Address) -> tuple[str, ...]:
    """Put the address into each argument of a command, after it was split: a value is never two words."""
    values = {"{address}": str(address), "{localpart}": address.local, "{domain}": address.domain}
    done = []
    for argument in argv:
        for place, value in values.items():
            argument = argument.replace(place, value)
        done.append(argument)
    return tuple(done)


def command_from(text: str, where: str) -> Command:
    """Split a command line into a program and its arguments, as a shell does, but run by none.

    Raises UsageError for quotes that do not close, for nothing at all, and for words that only a
    shell understands (pipes, redirections, several commands): they would be silently quoted.
    """
    try:
        lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()")
        lexer.whitespace_split = True
        lexer.commenters = ""
        argv = list(lexer)
        plain = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"the command cannot be split into words: {error}", where, "close the quotes"
        ) from None
    if not plain:
        raise UsageError("the command is empty", where, "name a program that prints the secret")
    if argv != plain:
        raise UsageError(
            "the command holds words that only a shell understands (| & ; < > or parentheses)",
            where,
            "quote them if they belong to an argument, or wrap the line: sh -c 'PROGRAM | OTHER'",
        )
    return Command(tuple(plain))
