"""`mailgen accounts`: add, list, show, change and remove the accounts of the accounts file."""

from __future__ import annotations

from mailgen.accounts import reader
from mailgen.cli import account_options
from mailgen.cli.account_ids import require
from mailgen.cli.new_account import free_id, household_so_far, tried_in_chain, with_new_account
from mailgen.cli.opening import opened
from mailgen.cli.parser import add_accounts, add_actions, add_providers
from mailgen.cli.taking_back import taken_back, write_provider
from mailgen.cli.terminal import cells, copy_line, language, padded, report, say, show, show_data
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError
from mailgen.core.text import Listed, Text
from mailgen.credentials.stores import STORES, kind_of
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue

ACTIONS = {
    "add": "add an account; asks for what is missing if this is a terminal",
    "list": "list the accounts",
    "show": "print an account, with the servers that its clients will use",
    "set": "change an account: KEY=VALUE, or KEY= to take a key out",
    "edit": "open the accounts file in your editor ($VISUAL, $EDITOR), and judge it then",
    "rm": "remove accounts",
}


_CHANGES = {"show": "show_account", "set": "set_in_account", "edit": "edit_file"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    made = add_actions(parser, ACTIONS)
    account_options.add_account_options(made["add"])
    made["list"].add_argument("--json", action="store_true", help="print the list as JSON")
    made["show"].add_argument("id", metavar="ID", help="an account's id")
    made["show"].add_argument("--json", action="store_true", help="print it as JSON")
    made["set"].add_argument("id", metavar="ID", help="an account's id")
    made["set"].add_argument(
        "changes",
        metavar="KEY=VALUE",
        nargs="+",
        help="protocol=pop3, smtp.port=587, targets='[mutt, msmtp]'",
    )
    made["edit"].add_argument("id", metavar="ID", nargs="?", help="the account to begin at")
    made["rm"].add_argument("ids", metavar="ID", nargs="+", help="an account's id")
    for action in made.values():
        add_accounts(action)
    for name in ("add", "list", "show", "set", "edit"):
        add_providers(made[name])
    for name in ("add", "set", "rm"):
        made[name].add_argument(
            "--follow-links", action="store_true", help="change the file behind a symbolic link"
        )


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; returns the exit status."""
    path = reader.chosen_path(arguments.accounts)
    if arguments.action in _CHANGES:
        from mailgen.cli import account_changes

        do = getattr(account_changes, _CHANGES[arguments.action])
        if do(path, arguments, opened(arguments.providers)):
            _advise_apply(arguments)
    else:
        {"add": _add, "list": _list, "rm": _remove}[arguments.action](path, arguments)
    return 0


def _add(path: str, arguments: argparse.Namespace) -> None:
    from mailgen.accounts import saving

    catalogue = opened(arguments.providers)
    data = household_so_far(path, catalogue)
    given, who = account_options.whose_account(arguments, data, catalogue)
    id = given or free_id(str(who.address), data["accounts"])
    account: dict[str, Any] | None = None
    while True:
        account = account_options.account_from(arguments, data, who, account)
        try:
            request, results, stand_ins = tried_in_chain(
                path, data, id, account, who.catalogue, arguments.chain
            )
        except MailgenError as error:
            if not account_options.asks(arguments, data):
                raise
            report(error, arguments.lang)  # and the same is asked again, what was answered standing there
        else:
            break

    def edited(text: str) -> str:
        return with_new_account(text, path, id, account, who.catalogue)

    with taken_back() as back:
        if who.path:
            write_provider(who, back)
        saving.change(path, edited, create=True, follow_links=arguments.follow_links)
    say(Text("added the account {id} to {path}", id=id, path=path))
    kind = _row(request, who.catalogue)["credential"]
    kept = kind in STORES and not STORES[kind].kept_elsewhere
    account_options.tell_stand_ins(stand_ins)
    account_options.tell_chain(results, arguments.chain)
    # Who reads and sends through others asks for no secret.
    first = next((one for one in results if one.account.incoming or one.account.smtp), results[0])
    account_options.tell_new_account(first, id, kept, arguments)
    _advise_apply(arguments)


def _list(path: str, arguments: argparse.Namespace) -> None:
    from mailgen.accounts.requests import requests

    catalogue = opened(arguments.providers)
    data = reader.load_accounts(path, catalogue.target_names())
    rows = [_row(request, catalogue) for request in requests(data)]
    if arguments.json:
        show_data(rows)
        return
    if not rows:
        say("there are no accounts yet", where=path, mend="add one with 'mailgen accounts add'")
    lang = language(arguments.lang)
    names = [
        worded(Text("{id} (default)", id=row["id"]) if row["default"] else row["id"], lang) for row in rows
    ]
    width = max(map(cells, names), default=0)
    for name, row in zip(names, rows, strict=True):
        text = Text(
            "{address}, {provider}, secret: {credential}, for: {targets}",
            address=row["address"],
            provider=row["provider"] or Text("own servers"),
            credential=row["credential"],
            targets=Listed(", ", row["targets"]),
        )
        if (state := _login_said(row, arguments)) is not None:
            text = Text("{account}; {login}", account=text, login=state)
        show(f"{padded(name, width)}  {worded(text, lang)}", " " * (width + 2))


def _login_said(row: dict[str, Any], arguments: argparse.Namespace) -> Text | None:
    """Return in words whether somebody has signed in; None for an account that needs no login."""
    if row["signed_in"] is None:
        return None
    if row["signed_in"]:
        return Text("signed in")
    where = account_options.accounts_option(arguments.accounts)
    return Text("not signed in: run '{command}'", command=f"mailgen login {row['id']}{where}")


def _signed_in(request: Request) -> bool | None:
    """Say whether somebody has signed in for an account whose tokens mailgen prints; None if it does not."""
    from mailgen.credentials.stores import credential_from

    parts = (request.data, *(request.data.get(protocol) or {} for protocol in PROTOCOLS))
    if not any(
        credential_from(part, request.address, request.id, request.where).is_own_token for part in parts
    ):
        return None
    from mailgen.oauth2.logins import is_remembered

    return is_remembered(str(request.address))


def _row(request: Request, catalogue: Catalogue) -> dict[str, Any]:
    from mailgen.accounts.requests import CREDENTIAL_KEYS

    data = request.data
    provider = data.get("provider")
    if provider is None:
        served = catalogue.provider_for(request.address.domain)
        provider = served.id if served else None
    key = next((key for key in CREDENTIAL_KEYS if key in data), None)
    kind = data["credential"] if key == "credential" else (key or "prompt").removesuffix("_command")
    return {
        "id": request.id,
        "address": data["address"],
        "provider": provider,
        "targets": list(request.targets),
        "default": bool(data.get("default")),
        "credential": kind if isinstance(kind, str) else kind["kind"],
        "signed_in": _signed_in(request),
    }


def _remove(path: str, arguments: argparse.Namespace) -> None:
    from mailgen.accounts import edit, saving

    stores: dict[str, str] = {}

    def edited(text: str) -> str:
        for id in dict.fromkeys(arguments.ids):
            data = reader.parsed(text, path)
            there = data.get("accounts") if isinstance(data, dict) else None
            require(id, there if isinstance(there, dict) else {}, path)
            account = {**(data.get("defaults") or {}), **data["accounts"][id]}
            if (kind := kind_of(account)[0]) in STORES and STORES[kind].keep:
                stores[id] = kind
            text = edit.without_account(text, path, id)
        return text

    saving.change(path, edited, follow_links=arguments.follow_links)
    for id in dict.fromkeys(arguments.ids):
        say(Text("removed the account {id} from {path}", id=id, path=path))
        if id in stores:
            say(Text("its secret stays in {kind}, until you delete it there", kind=stores[id]))
    _advise_apply(arguments)


def _advise_apply(arguments: argparse.Namespace) -> None:
    say("the clients do not know yet; tell them with:")
    copy_line(f"mailgen apply{account_options.accounts_option(arguments.accounts)}")
