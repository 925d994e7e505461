"""Ways to a secret, as the command line names them. The secret itself never passes through here."""

from __future__ import annotations

import re
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
    "app-password": {"en": "an app password, not the login password", "zh": "应用专用密码，而非登录密码"},
    "authorisation-code": {
        "en": "an authorisation code (授权码), not the login password",
        "zh": "授权码，而非登录密码",
    },
    "client-password": {
        "en": "a separate password for mail programs, not the login password",
        "zh": "客户端专用密码，而非登录密码",
    },
    "oauth2-only": {"en": "OAuth2; no password works", "zh": "OAuth2 登录，任何密码均无效"},
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
    if arguments.password_command is not None:
        command = command_from(arguments.password_command, "--password-command")
        return Credential("command", Command(filled(list(command.argv), address))), None
    if arguments.token_command is not None:
        command = command_from(arguments.token_command, "--token-command")
        return Credential("token", Command(filled(list(command.argv), address))), None
    return Credential("oauth2" if arguments.oauth2 else "prompt"), None


def filled(argv: list[str], address: Address) -> tuple[str, ...]:
    """Put the address into each argument of a command, after it was split: a value is never two words."""
    values = {"address": str(address), "localpart": address.local, "domain": address.domain}
    return tuple(
        re.sub(r"\{(address|localpart|domain)\}", lambda place: values[place[1]], argument)
        for argument in argv
    )


def command_from(text: str, where: str) -> Command:
    """Split a command line into a program and its arguments, as a shell does, but run by none.

    Raises UsageError for quotes that do not close, for nothing at all, and for what only a shell
    would act upon (pipes, redirections, several commands, $NAME, ~): it would be silently quoted.
    """
    try:
        argv = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"the command cannot be split into words: {error}", where, "close the quotes"
        ) from None
    if not argv:
        raise UsageError("the command is empty", where, "name a program that prints the secret")
    found = _for_a_shell(text)
    if found:
        raise UsageError(
            f"only a shell understands the {found} in this command, and mailgen runs none",
            where,
            "put it in single quotes if it belongs to an argument; write paths out; "
            "or wrap the line: sh -c 'PROGRAM | OTHER'",
        )
    return Command(tuple(argv))


def _for_a_shell(text: str) -> str:
    """Return the first character that a shell would act upon in a line whose quotes close, or ""."""
    quote, before, skip = "", " ", False
    for char in text:
        if skip:
            skip = False
        elif quote == "'":
            quote = "" if char == "'" else quote
        elif char == "\\":
            skip = True
        elif (
            char in "$`"
            or (not quote and char in "|&;<>()\n")
            or (char == "~" and not quote and before == " ")
        ):
            return char
        elif char in "\"'":
            quote = "" if quote == char else quote or char
        before = " " if char.isspace() else char
    return ""
