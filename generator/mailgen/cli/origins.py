"""In which words of the command line each field of a wish was given."""

from __future__ import annotations

from mailgen.model.vocabulary import PROTOCOLS, ROLES, SERVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.model.target import Target


def origins(arguments: argparse.Namespace, target: Target) -> dict[str, str]:
    """Return in which words of the command line each field of the wish is given."""
    found = {"address": "ADDRESS", "credential": "--password-command"}
    for field in ("name", "label", "username", "protocol", "client_version"):
        found[field] = f"--{field.replace('_', '-')}"
    for word in ("password_command", "token_command", "oauth2", "pass_", "secret_tool", "keychain"):
        if getattr(arguments, word):
            found["credential"] = "--" + word.strip("_").replace("_", "-")
    for protocol in PROTOCOLS:
        for part in SERVER:
            found[f"servers.{protocol}.{part}"] = f"--{protocol}-{part}"
        found[f"logins.{protocol}"] = f"--{protocol}-username"
        way = "token" if getattr(arguments, f"{protocol}_token_command", None) else "password"
        found[f"credentials.{protocol}"] = f"--{protocol}-{way}-command"
    found |= {f"folders.{role}": f"--folder {role}=" for role in ROLES}
    found |= {f"options.{name}": f"--set {name}=" for name in target.options}
    return found
