"""`mailgen check`: connect and log in to the servers of an account, stage by stage, as its clients do."""

from __future__ import annotations

import argparse

from mailgen.catalog.index import CatalogueShelf
from mailgen.check import USUAL_PATIENCE, Step
from mailgen.check.gate import Hosts
from mailgen.cli.check_files import file_subjects
from mailgen.cli.check_memory import may_try
from mailgen.cli.check_report import report_of
from mailgen.cli.check_subjects import only_protocols, subjects
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_accounts, add_hosts, add_language, add_providers, add_slot, port
from mailgen.cli.terminal import language
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.discovery.trust import trust
from mailgen.model.vocabulary import INCOMING, PROTOCOLS, TLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from mailgen.catalog.reader import Catalogue
    from mailgen.check import Subject


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add = parser.add_argument
    add("what", metavar="ADDRESS|ID", nargs="*", help="a mail address, or an account's id")
    add("--file", metavar="FILE", help="the accounts of a client's own file instead, as it is")
    add(
        "--as",
        dest="target",
        metavar="TARGET",
        help="with --file: the client whose file it is, if its name does not tell",
    )
    add(
        "--only",
        metavar="PROTOCOL,...",
        default=",".join(PROTOCOLS),
        help="only the servers of these protocols: imap, pop3, smtp",
    )
    add("--no-login", action="store_true", help="only see whether the servers answer; nobody logs in")
    add("--all-endpoints", action="store_true", help="with --no-login: all servers that the provider has")
    add("--send", action="store_true", help="send a message to yourself, find it, and remove it again")
    add("--from-stdin", action="store_true", help="read the secret from standard input, one line")
    add("--json", action="store_true", help="print the result as JSON, one object an account")
    add_accounts(parser)
    add_providers(parser)
    add_language(parser)
    servers = parser.add_argument_group("an address that is in no accounts file")
    add_hosts(servers)
    add_slot(servers)
    add = servers.add_argument
    add("--username", metavar="NAME", help="login name, if it is another than the provider's rule says")
    add("--protocol", choices=INCOMING, help="how mail comes in (default: the best that works)")
    for protocol in PROTOCOLS:
        add(f"--{protocol}-host", metavar="HOST")
        add(f"--{protocol}-port", metavar="PORT", type=port)
        add(f"--{protocol}-tls", choices=tuple(TLS))
    parser.epilog = (
        "One wrong secret is shown to one server at most. Without --send nothing is sent or changed, "
        "and no mail is read. "
        "Exit status: 0 all is well, 1 something failed, 2 wrong words, 130 interrupted."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print each stage as it is done; returns the exit status of the epilog."""
    import resource

    _judge(arguments)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no dump of our memory: a secret is in it
    catalogue = opened(arguments.providers)
    context = trust()
    hosts = Hosts()
    good = True
    for subject in _subjects(arguments, catalogue):
        if not subject.servers:
            raise MailgenError(
                Text("{name} uses no server of these protocols", name=subject.name), "--only", "name another"
            )
        lang = language(arguments.lang)
        login = not arguments.no_login and may_try(subject.name, lang)
        report = report_of(subject, lang, arguments.json, login, context, hosts)
        if arguments.send:
            report.add(subject.servers[-1], None, _round_trip(subject, context, report.good))
        report.close()
        good = good and report.good
    return 0 if good else 1


def _judge(arguments: argparse.Namespace) -> None:
    arguments.only = only_protocols(arguments.only)
    if bool(arguments.what) == (arguments.file is not None):
        raise UsageError(
            "name an account, or a file" if not arguments.what else "an account and a file are two things",
            "check",
            "give addresses or ids, or --file FILE",
        )
    if arguments.from_stdin and (arguments.no_login or len(arguments.what) > 1):
        raise UsageError(
            "one secret is read, for one account that logs in", "--from-stdin", "name one account"
        )
    if arguments.send and arguments.no_login:
        raise UsageError("nobody sends without a login", "--send", "leave --no-login out")
    if arguments.all_endpoints and not arguments.no_login:
        raise UsageError(
            "an account is logged in where its clients log in only",
            "--all-endpoints",
            "add --no-login",
        )


def _round_trip(subject: Subject, context: ssl.SSLContext, good: bool) -> Step:
    import secrets

    from mailgen.check.sending import round_trip

    if not good:
        return Step("round-trip", None, 0, Text("something failed before"))
    return round_trip(subject, context, USUAL_PATIENCE, f"mailgen-{secrets.token_hex(12)}")


def _subjects(arguments: argparse.Namespace, catalogue: Catalogue) -> Iterator[Subject]:
    if arguments.file is not None:
        yield from file_subjects(arguments.file, arguments, CatalogueShelf(catalogue))
        return
    from mailgen.cli.wish import servers_from, slots_from
    from mailgen.resolve.wish import Wish

    if arguments.username == "":
        raise UsageError(
            Text("the {option} is empty", option="username"),
            "--username",
            "give one, or leave the option out",
        )
    wish = Wish(
        username=arguments.username,
        protocol=arguments.protocol,
        servers=servers_from(arguments),
        slots=slots_from(arguments.slot),
    )
    yield from subjects(arguments, catalogue, wish)
