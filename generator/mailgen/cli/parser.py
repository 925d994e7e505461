"""The words of the command line, from which help, completion and the manual page are made as well."""

from __future__ import annotations

import argparse

from mailgen import __version__
from mailgen.cli.help_layout import Parser
from mailgen.cli.verbs import VERBS, module_of
from mailgen.core.text import Listed, Text
from mailgen.model.vocabulary import INCOMING, TLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.model.target import Target

EXAMPLES = """  mailgen msmtp you@sohu.com > ~/.msmtprc
  mailgen mutt you@qq.com --name "Ada O'Brien" --pass
  mailgen fetchmail you@163.com --protocol pop3 -o dotfiles/
  mailgen neomutt you@company.example --provider exmail.qq.com
  mailgen msmtp you@lab.example --smtp-host mail.lab.example --smtp-port 587
  mailgen show sohu.com"""

_TARGET = "print the configuration of a client ('mailgen targets' lists them)"
STATUS = (
    "Notes and warnings go to stderr. Exit status: 0 done, 1 refused with a reason, 2 wrong words on the "
    'command line, 3 "diff" found a difference, 130 interrupted.'
)


def port(text: str) -> int:
    """Read a port; argparse shows the sentence."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def add_login(group: argparse._ArgumentGroup, protocol: str, help: str | None = None) -> None:
    """Add the options for a login name and a secret that only one protocol has."""
    group.add_argument(f"--{protocol}-username", metavar="NAME", help=help)
    ways = group.add_mutually_exclusive_group()
    ways.add_argument(f"--{protocol}-password-command", metavar="CMD", help=help)
    ways.add_argument(f"--{protocol}-token-command", metavar="CMD", help=help)


def form_parser(
    target: str = "TARGET", needs: Sequence[str] = ("incoming", "smtp", "account")
) -> argparse.ArgumentParser:
    """Return the parser of the main form; `target` is only shown, and what it does not need is not.

    `needs` are those of a manifest, and `account` for programs: what is published is of nobody (see
    `asked_for`).
    """
    parser = Parser(
        prog=f"mailgen {target}",
        usage=Text("mailgen {target} ADDRESS [options]", target=target),
        description=Text("Print the configuration of {target} for a mail address.", target=target),
        allow_abbrev=False,
    )
    add_form(parser, needs)
    return parser


def add_slot(parser: argparse._ActionsContainer) -> None:
    """Add the option for what only the user knows of a server's name."""
    parser.add_argument(
        "--slot",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a part of the servers' names that only you know, where a provider asks for it",
    )


def asked_for(target: Target) -> list[str]:
    """Return what the form asks for a target: servers of two kinds, and whose account it is."""
    needs = {"incoming": target.incoming, "smtp": target.outgoing, "account": not target.published}
    return [need for need, asked in needs.items() if asked]


def add_form(
    parser: argparse.ArgumentParser,
    needs: Sequence[str] = ("incoming", "smtp", "account"),
    writes: bool = True,
) -> None:
    """Add the arguments of the main form to a parser.

    All targets take the same words, so that one line serves several; the help of a target leaves
    out those that mean nothing to it. With `writes` false the words for writing files are left out.
    """

    def shown(need: str, text: str | None = None) -> str | None:
        return text if need in needs else argparse.SUPPRESS

    add = parser.add_argument
    add("address", metavar="ADDRESS", help="the mail address, name@example.org")
    add("--name", metavar="NAME", help=shown("account", "your name as others shall read it"))
    add(
        "--protocol",
        choices=INCOMING,
        help=shown("incoming", "how mail comes in (default: the best that works)"),
    )
    who = add_hosts(parser)
    if writes:
        who.add_argument(
            "--discover", action="store_true", help="ask the Internet, if nobody lists the domain (README)"
        )
        add("--yes", action="store_true", help="agree to the hosts that --discover finds")
    add_providers(parser)
    add("--username", metavar="NAME", help="login name, if it is another than the provider's rule says")
    add(
        "--label",
        metavar="LABEL",
        help=shown("account", "what the client calls the account (default: the address)"),
    )
    add(
        "--folder",
        metavar="ROLE=NAME",
        action="append",
        default=[],
        help=shown(
            "incoming" if "account" in needs else "account",
            "name of a special folder on the server; ROLE is sent, drafts, trash, junk, archive or all",
        ),
    )
    add_slot(parser)
    add(
        "--client-version",
        metavar="VERSION",
        help=shown("account", "version of the client (default: the one this was tested with)"),
    )
    add(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a setting that only this target has"
    )
    servers = parser.add_argument_group("your own servers, instead of the provider's")
    for protocol, need in (("imap", "incoming"), ("pop3", "incoming"), ("smtp", "smtp")):
        add = servers.add_argument
        add(f"--{protocol}-host", metavar="HOST", help=shown(need))
        add(f"--{protocol}-port", metavar="PORT", type=port, help=shown(need))
        add(f"--{protocol}-tls", choices=tuple(TLS), help=shown(need))
        if "account" in needs:
            add_login(servers, protocol, shown(need))
    titles = (
        "the secret (default: the client asks for it)",
        "Nothing secret is ever an argument, or written to the output. In CMD, {address}, {localpart} and "
        "{domain} stand for the address and its parts.",
    )
    group = parser.add_argument_group(*(titles if "account" in needs else ()))
    add = group.add_mutually_exclusive_group().add_argument
    add(
        "--password-command",
        metavar="CMD",
        help=shown("account", "program and arguments that print the password"),
    )
    add("--token-command", metavar="CMD", help=shown("account", "the same for an OAuth2 access token"))
    add("--oauth2", action="store_true", help=shown("account", "OAuth2 by the client's own means"))
    add(
        "--pass",
        action="store_true",
        dest="pass_",
        help=shown("account", "the password store (pass show mail/ADDRESS)"),
    )
    add("--secret-tool", action="store_true", help=shown("account", "the desktop's keyring (libsecret)"))
    add("--keychain", action="store_true", help=shown("account", "the keychain of macOS"))
    output = parser.add_argument_group("output")
    if writes:
        output.add_argument(
            "-o", "--output", metavar="DIR", help="write the files below DIR instead of printing one"
        )
        output.add_argument(
            "--follow-links",
            action="store_true",
            help="with -o: write through links that lead to files of yours",
        )
        output.add_argument(
            "--json", action="store_true", help="print all files, findings, steps and reasons as JSON"
        )
    output.add_argument("--file", metavar="NAME", help="which file to print, of a target that has several")
    add_language(output)
    if writes:
        output.add_argument("-q", "--quiet", action="store_true", help="no hints and notes; warnings stay")


