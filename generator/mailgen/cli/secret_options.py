"""Ways to a secret, as the command line names them. The secret itself never passes through here."""

from __future__ import annotations

from mailgen.model.account import Credential
from mailgen.model.tokens import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.model.provider import Address

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

#: Option of the main form -> kind of store.
SHORTCUTS = {"pass_": "pass", "secret_tool": "secret-tool", "keychain": "keychain"}


def credential_for(arguments: argparse.Namespace, address: Address) -> tuple[Credential, str | None]:
    """Return the credential that the options ask for, and a shell line that stores the secret, or None."""
    for shortcut, kind in SHORTCUTS.items():
        if getattr(arguments, shortcut):
            from mailgen.credentials.stores import stored
            from mailgen.formats.quoting import shell_words

            store = stored(kind, address)
            return Credential("command", Command(store.show)), shell_words(_on_a_terminal(store.keep))
    for option, kind in (("password_command", "command"), ("token_command", "token")):
        given = getattr(arguments, option)
        if given is not None:
            from mailgen.credentials.stores import command_from, filled, places

            command = command_from(given, "--" + option.replace("_", "-"))
            argv = filled(command.argv, places(address))
            return Credential(kind, Command(argv)), None  # type: ignore[arg-type]
    return Credential("oauth2" if arguments.oauth2 else "prompt"), None


def _on_a_terminal(keep: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command as people type it: pass asks twice unless it is told to read many lines."""
    return tuple(word for word in keep if word not in ("--multiline", "--force", "-U"))
