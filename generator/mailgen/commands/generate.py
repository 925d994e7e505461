"""The main form: `mailgen TARGET ADDRESS` prints one file, or writes all with -o."""

from __future__ import annotations

import os.path
import sys

from mailgen.address import parse_address
from mailgen.api import Result, generate
from mailgen.catalog import open_catalogue
from mailgen.commands.opening import opened
from mailgen.errors import MailgenError, UsageError
from mailgen.lookup import target_record
from mailgen.parser import form_parser
from mailgen.resolve import Wish
from mailgen.secret_options import credential_for
from mailgen.steps import wants_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.catalog import Catalogue
    from mailgen.model import Provider
    from mailgen.tokens import Command

#: Roles of folders (RFC 6154) that can be named.
ROLES = ("sent", "drafts", "trash", "junk", "archive", "all")


def run(words: list[str]) -> int:
    """Make the configuration that `words` (target first) ask for; returns the exit status."""
    catalogue = open_catalogue()
    record = target_record(catalogue, words[0])
    parser = form_parser(words[0], [*record["needs"], *(() if "published" in record else ("account",))])
    if "-h" in words or "--help" in words:
        parser.epilog = _settings_help(record)
    arguments = _parsed(parser, words[1:])
    if arguments is None:
        return 0
    if sys.stdout is None and arguments.output is None:
        raise MailgenError("standard output is closed", "stdout", "give it somewhere to write, or use -o DIR")
    wish, store = wish_from(arguments, record)
    catalogue = opened(arguments.providers, catalogue)
    provider = _discovered(arguments, catalogue) or named_provider(arguments, catalogue)
    result = generate(words[0], arguments.address, wish, provider=provider, catalogue=catalogue)
    text = None if arguments.output is not None else _one_file(result, arguments.file)
    _tell(result, store, arguments)
    if text is not None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return 0
    from mailgen.terminal import say
    from mailgen.tree import write_tree

    for path, written in write_tree(arguments.output, result.files, follow_links=arguments.follow_links):
        say(f"{'wrote' if written else 'unchanged:'} {path}")
    return 0


def _discovered(arguments: argparse.Namespace, catalogue: Catalogue) -> Provider | None:
    """Return the provider that --discover has found; None without it, or if the domain is listed."""
    if not arguments.discover:
        if arguments.yes:
            raise UsageError("there is nothing to agree to", "--yes", "it goes with --discover")
        return None
    from mailgen.commands.discovering import provider_for

    return provider_for(parse_address(arguments.address), catalogue, arguments.yes)


def named_provider(arguments: argparse.Namespace, catalogue: Catalogue) -> str | None:
    """Return the provider that --provider or --hosted-by names, or None."""
    if arguments.hosted_by is None:
        return arguments.provider  # type: ignore[no-any-return]
    from mailgen.lookup import host_of

    return host_of(catalogue, arguments.hosted_by)


def wish_from(arguments: argparse.Namespace, record: dict[str, Any]) -> tuple[Wish, str | None]:
    """Return what the words of the main form ask for, and a shell line that stores the secret, or None.

    `record` is the target's manifest. Raises UsageError for words that mean nothing.
    """
    for option in ("name", "username", "label"):
        if getattr(arguments, option) == "":
            raise UsageError(f"the {option} is empty", f"--{option}", "give one, or leave the option out")
    credential, store = credential_for(arguments, parse_address(arguments.address))
    wish = Wish(
        name=arguments.name,
        label=arguments.label,
        username=arguments.username,
        protocol=arguments.protocol,
        client_version=arguments.client_version,
        credential=credential,
        servers=_servers(arguments),
        folders=_folders(arguments.folder),
        options=_settings(arguments.set, record),
    )
    return wish, store


