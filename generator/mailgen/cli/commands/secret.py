"""`mailgen secret`: keep the secret of an account in the store that the account names, or try it."""

from __future__ import annotations

import resource
import sys

from mailgen.accounts import reader
from mailgen.cli import prompts
from mailgen.cli.account_options import accounts_option
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_accounts, add_actions, add_language, add_providers
from mailgen.cli.terminal import advise, copy_line, language, say, show, warn
from mailgen.core.errors import MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.core.values import replace
from mailgen.credentials.stores import STORES, kind_of, stored
from mailgen.model.vocabulary import PROTOCOLS
from mailgen.render.next_steps import secrets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.model.account import Account
    from mailgen.model.provider import Provider
    from mailgen.model.tokens import Secret

ACTIONS = {
    "set": "ask for the secret of an account and keep it where the account says",
    "check": "try whether the secret of an account comes out; it is not shown",
}
_ASKED = {
    "en": ("the secret of {address} (nothing is shown)", "once more"),
    "zh": ("{address} 的密码（不会显示）", "再输入一次"),
}
_ALL_THE_SAME = {"en": "keep it all the same?", "zh": "仍要保存吗？"}
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
    for name, action in add_actions(parser, ACTIONS).items():
        action.add_argument("id", metavar="ID", help="an account's id ('mailgen accounts list' lists them)")
        action.add_argument(
            "--for", choices=PROTOCOLS, dest="protocol", help="the secret that only this protocol has"
        )
        add_accounts(action)
        add_providers(action)
        if name == "set":
            action.add_argument(
                "--from-stdin", action="store_true", help="read the secret from standard input, one line"
            )
            add_language(action)


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; returns the exit status."""
    from mailgen.accounts.requests import requests
    from mailgen.cli.account_ids import require

    path = reader.chosen_path(arguments.accounts)
    catalogue = opened(arguments.providers)
    data = reader.load_accounts(path, catalogue.target_names())
    require(arguments.id, data["accounts"], path)
    request = next(request for request in requests(data) if request.id == arguments.id)
    if arguments.protocol:
        request = _of_protocol(request, arguments.protocol, path)
    if arguments.action == "check":
        _check(request)
    else:
        _set(request, path, arguments, catalogue)
    return 0


def _of_protocol(request: Request, protocol: str, path: str) -> Request:
    """Return the request of an account with the way to the secret that one protocol has of its own."""
    from mailgen.accounts.requests import CREDENTIAL_KEYS

    own = {key: value for key, value in (request.data.get(protocol) or {}).items() if key in CREDENTIAL_KEYS}
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
        mend = mend.format_map(store.parts) if store else mend
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
        secret = _secret(arguments.from_stdin, str(request.address), lang)
        if not arguments.protocol:  # what a server of one's own wants nobody knows
            _judge(secret, request, catalogue, arguments.from_stdin, lang)
        keeping.keep(kind, store, secret, str(request.address))
    say({"en": f"kept with {kind}; to try it:", "zh": f"已存入 {kind}；试一试："}[lang])
    own = f" --for {arguments.protocol}" if arguments.protocol else ""
    copy_line(f"mailgen secret check {request.id}{own}{accounts_option(arguments.accounts)}")


def _secret(from_stdin: bool, address: str, lang: str) -> Secret:
    """Return the secret that is typed, or read from standard input if asked by name."""
    if from_stdin:
        return prompts.secret_from(sys.stdin)
    if not prompts.welcome():
        raise UsageError(
            "nobody is there to type the secret", "standard input", "use a terminal, or --from-stdin"
        )
    first, second = _ASKED[lang]
    return prompts.secret_typed(first.format(address=address), second)


def _judge(secret: Secret, request: Request, catalogue: Catalogue, unasked: bool, lang: str) -> None:
    """Warn of a secret that does not look like the provider's; on a terminal, keep it only if that is meant.

    Raises MailgenError if it is not.
    """
    from mailgen.credentials.shapes import misfit

    odd = None
    for provider, account in _used(request, catalogue):
        wanted = secrets_of(provider, account)
        wanted += [one for one in provider.credentials.cases if one.when and one.term.in_force]
        odd = misfit(secret, wanted, provider.name)
        if odd is None:
            return
    if odd is None:
        return
    where = Text("the secret of {id}", id=request.id)
    warn("warning", odd[0], where, odd[1], lang=lang)
    if unasked or prompts.agreed(_ALL_THE_SAME[lang]):
        return
    raise MailgenError(Text("the secret was not kept"), where, odd[1])


def _used(request: Request, catalogue: Catalogue) -> list[tuple[Provider, Account]]:
    """Return the provider and the account in each of the request's clients, as far as they can be made."""
    from mailgen.accounts.planner import Planner

    try:
        made = Planner(catalogue).plan({"accounts": {request.id: dict(request.data)}}).made
    except MailgenError:
        return []
    return [(one.provider, one.account) for one in made]


def _tell_netrc(request: Request, catalogue: Catalogue) -> None:
    """Print the lines for ~/.netrc, without the secret."""
    from mailgen.accounts.planner import Planner
    from mailgen.formats.netrc.grammar import netrc

    alone = {"accounts": {request.id: dict(request.data)}}
    lines = []
    for made in Planner(catalogue).plan(alone).made:
        for server in (made.account.incoming, made.account.smtp):
            if server:
                lines.append(f"machine {netrc(server.host)} login {netrc(server.username)} password")
    say("~/.netrc (mode 0600) is yours to write; put the secret at the end of these lines:")
    for line in dict.fromkeys(lines):
        copy_line(line)
    advise("In quotes if it holds blanks or starts with #.")


def _check(request: Request) -> None:
    from mailgen.credentials import keeping
    from mailgen.credentials.stores import credential_from

    credential = credential_from(request.data, request.address, request.id, request.where)
    if credential.command is None:
        raise MailgenError(
            Text("no command prints the secret of {id}", id=request.id),
            request.where,
            "there is nothing to try",
        )
    argv = credential.command.argv
    if wrong := keeping.output_problem(argv):
        kind = kind_of(request.data)[0]
        ours = kind in STORES and not STORES[kind].kept_elsewhere
        way = f"keep it with 'mailgen secret set {request.id}', or " if ours else ""
        raise MailgenError(
            Text("the secret of {id} does not come out: {wrong}", id=request.id, wrong=wrong),
            argv[0],
            Text("{way}run the command by hand", way=way),
        )
    show(f"{request.id}: works")
