"""`mailgen setup`: from an address to a mail program that works; it asks for what no option says."""

from __future__ import annotations

import argparse

from mailgen.accounts import reader
from mailgen.cli import login_dialogue, prompts, setup_writing
from mailgen.cli.account_options import accounts_option, add_own_servers
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_accounts, add_hosts, add_language, add_providers
from mailgen.cli.setup_answers import FILLED, Chosen, Kept, Questions
from mailgen.cli.terminal import language, say
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.model.vocabulary import INCOMING, NO_INCOMING, PROTOCOLS
from mailgen.resolve.address import parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.cli.setup_writing import Proposal
    from mailgen.cli.unlisted import Served
    from mailgen.writer.changes import FileChange

#: Options of the verbs that setup is made of and does not have: what they say where nobody gives them.
_USUAL: dict[str, Any] = {
    **dict.fromkeys(("label", "reply_to", "signature", "maildir", "output", "credential", "client")),
    **dict.fromkeys(("password_command", "token_command")),
    **dict.fromkeys(("pass_", "secret_tool", "keychain", "default", "all_endpoints", "quiet"), False),
    **{name: [] for name in ("set", "secret_from_file", "secret_fd", "targets")},
    "verbose": False,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    add = parser.add_argument
    add("address", metavar="ADDRESS", nargs="?", help="the mail address, name@example.org")
    add(
        "--client",
        metavar="TARGET",
        action="extend",
        nargs="+",
        default=[],
        dest="clients",
        help="mail programs to set up ('mailgen targets --for ADDRESS' tells which work)",
    )
    add("--name", metavar="NAME", help="your name as others shall read it")
    add(
        "--store",
        metavar="KIND",
        choices=FILLED,
        help="where the secret, or the login, is kept (default: the first store that is here)",
    )
    add("--from-stdin", action="store_true", help="read the secret from standard input, one line")
    add("--discover", action="store_true", help="ask the Internet for the servers if nobody lists the domain")
    add("--adopt", action="store_true", help="take over files that mailgen did not make; a copy is kept")
    add("-y", "--yes", action="store_true", help="ask nothing: take what is proposed, and write it")
    add("--no-check", action="store_true", help="do not log in to see whether it works")
    add(
        "--protocol",
        choices=(*INCOMING, NO_INCOMING),
        help="how mail comes in, or none to send only (default: the best that works)",
    )
    add("--username", metavar="NAME", help="login name, if it is another than the provider's rule says")
    add_hosts(parser)
    login_dialogue.add_ways(parser)
    add(
        "--oauth2-client",
        metavar="NAME",
        help="the client to sign in with, by its name in oauth2-clients.yaml",
    )
    add(
        "--follow-links",
        action="store_true",
        help="write through links that lead to files of yours, as dotfile managers make them",
    )
    add_accounts(parser)
    add_providers(parser)
    add_language(parser)
    add_own_servers(parser)
    parser.set_defaults(**_USUAL)
    parser.epilog = (
        "Ctrl-C leaves all as it was until the files are written. Exit status: 0 set up and tried, "
        "1 refused, or set up and something does not work, 2 wrong words, 130 interrupted."
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask, show, write and try; returns the exit status of the epilog."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no dump of our memory: a secret is in it
    path = reader.chosen_path(arguments.accounts)
    try:
        who, questions, chosen, kept, draft = _answered(arguments, path)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(Text("nothing has changed")) from None
    changes = setup_writing.write_all(arguments, who, chosen, kept, draft)
    _tell_written(draft, changes, chosen, arguments)
    try:
        good = arguments.no_check or _checked(arguments, path, questions, chosen, kept)
    except KeyboardInterrupt:
        done = Text("the account is set up; try it with '{command}'", command=_check_line(chosen, arguments))
        raise KeyboardInterrupt(done) from None
    _tell_opening(chosen, who.catalogue, good, arguments)
    return 0 if good else 1


def _answered(arguments: argparse.Namespace, path: str) -> tuple[Served, Questions, Chosen, Kept, Proposal]:
    """Return all that is known before anything is written, once somebody has agreed to it."""
    from mailgen.cli.new_account import household_so_far

    catalogue = opened(arguments.providers)
    data = household_so_far(path, catalogue)
    questions = Questions(arguments, path, data)
    who = _who(arguments, catalogue, questions, data)
    chosen = questions.store(questions.choose(who))
    draft = _draft(arguments, path, who, chosen, questions)
    kept = questions.secret(chosen)
    _tell_length(who, chosen, kept)
    _show(draft, arguments)
    if draft.changes and not _agreed(draft, questions, arguments):
        raise MailgenError(
            Text("you did not agree, so nothing was written"),
            Text("your answer"),
            Text("start again, or see 'mailgen accounts add --help' for all that can be said"),
        )
    return who, questions, chosen, kept, draft


def _who(
    arguments: argparse.Namespace, catalogue: Catalogue, questions: Questions, data: dict[str, Any]
) -> Served:
    """Return the address, and who serves it."""
    from mailgen.cli.unlisted import served

    text = arguments.address
    if text is None and arguments.clients and "@" in arguments.clients[-1]:
        text = arguments.clients.pop()  # behind the clients
    if text is None:
        if not questions.asking:
            raise UsageError(
                Text("no address is given, and nobody is there to be asked"),
                "ADDRESS",
                Text("write mailgen setup ADDRESS, or start this on a terminal"),
            )
        text = prompts.ask(worded(Text("mail address"), questions.lang), "", parse_address)
    return served(parse_address(text), arguments, catalogue, questions.asking, data.get("defaults", {}))


def _draft(
    arguments: argparse.Namespace, path: str, who: Served, chosen: Chosen, questions: Questions
) -> Proposal:
    """Return what would be written; files of others are taken over only if that is agreed to."""
    try:
        return setup_writing.draft_of(arguments, path, who, chosen)
    except MailgenError as refusal:
        if arguments.adopt or not questions.asking:
            raise
        arguments.adopt = True
        try:
            draft = setup_writing.draft_of(arguments, path, who, chosen)
        except MailgenError:
            raise refusal from None
        taken = [draft.wanted.shown(one.path) for one in draft.changes if one.kind == "adopt"]
        names = ", ".join(taken)
        asked = Text("{paths} was not made by mailgen; take it over? A copy is kept", paths=names)
        if not taken or not prompts.agreed(asked):
            raise refusal from None
        return draft


def _tell_length(who: Served, chosen: Chosen, kept: Kept) -> None:
    """Tell which of the clients cannot log in with a token as long as the one that is there."""
    if chosen.way != "login":
        return
    from mailgen.cli.token_lengths import warn_of_length
    from mailgen.oauth2.cached import good

    address = chosen.request.address
    token = kept.login.tokens.access.text if kept.login else good(str(address))
    names = [one.target.name for one in chosen.results]
    warn_of_length(address, chosen.results[0].provider, who.catalogue, names, len(token))


def _show(draft: Proposal, arguments: argparse.Namespace) -> None:
    """Print what will be written, and what should be known of it, before anybody agrees."""
    from mailgen import writer
    from mailgen.cli.differences import show_lines, tell_differing

    differing = [one for one in draft.changes if writer.unified([one])]
    if not differing:
        return
    lang = language(arguments.lang)
    text = writer.unified(differing, draft.wanted.shown, said=lambda text: worded(text, lang))
    show_lines(text, pages=False)
    if draft.after != (draft.before or ""):
        say(Text("the accounts file {path} gets the account", path=draft.path))
    tell_differing(differing, arguments.lang)


def _agreed(draft: Proposal, questions: Questions, arguments: argparse.Namespace) -> bool:
    """Say whether the files are to be written; raises UsageError if nobody is there to say so."""
    from mailgen.cli.household_notes import tell_warnings

    if draft.wanted.plan:
        tell_warnings(draft.wanted.plan.made, True, questions.lang)
    if arguments.yes:
        return True
    if not questions.asking:
        raise UsageError(Text("nobody is there to agree to this"), "--yes", Text("if it is right, add it"))
    return prompts.agreed(Text("write this?"), usually=True)


def _tell_written(draft: Proposal, changes: Any, chosen: Chosen, arguments: argparse.Namespace) -> None:
    """Say what was written, and what is left to be done for each client."""
    from mailgen.cli.hints import tell_after
    from mailgen.cli.household_notes import tell_steps
    from mailgen.cli.report import said_of
    from mailgen.cli.terminal import show

    lang = language(arguments.lang)
    done: list[FileChange] = [one for one in changes if one.on_disk]
    for one in done:
        show(said_of(one, draft.wanted.shown, True, lang))
    plan = draft.wanted.plan
    made = [one for one in plan.made if one.id == chosen.id] if plan else []
    tell_steps(made, lang, accounts_option(arguments.accounts))
    tell_after((one.file for one in done if one.file), lang)


def _checked(
    arguments: argparse.Namespace, path: str, questions: Questions, chosen: Chosen, kept: Kept
) -> bool:
    """Log in as the clients will; a secret that is refused may be typed again. Says whether all is well."""
    from mailgen.cli.check_subjects import subject_of
    from mailgen.cli.terminal import report as tell_refusal

    catalogue = opened(arguments.providers)
    while True:
        request = next(one for one in _requests(path, catalogue) if one.id == chosen.id)
        login = kept.there or (chosen.way == "none" and questions.asking)
        settings = argparse.Namespace(**{**vars(arguments), **_CHECKING, "no_login": not login})
        try:
            report = _examined(subject_of(request, catalogue, settings), login, questions)
        except MailgenError as error:  # the secret does not come out
            tell_refusal(error, questions.lang)
            return False
        if report.good or not (report.refused and questions.asking and chosen.way != "login"):
            return bool(report.good and login)
        if not prompts.agreed(Text("type it again?"), usually=True):
            return False
        if kept.store is not None:
            kept = replace(
                kept, secret=questions.typed(chosen, again=True), former=kept.secret or kept.former
            )
            setup_writing.keep_secret(chosen, kept, [])


#: What `check` is asked for here: all servers, with the secret as clients get it.
_CHECKING = {"from_stdin": False, "only": PROTOCOLS}


def _requests(path: str, catalogue: Catalogue) -> Iterator[Any]:
    from mailgen.accounts.requests import requests
    from mailgen.cli.check_subjects import as_here

    yield from requests(as_here(reader.load_accounts(path, catalogue.target_names()), catalogue))


def _examined(subject: Any, login: bool, questions: Questions) -> Any:
    from mailgen.check.gate import Hosts
    from mailgen.cli.check_report import report_of
    from mailgen.discovery.trust import trust

    report = report_of(subject, questions.lang, False, login, trust(), Hosts())
    report.close()
    return report


def _check_line(chosen: Chosen, arguments: argparse.Namespace) -> str:
    return f"mailgen check {chosen.id}{accounts_option(arguments.accounts)}"


def _tell_opening(chosen: Chosen, catalogue: Catalogue, good: bool, arguments: argparse.Namespace) -> None:
    """Say how to open the mail program; or how to go on, if it does not work yet."""
    from mailgen.cli.hints import tell_opening
    from mailgen.cli.terminal import copy_line

    lang = language(arguments.lang)
    if not good:
        say(
            Text("the account is set up, and does not work yet; when that is mended, try it with:"), lang=lang
        )
        copy_line(_check_line(chosen, arguments))
        return
    for result in chosen.results:
        tell_opening(result, catalogue.manifest(result.target.name), lang)
