"""`mailgen secret`: keep the secret of an account in the store that the account names, or try it."""

from __future__ import annotations

import resource

from mailgen.accounts import reader
from mailgen.cli import prompts
from mailgen.cli.account_options import accounts_option
from mailgen.cli.kept import forget_kept, remember_kept
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_accounts, add_actions, add_language, add_providers
from mailgen.cli.secret_dialogue import given_secret, judge_secret, used_in
from mailgen.cli.terminal import advise, copy_line, language, report, say, show, show_data
from mailgen.cli.wording import COLON, worded
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.credentials.stores import STORES, kind_of, stored
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue

ACTIONS = {
    "set": "ask for the secret of an account and keep it where the account says",
    "check": "try whether the secret of an account comes out; it is not shown",
}
#: Ways to a secret that are no store, so that mailgen cannot keep one there: why, and what to do.
_ELSEWHERE = {
    "prompt": ("its clients ask for it", "to have it kept, write credential: pass (or another store)"),
    "oauth2": ("its clients sign in by themselves (OAuth2)", "start the client; it opens the sign-in page"),
    "literal": ("its secret is written into the clients' own files", "hand it over when these are written"),
    "password_command": (
        "a command of yours prints its secret",
        "keep it with the program that this command asks, or write credential: pass",
    ),
    "token_command": ("a command of yours prints its tokens", "sign in with the program that it asks"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    made = add_actions(parser, ACTIONS)
    made["set"].add_argument("id", metavar="ID", help="an account's id ('mailgen accounts list' lists them)")
    made["set"].add_argument(
        "--from-stdin", action="store_true", help="read the secret from standard input, one line"
    )
    made["check"].add_argument(
        "ids", metavar="ID", nargs="*", help="an account's id; without one, all of them"
    )
    made["check"].add_argument("--json", action="store_true", help="print the answers as JSON")
    for action in made.values():
        action.add_argument(
            "--for", choices=PROTOCOLS, dest="protocol", help="the secret that only this protocol has"
        )
        add_accounts(action)
        add_providers(action)
        add_language(action)


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; returns the exit status."""
    from mailgen.accounts.requests import requests
    from mailgen.cli.account_ids import require

    path = reader.chosen_path(arguments.accounts)
    catalogue = opened(arguments.providers)
    data = reader.load_accounts(path, catalogue.target_names())
    known = {request.id: request for request in requests(data)}
    named = list(dict.fromkeys(arguments.ids if arguments.action == "check" else [arguments.id]))
    for id in named:
        require(id, known, path)
    if arguments.action == "check":
        asked = [
            one for id in named or known for one in _ways(known[id], arguments.protocol, path, bool(named))
        ]
        return _check(asked, arguments, bool(named))
    request = known[arguments.id]
    if arguments.protocol:
        request = _of_protocol(request, arguments.protocol, path)
    _set(request, path, arguments, catalogue)
    return 0


def _ways(request: Request, only: str | None, path: str, named: bool) -> Iterator[tuple[str | None, Request]]:
    """Yield the ways to an account's secrets that are to be tried, each with the protocol whose own it is.

    Raises MailgenError for a named account in which the `only` protocol has none.
    """
    if only is None:
        yield None, request
    for protocol in PROTOCOLS if only is None else (only,):
        if (only and named) or _own_ways(request, protocol):
            yield protocol, _of_protocol(request, protocol, path)


def _own_ways(request: Request, protocol: str) -> dict[str, Any]:
    from mailgen.accounts.requests import CREDENTIAL_KEYS

    return {key: value for key, value in (request.data.get(protocol) or {}).items() if key in CREDENTIAL_KEYS}


def _of_protocol(request: Request, protocol: str, path: str) -> Request:
    """Return the request of an account with the way to the secret that one protocol has of its own."""
    from mailgen.accounts.requests import CREDENTIAL_KEYS

    own = _own_ways(request, protocol)
    if not own:
        raise MailgenError(
            Text("{protocol} has no secret of its own in {id}", protocol=protocol, id=request.id),
            path,
            Text("leave out {option}, or name one in the account", option="--for"),
        )
    rest = {key: value for key, value in request.data.items() if key not in CREDENTIAL_KEYS}
    return replace(request, data={**rest, **own})


def _set(request: Request, path: str, arguments: argparse.Namespace, catalogue: Catalogue) -> None:
    from mailgen.credentials import keeping

    kind, given = kind_of(request.data)
    lang = language(arguments.lang)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no dump of our memory, nor of the program's
    if kind == "netrc":
        _tell_netrc(request, catalogue)
        return
    store = stored(kind, request.address, request.id, given) if kind in STORES else None
    if store is None or store.kept_elsewhere:
        why, mend = store.kept_elsewhere if store and store.kept_elsewhere else _ELSEWHERE[kind]
        mend = Text(mend, **(store.parts if store else {}))
        raise MailgenError(
            Text("mailgen keeps no secret for {id}: {why}", id=request.id, why=why), path, mend
        )
    if store.form == "asks":
        if arguments.from_stdin or not prompts.welcome():
            raise UsageError(
                Text("{kind} asks on a terminal itself", kind=kind), "secret set", "start this on a terminal"
            )
        keeping.ask_by_itself(store)
    else:
        # What a server of one's own wants nobody knows.
        used = [] if arguments.protocol else used_in(request, catalogue)
        secret = given_secret(str(request.address), used, arguments.from_stdin, lang)
        judge_secret(secret, used, Text("the secret of {id}", id=request.id), arguments.from_stdin, lang)
        keeping.keep(kind, store, secret, str(request.address))
    remember_kept(store.show)
    say({"en": f"kept with {kind}; to try it:", "zh": f"已存入 {kind}；试一试："}[lang])
    own = f" --for {arguments.protocol}" if arguments.protocol else ""
    copy_line(f"mailgen secret check {request.id}{own}{accounts_option(arguments.accounts)}")


def _tell_netrc(request: Request, catalogue: Catalogue) -> None:
    """Print the lines for ~/.netrc, without the secret."""
    from mailgen.accounts.planner import Planner
    from mailgen.formats.netrc.grammar import netrc

    lines = []
    for made in Planner(catalogue).alone(request):
        for server in (made.account.incoming, made.account.smtp):
            if server:
                lines.append(f"machine {netrc(server.host)} login {netrc(server.username)} password")
    say("~/.netrc (mode 0600) is yours to write; put the secret at the end of these lines:")
    for line in dict.fromkeys(lines):
        copy_line(line)
    advise("in quotes if it holds blanks or starts with #")


def _check(asked: list[tuple[str | None, Request]], arguments: argparse.Namespace, named: bool) -> int:
    """Try whether each secret comes out, and say so; returns 1 if one does not, else 0.

    That there is nothing to try is a refusal only for accounts that were named.
    """
    lang = language(arguments.lang)
    answers = [(protocol, request, *_tried(request, protocol)) for protocol, request in asked]
    bad = [error for _, _, works, error in answers if error and (works is False or named)]
    if arguments.json:
        show_data([_as_data(*answer) for answer in answers])
        return int(bool(bad))
    for protocol, request, _, error in answers:
        if error in bad:
            continue
        said = worded(error.what if error else "works", lang)
        show(f"{request.id}{f' ({protocol})' if protocol else ''}{COLON[lang]}{said}", "  ")
    for error in bad:
        report(error, lang)
    return int(bool(bad))


def _tried(request: Request, protocol: str | None) -> tuple[bool | None, MailgenError | None]:
    """Return whether the secret of an account comes out, None if nobody can try; and why not."""
    from mailgen.credentials import keeping
    from mailgen.credentials.stores import credential_from

    kind = kind_of(request.data)[0]
    try:
        credential = credential_from(request.data, request.address, request.id, request.where)
        if credential.command is None:
            why = _ELSEWHERE[kind][0] if kind in _ELSEWHERE else "the client reads it there"
            what = Text("no command prints the secret of {id}: {why}", id=request.id, why=why)
            return None, MailgenError(what, request.where, "there is nothing to try")
        argv = credential.command.argv
        wrong = keeping.output_problem(argv)
        (forget_kept if wrong else remember_kept)(argv)
    except MailgenError as error:
        return False, error
    if not wrong:
        return True, None
    ours = kind in STORES and not STORES[kind].kept_elsewhere
    mend = (
        Text(
            "keep it with 'mailgen secret set {id}', or run the command by hand",
            id=f"{request.id} --for {protocol}" if protocol else request.id,
        )
        if ours
        else "run the command by hand"
    )
    what = Text("the secret of {id} does not come out: {wrong}", id=request.id, wrong=wrong)
    return False, MailgenError(what, argv[0], mend)


def _as_data(
    protocol: str | None, request: Request, works: bool | None, error: MailgenError | None
) -> dict[str, object]:
    return {
        "id": request.id,
        "protocol": protocol,
        "address": str(request.address),
        "credential": kind_of(request.data)[0],
        "works": works,
        "why": error.what if error else None,
    }
