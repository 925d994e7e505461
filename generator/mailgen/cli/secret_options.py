"""Ways to a secret, as the command line names them. The secret itself never passes through here."""

from __future__ import annotations

from mailgen.model.server import Credential
from mailgen.model.tokens import Command
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.model.provider import Address

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
    return _by_command(arguments, address) or Credential("oauth2" if arguments.oauth2 else "prompt"), None


def credentials_for(arguments: argparse.Namespace, address: Address) -> dict[str, Credential]:
    """Return the credentials that the options ask for single protocols."""
    found = {protocol: _by_command(arguments, address, f"{protocol}_") for protocol in PROTOCOLS}
    return {protocol: credential for protocol, credential in found.items() if credential is not None}


def _by_command(arguments: argparse.Namespace, address: Address, prefix: str = "") -> Credential | None:
    for option, kind in (("password_command", "command"), ("token_command", "token")):
        given = getattr(arguments, prefix + option, None)
        if given is not None:
            from mailgen.credentials.stores import command_from, filled, places

            command = command_from(given, "--" + (prefix + option).replace("_", "-"))
            argv = filled(command.argv, places(address))
            return Credential(kind, Command(argv))  # type: ignore[arg-type]
    return None


def _on_a_terminal(keep: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command as people type it: pass asks twice unless it is told to read many lines."""
    return tuple(word for word in keep if word not in ("--multiline", "--force", "-U"))