def add_actions(
    parser: argparse.ArgumentParser, actions: Mapping[str, str]
) -> dict[str, argparse.ArgumentParser]:
    """Give a verb its actions, by name and help; returns the parser of each. The chosen one is `action`."""
    made = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=type(parser), title="actions"
    )
    return {
        name: made.add_parser(name, help=help, description=Sentence(help), allow_abbrev=False)
        for name, help in actions.items()
    }


class Sentence(str):
    """What a list says of a word, as a sentence: with a capital and a full stop, or what a language has.

    >>> Sentence("remove accounts")
    'Remove accounts.'
    """

    __slots__ = ("words",)

    words: str

    def __new__(cls, words: str) -> Sentence:
        made = super().__new__(cls, f"{words[0].upper()}{words[1:]}.")
        made.words = words
        return made


def add_language(parser: argparse._ActionsContainer) -> None:
    """Add the option that overrides the language of the locale."""
    parser.add_argument(
        "--lang", choices=("en", "zh"), help="language of what is said (default: as the locale says)"
    )


def add_colour(parser: argparse._ActionsContainer) -> None:
    """Add the option that says when to use colours; `terminal.coloured` judges it."""
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="when to use colours (default: on a terminal)",
    )


def add_hosts(parser: argparse._ActionsContainer) -> argparse._MutuallyExclusiveGroup:
    """Add the options for people with a domain of their own, of which one may be given; returns them."""
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--provider",
        metavar="ID",
        help="who hosts the address, if its domain does not tell ('mailgen providers' lists them)",
    )
    who.add_argument("--hosted-by", metavar="DOMAIN", help="the same, by a domain that the provider serves")
    return who


def add_providers(parser: argparse._ActionsContainer) -> None:
    """Add the option that names a folder of provider files; `catalog.with_own_providers` reads it."""
    parser.add_argument(
        "--providers", metavar="DIR", help="a folder of provider files that come before mailgen's own"
    )


def add_accounts(parser: argparse._ActionsContainer, help: str = "the accounts file") -> None:
    """Add the option that names the accounts file; `accounts.chosen_path` reads it."""
    where = Text("{what} (default: mailgen/accounts.yaml in ~/.config)", what=help)
    parser.add_argument("--accounts", metavar="FILE", help=where)


def verb_parser(verb: str) -> argparse.ArgumentParser:
    """Return the parser of one verb."""
    parser = Parser(prog=f"mailgen {verb}", description=Sentence(VERBS[verb]), allow_abbrev=False)
    configure_verb(verb, parser)
    return parser


def configure_verb(verb: str, parser: argparse.ArgumentParser) -> None:
    """Add the arguments of one verb to a parser."""
    from importlib import import_module

    import_module(module_of(verb)).configure(parser)
    _with_language(parser)


def _with_language(parser: argparse.ArgumentParser) -> None:
    """Give each parser below this one the option for the language, unless it has it already."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                _with_language(one)
            return
    if all(action.dest != "lang" for action in parser._actions):
        add_language(parser)


def top_parser() -> argparse.ArgumentParser:
    """Return the parser that prints `mailgen --help`: a line for each verb, and no verb's module imported."""
    parser = _whole()
    words = parser.add_argument_group("words")
    words.add_argument("TARGET", help=_TARGET)
    for verb, help in VERBS.items():
        words.add_argument(verb, help=help)
    return parser


def _whole() -> argparse.ArgumentParser:
    """Return a parser of the program as a whole that knows none of its words yet."""
    parser = Parser(
        prog="mailgen",
        usage="mailgen TARGET ADDRESS [options]\n       mailgen WORD [options]",
        description="Turn a mail address into working, safe configuration for mail clients.",
        epilog=Listed("\n", ["examples:", EXAMPLES + "\n", STATUS]),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mailgen {__version__}")
    return parser


def full_parser(targets: Mapping[str, str] | None = None) -> argparse.ArgumentParser:
    """Return the parser of everything, for completion and the manual page.

    `targets` maps names to titles; without it the main form stands there once, as TARGET.
    """
    parser = _whole()
    words = parser.add_subparsers(
        title="words", metavar="WORD", required=True, parser_class=Parser, prog="mailgen"
    )
    if targets is None:
        add_form(words.add_parser("TARGET", help=_TARGET))
    for name, title in (targets or {}).items():
        add_form(words.add_parser(name, help=Text("print the configuration of {title}", title=title)))
    for verb, help in VERBS.items():
        configure_verb(verb, words.add_parser(verb, help=help, description=Sentence(help)))
    return parser
