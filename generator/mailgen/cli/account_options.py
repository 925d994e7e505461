"""The words of `mailgen accounts add`: options, questions, and what is said at the end."""

from __future__ import annotations

import shlex
from difflib import get_close_matches

from mailgen.catalog.lookup import hosting_provider
from mailgen.catalog.not_built import who_says_why
from mailgen.cli import prompts
from mailgen.cli.installed import installed_targets
from mailgen.cli.kept import is_kept
from mailgen.cli.parser import add_hosts, add_language, add_login, add_slot, port
from mailgen.cli.secret_options import SHORTCUTS
from mailgen.cli.terminal import copy_line, language, say
from mailgen.cli.wish import slots_from
from mailgen.core.errors import UsageError
from mailgen.core.text import Listed, Option, Text
from mailgen.credentials.stores import KINDS as CREDENTIALS
from mailgen.credentials.stores import STORES, command_from
from mailgen.model.vocabulary import INCOMING, NO_INCOMING, PROTOCOLS, SERVER, TLS
from mailgen.resolve.address import parse_address, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from mailgen.accounts.chain import StandIn
    from mailgen.api import Result
    from mailgen.catalog.reader import Catalogue
    from mailgen.cli.unlisted import Served
    from mailgen.core.errors import Field

#: What is offered; a literal secret has to be handed over at each run, which few people want.
KINDS = tuple(kind for kind in CREDENTIALS if kind != "literal")
_TEXTS = ("name", "provider", "protocol", "username", "label", "reply_to", "signature", "maildir")
_COMMANDS = ("password_command", "token_command")
_ASKED = {
    "address": {"en": "mail address", "zh": "邮箱地址"},
    "name": {"en": "your name as others shall read it (may be empty)", "zh": "发件人姓名（可留空）"},
    "targets": {"en": "mail programs to write for", "zh": "要配置的邮件程序"},
    "credential": {"en": "where the secret is kept", "zh": "密码存放在哪里"},
}


