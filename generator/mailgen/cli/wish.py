"""The words of the main form, made a wish."""

from __future__ import annotations

from mailgen.cli.secret_options import credential_for, credentials_for
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.model.vocabulary import PROTOCOLS, ROLES, SERVER
from mailgen.resolve.address import parse_address
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target
    from mailgen.model.tokens import Command, FileName


def named_provider(arguments: argparse.Namespace, catalogue: Catalogue) -> str | None:
    """Return the provider that --provider or --hosted-by names, or None."""
    if arguments.hosted_by is None:
        return arguments.provider  # type: ignore[no-any-return]
    from mailgen.catalog.lookup import hosting_provider

    return hosting_provider(catalogue, arguments.hosted_by)


def discovered(arguments: argparse.Namespace, catalogue: Catalogue) -> Provider | None:
    """Return the provider that --discover has found; None without it, or if the domain is listed."""
    if not arguments.discover:
        if arguments.yes:
            raise UsageError("there is nothing to agree to", "--yes", "it goes with --discover")
        return None
    from mailgen.cli.discovery_dialogue import provider_for

    return provider_for(parse_address(arguments.address), catalogue, arguments.yes)


def wish_from(arguments: argparse.Namespace, target: Target) -> tuple[Wish, str | None]:
    """Return what the words of the main form ask for, and a shell line that stores the secret, or None.

    Raises UsageError for words that mean nothing.
    """
    for option in ("name", "username", "label", *(f"{protocol}_username" for protocol in PROTOCOLS)):
        if getattr(arguments, option, None) == "":
            words = option.replace("_", "-")
            raise UsageError(
                Text("the {option} is empty", option=words),
                f"--{words}",
                "give one, or leave the option out",
            )
    address = parse_address(arguments.address)
    credential, store = credential_for(arguments, address)
    names = {protocol: getattr(arguments, f"{protocol}_username", None) for protocol in PROTOCOLS}
    wish = Wish(
        name=arguments.name,
        label=arguments.label,
        username=arguments.username,
        protocol=arguments.protocol,
        client_version=arguments.client_version,
        credential=credential,
        logins={protocol: name for protocol, name in names.items() if name is not None},
        credentials=credentials_for(arguments, address),
        servers=servers_from(arguments),
        folders=_folders(arguments.folder),
        slots=slots_from(arguments.slot),
        options=_settings(arguments.set, target),
        signs_in=target.scope == "user",
        language=_language(arguments.lang) if target.for_people else "",
    )
    return wish, store


def _language(wanted: str | None) -> str:
    from mailgen.cli.terminal import language

    return language(wanted)


def servers_from(arguments: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Return what the options say of servers, by protocol; raises UsageError for a host that cannot be."""
    from mailgen.resolve.address import host_name

    servers: dict[str, dict[str, Any]] = {}
    for protocol in PROTOCOLS:
        given = {part: getattr(arguments, f"{protocol}_{part}") for part in SERVER}
        given = {part: value for part, value in given.items() if value is not None}
        if "host" in given:
            given["host"] = host_name(given["host"], f"--{protocol}-host", f"{protocol}.port")
        if given:
            servers[protocol] = given
    return servers


def _folders(pairs: list[str]) -> dict[str, str]:
    named = [pair(text, "--folder") for text in pairs]
    folders = dict(named)
    if len(folders) < len(named):
        raise UsageError("a role is given twice", "--folder", "give each role once")
    for role in folders.keys() - set(ROLES):
        raise UsageError(
            Text("no folder has the role '{role}'", role=role),
            "--folder",
            Text("the roles are {names}", names=Listed(", ", ROLES)),
        )
    return folders


def slots_from(pairs: list[str]) -> dict[str, str]:
    """Return parts of host names by what the provider calls them, as `--slot NAME=VALUE` gives them."""
    named = [pair(text, "--slot") for text in pairs]
    slots = dict(named)
    if len(slots) < len(named):
        raise UsageError("a part of the host name is given twice", "--slot", "give each once")
    return {name: value.lower() for name, value in slots.items()}


def pair(text: str, option: str, form: str = "NAME=VALUE", mend: str = "") -> tuple[str, str]:
    """Return both sides of the equals sign in the value of an option; raises UsageError if one is missing."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        mend = mend or "put an equals sign between name and value"
        raise UsageError(Text("{option} takes {form}", option=option, form=form), option, mend)
    return name, value


def _settings(pairs: list[str], target: Target) -> dict[str, str | Command | bool | int | FileName]:
    known = target.options
    settings: dict[str, str | Command | bool | int | FileName] = {}
    for name, value in (pair(text, "--set") for text in pairs):
        if name not in known:
            from mailgen.catalog.settings import settings_of

            raise UsageError(
                Text("{title} has no setting '{name}'", title=target.title, name=name),
                "--set",
                settings_of(target, name),
            )
        kind = known[name].type
        if kind == "command":
            from mailgen.credentials.stores import command_from

            settings[name] = command_from(value, f"--set {name}=")
        elif kind == "yesno":
            if value not in ("yes", "no"):
                raise UsageError(
                    Text("{name} is yes or no", name=name),
                    Text("--set {name}=", name=name),
                    "write one of these",
                )
            settings[name] = value == "yes"
        elif kind == "number":
            if not value.isascii() or not value.isdigit():
                raise UsageError(
                    Text("{name} is a whole number", name=name),
                    Text("--set {name}=", name=name),
                    "write digits only",
                )
            settings[name] = int(value)
        elif kind == "text":
            settings[name] = value
        else:
            from mailgen.resolve.options import text_value

            try:
                settings[name] = text_value(known[name], name, value)
            except MailgenError as error:
                raise UsageError(error.what, f"--set {name}=", error.mend) from None
    return settings