def _parsed(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace | None:
    """Return the arguments, or None if they asked for help, which is then printed."""
    try:
        return parser.parse_args(words)
    except SystemExit:
        return None


def _servers(arguments: argparse.Namespace) -> dict[str, dict[str, Any]]:
    from mailgen.address import normalise_domain

    servers: dict[str, dict[str, Any]] = {}
    for protocol in ("imap", "pop3", "smtp"):
        given = {part: getattr(arguments, f"{protocol}_{part}") for part in ("host", "port", "tls")}
        given = {part: value for part, value in given.items() if value is not None}
        if "host" in given:
            given["host"] = normalise_domain(given["host"], f"--{protocol}-host")[0]
        if given:
            servers[protocol] = given
    return servers


def _folders(pairs: list[str]) -> dict[str, str]:
    named = [_pair(pair, "--folder") for pair in pairs]
    folders = dict(named)
    if len(folders) < len(named):
        raise UsageError("a role is given twice", "--folder", "give each role once")
    for role in folders.keys() - set(ROLES):
        raise UsageError(f"no folder has the role '{role}'", "--folder", f"the roles are {', '.join(ROLES)}")
    return folders


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UsageError(f"{option} takes NAME=VALUE", option, "put an equals sign between name and value")
    return name, value


def _settings(pairs: list[str], record: dict[str, Any]) -> dict[str, str | Command | bool | int]:
    known = record.get("options", {})
    settings: dict[str, str | Command | bool | int] = {}
    for name, value in (_pair(pair, "--set") for pair in pairs):
        if name not in known:
            raise UsageError(
                f"{record['title']} has no setting '{name}'",
                "--set",
                f"its settings are: {', '.join(known)}" if known else "it has none; leave --set out",
            )
        kind = known[name]["type"]
        if kind == "command":
            from mailgen.credentials import command_from

            settings[name] = command_from(value, f"--set {name}=")
        elif kind == "yesno":
            if value not in ("yes", "no"):
                raise UsageError(f"{name} is yes or no", f"--set {name}=", "write one of these")
            settings[name] = value == "yes"
        elif kind == "number":
            if not value.isascii() or not value.isdigit():
                raise UsageError(f"{name} is a whole number", f"--set {name}=", "write digits only")
            settings[name] = int(value)
        else:
            settings[name] = value
    return settings


def _settings_help(record: dict[str, Any]) -> str | None:
    options = record.get("options")
    if not options:
        return None
    import textwrap

    lines = [f"settings of {record['title']}:"]
    for name, option in options.items():
        lines.append(f"  --set {name}=VALUE")
        lines += textwrap.wrap(option["help"]["en"], 78, initial_indent=" " * 24, subsequent_indent=" " * 24)
    return "\n".join(lines)


def _one_file(result: Result, wanted: str | None) -> str:
    """Return the text of the file to print; raise UsageError if it is not clear which."""
    names = [os.path.basename(file.path) for file in result.files]
    if wanted is None and len(names) == 1:
        return result.files[0].text
    if wanted in names:
        return result.files[names.index(wanted)].text
    what = (
        f"{result.target.title} has no file of that name"
        if wanted
        else f"{result.target.title} has several files"
    )
    mend = f"choose from {', '.join(names)}, or write all with -o DIR"
    raise UsageError(what, "--file", mend)


def _tell(result: Result, store: str | None, arguments: argparse.Namespace) -> None:
    """Print to stderr what the user should know: warnings always; hints and notes unless --quiet."""
    findings = [item for item in result.findings if item.severity == "warning" or not arguments.quiet]
    asked = not result.target.published and wants_secret(result.provider, result.account)
    notes = [note for note in result.target.notes if note.get("layout") != "household"]
    if not (findings or result.step or store or asked or notes):
        return
    from mailgen import terminal

    lang = terminal.language(arguments.lang)
    for finding in findings:
        what = finding.translations.get(lang) or finding.what
        terminal.warn(finding.severity, what, finding.where, finding.mend)
    if arguments.quiet:
        return
    if asked:
        tell_secret(result.provider, lang)
    if store and result.account.credential.kind == "command":
        terminal.say({"en": "store it once, before the first login:", "zh": "首次登录前存入一次："}[lang])
        terminal.copy_line(store)
    if result.step:
        terminal.say({"en": "next:", "zh": "下一步："}[lang])
        terminal.advise(terminal.in_language(result.step.text, lang), result.step.copy)
    for note in notes:
        terminal.advise(terminal.in_language(note, lang))


def tell_secret(provider: Provider, lang: str, who: str = "") -> None:
    """Print to stderr what secret a provider wants and how to get it; `who` stands before it."""
    from mailgen import terminal

    credentials = provider.credentials
    hint = terminal.in_language(credentials.hint, lang)
    colon = {"en": ":", "zh": "："}[lang]
    if credentials.kind != "unknown":
        terminal.say(who + secret_sentence(provider, lang) + (colon if hint else ""))
    elif hint:
        terminal.say(who + {"en": "about the password", "zh": "关于密码"}[lang] + colon)
    if hint:
        terminal.advise(hint)
        if credentials.url:
            terminal.advise(credentials.url)


def secret_sentence(provider: Provider, lang: str) -> str:
    """Return the sentence that says what kind of secret the provider wants."""
    from mailgen.secret_options import KINDS
    from mailgen.terminal import in_language

    name = in_language(provider.name, lang)
    kind = KINDS[provider.credentials.kind][lang]
    form = in_language(provider.credentials.format, lang)
    shape = {"en": f" ({form})", "zh": f"（{form}）"}[lang] if form else ""
    if lang == "zh":
        return f"{name}需要使用{kind}{shape}"
    return f"{name} wants {kind}{shape}"