def add_account_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `mailgen accounts add`."""
    parser.usage = "mailgen accounts add [ID] [ADDRESS] [options]"
    add = parser.add_argument
    add("id", metavar="ID", nargs="?", help="what the account is called (default: made of the address)")
    add("address", metavar="ADDRESS", nargs="?", help="the mail address, name@example.org")
    add("--name", metavar="NAME", help="your name as others shall read it")
    add(
        "--target", metavar="TARGET", action="extend", nargs="+", default=[], dest="targets",
        help="clients to write for ('mailgen targets' lists them)",
    )  # fmt: skip
    add(
        "--chain", metavar="A,B,C", action="append", default=[],
        help="clients that work together: one keeps the mail on this machine, one reads it, one sends",
    )  # fmt: skip
    add("--maildir", metavar="DIR", help="folder of this machine for the mail, from / or ~/ on")
    add("--default", action="store_true", help="the account that clients start with")
    add("--discover", action="store_true", help="ask the Internet for the servers if nobody lists the domain")
    add("--yes", action="store_true", help="with --discover: agree to the host names without being asked")
    add(
        "--protocol",
        choices=(*INCOMING, NO_INCOMING),
        help="how mail comes in, or none to send only (default: the best that works)",
    )
    add_hosts(parser)
    add("--username", metavar="NAME", help="login name, if it is another than the provider's rule says")
    add("--label", metavar="LABEL", help="what clients call the account, if not by its id")
    add("--reply-to", metavar="ADDRESS", help="where answers shall go")
    add("--signature", metavar="FILE", help="file with the signature, from / or ~/ on")
    add_own_servers(parser)
    secret = parser.add_argument_group(
        "the secret (default: the client asks for it)", "Nothing secret is ever an argument."
    ).add_mutually_exclusive_group()
    secret.add_argument(
        "--credential", metavar="KIND", choices=KINDS, help=Text("one of {names}", names=", ".join(KINDS))
    )
    secret.add_argument("--password-command", metavar="CMD", help="program that prints the password")
    secret.add_argument("--token-command", metavar="CMD", help="program that prints an OAuth2 access token")
    secret.add_argument("--pass", action="store_true", dest="pass_", help="same as --credential pass")
    secret.add_argument("--secret-tool", action="store_true", help="same as --credential secret-tool")
    secret.add_argument("--keychain", action="store_true", help="same as --credential keychain")
    add_language(parser)


def add_own_servers(parser: argparse.ArgumentParser) -> None:
    """Add the options for servers that no provider file has, or only in part."""
    servers = parser.add_argument_group("your own servers, instead of the provider's")
    for protocol in PROTOCOLS:
        servers.add_argument(f"--{protocol}-host", metavar="HOST")
        servers.add_argument(f"--{protocol}-port", metavar="PORT", type=port)
        servers.add_argument(f"--{protocol}-tls", choices=tuple(TLS))
        add_login(servers, protocol)
    add_slot(parser)


def whose_account(
    arguments: argparse.Namespace, data: dict[str, Any], catalogue: Catalogue
) -> tuple[str | None, Served]:
    """Return the id, or None if none is given, and the address with who serves it, asked for on a terminal.

    `data` is the household so far. Raises UsageError if no address is given, and as `served` does.
    """
    from mailgen.cli.unlisted import served

    defaults = data.get("defaults", {})
    id, address = _named(arguments, catalogue)
    asking = prompts.welcome()
    if address is not None:
        return id, served(parse_address(address), arguments, catalogue, asking, defaults)
    if not asking:
        raise UsageError("no address is given", "ADDRESS", "write mailgen accounts add [ID] ADDRESS")
    found: list[Served] = []

    def check(answer: str) -> None:
        found.append(served(parse_address(answer), arguments, catalogue, asking, defaults))

    prompts.ask(_ASKED["address"][language(arguments.lang)], "", check)
    return id, found[-1]


def account_from(
    arguments: argparse.Namespace,
    data: dict[str, Any],
    who: Served,
    former: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the account of `who` that the options, and answers on a terminal, describe.

    `data` is the household so far; the answers of a `former` round stand as what Enter takes. Raises
    UsageError naming the option that is missing or wrong.
    """
    defaults = data.get("defaults", {})
    asking = prompts.welcome()
    lang = language(arguments.lang)
    account: dict[str, Any] = {"address": who.written, **account_given(arguments)}
    if arguments.hosted_by is not None:
        account["provider"] = hosting_provider(who.catalogue, arguments.hosted_by)
    elif who.provider:
        account["provider"] = who.provider
    if asking and "name" not in account and "name" not in defaults:
        account["name"] = prompts.ask(_ASKED["name"][lang], (former or {}).get("name", ""), lambda _: None)
    if not arguments.targets and not defaults.get("targets"):
        if not asking:
            raise UsageError("no target is given", "--target", "name a client; 'mailgen targets' lists them")
        account["targets"] = _asked_targets(who.catalogue, lang, (former or {}).get("targets"))
    credential = ("credential", *_COMMANDS)
    if asking and not any(key in part for part in (account, defaults) for key in credential):
        usual = "mailgen" if who.takes_tokens_only(account.get("provider")) else "prompt"
        account["credential"] = _asked_credential(lang, (former or {}).get("credential", usual))
    for key in ("name",):
        if account.get(key) == "":
            del account[key]
    return account


def account_given(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say, in the order of a readable file."""
    account: dict[str, Any] = {}
    for key in _TEXTS:
        value = getattr(arguments, key)
        if value == "":
            option = "--" + key.replace("_", "-")
            raise UsageError(
                Text("the {option} is empty", option=option[2:]), option, "give one, or leave the option out"
            )
        if value is not None:
            account[key] = value
    for protocol in PROTOCOLS:
        parts = {part: getattr(arguments, f"{protocol}_{part}") for part in (*SERVER, "username", *_COMMANDS)}
        for part in ("username", *_COMMANDS):
            option = f"--{protocol}-{part}".replace("_", "-")
            if parts[part] == "":
                raise UsageError(
                    Text("the {option} is empty", option=option[2:]),
                    option,
                    "give one, or leave the option out",
                )
            if part != "username" and parts[part] is not None:
                command_from(parts[part], option)
        if given := {part: value for part, value in parts.items() if value is not None}:
            account[protocol] = given
    if slots := slots_from(arguments.slot):
        account["slots"] = slots
    for key in _COMMANDS:
        if (value := getattr(arguments, key)) is not None:
            command_from(value, "--" + key.replace("_", "-"))
            account[key] = value
    shortcut = next((kind for option, kind in SHORTCUTS.items() if getattr(arguments, option)), None)
    if kind := arguments.credential or shortcut:
        account["credential"] = kind
    if arguments.targets:
        account["targets"] = list(dict.fromkeys(arguments.targets))
    if arguments.default:
        account["default"] = True
    return account


def asks(arguments: argparse.Namespace, data: dict[str, Any]) -> bool:
    """Say whether there is anything that a person at a terminal is asked, and could answer otherwise."""
    given = arguments.targets or data.get("defaults", {}).get("targets")
    return prompts.welcome() and not (given and arguments.credential)


def _named(arguments: argparse.Namespace, catalogue: Catalogue) -> tuple[str | None, str | None]:
    """Return id and address; what stands behind the clients of one --target may be these.

    Clients may be written with commas as well. `arguments.targets` holds the clients alone then.
    """
    arguments.chain = [name for word in arguments.chain for name in word.split(",") if name]
    targets = [name for word in arguments.targets for name in word.split(",") if name] + arguments.chain
    rest = []
    if arguments.address is None and targets and "@" in targets[-1]:
        rest = [targets.pop()]
        if arguments.id is None and len(targets) > 1 and targets[-1] not in catalogue.target_names():
            rest.insert(0, targets.pop())
    arguments.targets = targets
    words = [word for word in (arguments.id, arguments.address, *rest) if word is not None]
    if len(words) == 1:
        return (None, words[0]) if "@" in words[0] else (words[0], None)
    return (words[0], words[1]) if words else (None, None)


def one_of_each_use(here: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what Enter takes of the programs that are installed, each with its manifest: one of each use.

    A program that fetches mail is of use beside one that reads only if that one cannot fetch itself, and
    several that read would all show the same mail. One that sends is of use to others if they can hand mail
    over to it, and one that reads if it is not another's mail.
    """
    uses = {name: one["kind"] for name, one in here.items() if one["kind"] != "submit" or "sends" in one}
    uses = {name: kind for name, kind in uses.items() if kind != "reader" or here[name]["protocols"]}
    first = {kind: name for name, kind in reversed(uses.items())}
    return [first[kind] for kind in ("reader", "submit") if kind in first] or list(here)[:1]


def people_use(catalogue: Catalogue) -> list[str]:
    """Return the names of the targets that a user sets up for himself."""
    return [name for name, record in catalogue.manifests() if record.get("scope", "user") == "user"]


def named_targets(answer: str, known: Collection[str] | None = None, where: str = "the answer") -> list[str]:
    """Return the clients that a line names, each once; raises UsageError for none, or one not `known`."""
    names = list(dict.fromkeys(answer.replace(",", " ").split()))
    if known is None:
        return names
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            mend = who_says_why(name) or (
                Text("did you mean '{near}'?", near=near[0])
                if near
                else Text("the targets are {names}", names=Listed(", ", known))
            )
            raise UsageError(Text("there is no target {name}", name=shown(name)), where, mend)
    if not names:
        raise UsageError(
            "no target is named", where, Text("the targets are {names}", names=Listed(", ", known))
        )
    return names


def _asked_targets(catalogue: Catalogue, lang: str, former: list[str] | None) -> list[str]:
    here = installed_targets(catalogue)
    records = people_use(catalogue)

    proposed = " ".join(former or one_of_each_use(here))
    question = f"{_ASKED['targets'][lang]} ({', '.join(records)})"
    return named_targets(prompts.ask(question, proposed, lambda answer: named_targets(answer, records)))


def _asked_credential(lang: str, usual: str) -> str:
    from shutil import which

    here = [kind for kind in KINDS if kind not in STORES or which(STORES[kind].show[0])]

    def check(answer: str) -> None:
        if answer not in KINDS:
            raise UsageError(
                "there is no such kind", "the answer", Text("write one of {names}", names=Listed(", ", KINDS))
            )

    return prompts.ask(f"{_ASKED['credential'][lang]} ({', '.join(here)})", usual, check)


def option_of(field: Field) -> str:
    """Return the option that a field of the new account came from.

    >>> option_of(("accounts", "home", "imap", "host")), option_of(("accounts", "home", "targets", 0))
    ('--imap-host', '--target')
    """
    steps = [str(step).replace("_", "-") for step in field[2:]]
    if not steps:
        return "ID"
    if steps[0] in PROTOCOLS:
        return "--" + "-".join(steps[:2])
    return {"targets": "--target", "address": "ADDRESS", "slots": "--slot"}.get(steps[0], f"--{steps[0]}")


def tell_stand_ins(found: Sequence[StandIn]) -> None:
    """Say which client keeps the mail in the place of one that cannot, and why."""
    for one in found:
        say(
            Text(
                "{other} takes the place of {client} in the chain, and fetches over {protocol}: {why}",
                other=one.target.title,
                client=one.passed.title,
                protocol=one.protocol.upper(),
                why=one.why.what,
            )
        )


def tell_chain(results: Sequence[Result], chain: Collection[str]) -> None:
    """Say what the clients of an account do through each other here, and who of a chain does not."""
    kept = any(one.account.maildir and not one.target.reads_maildir for one in results)
    for one in results:
        account, client = one.account, one.target.title
        if account.maildir and not one.target.reads_maildir:
            say(
                Text(
                    "{client} keeps the mail in {folder} on this machine",
                    client=client,
                    folder=account.maildir.path,
                )
            )
        elif account.maildir:
            say(
                Text(
                    "{client} reads the mail that lies in {folder}",
                    client=client,
                    folder=account.maildir.path,
                )
            )
        elif one.target.keeps_named and one.target.name in chain and not kept:
            say(
                Text(
                    "{client} keeps mail on this machine only where a folder is named for it: {maildir}",
                    client=client,
                    maildir=Option("maildir", "DIR"),
                )
            )
        if account.sendmail:
            say(Text("{client} sends through {program}", client=client, program=account.sendmail.argv[0]))


def tell_new_account(result: Result, id: str, stores: bool, arguments: argparse.Namespace) -> None:
    """Say what secret the provider wants, how to get it, and how to keep it if mailgen `stores` it."""
    from mailgen.cli.hints import tell_secret
    from mailgen.render.next_steps import wants_secret

    lang = language(arguments.lang)
    if wants_secret(result.provider, result.account):
        tell_secret(result.provider, result.account, lang)
    if result.account.needs_login:
        from mailgen.cli.logins import advise_login

        where = accounts_option(arguments.accounts)
        advise_login(result.provider, result.account.address, lang, f"{id}{where}")
    command = result.account.credential.command
    if stores and not (command and is_kept(command.argv)):
        say({"en": "store it once, before the first login:", "zh": "首次登录前存入一次："}[lang])
        copy_line(f"mailgen secret set {id}{accounts_option(arguments.accounts)}")


def accounts_option(given: str | None) -> str:
    """Return the option that names the accounts file, as it was given, for a line to copy."""
    return f" --accounts {shlex.quote(given)}" if given is not None else ""
