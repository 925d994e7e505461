"""`mailgen accounts`: add, list and remove the accounts of the accounts file."""

from __future__ import annotations

import re

from mailgen import accounts
from mailgen.address import parse_address, shown
from mailgen.commands import account_options
from mailgen.commands.opening import opened
from mailgen.credentials import STORES
from mailgen.errors import DataError, MailgenError, UsageError
from mailgen.parser import add_accounts, add_actions, add_providers
from mailgen.terminal import copy_line, say, show, show_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from mailgen.api import Result
    from mailgen.catalog import Catalogue
    from mailgen.household import Request

ACTIONS = {
    "add": "add an account; asks for what is missing if this is a terminal",
    "list": "list the accounts",
    "rm": "remove accounts",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this verb."""
    made = add_actions(parser, ACTIONS)
    account_options.configure(made["add"])
    made["list"].add_argument("--json", action="store_true", help="print the list as JSON")
    made["rm"].add_argument("ids", metavar="ID", nargs="+", help="an account's id")
    for action in made.values():
        add_accounts(action)
    for name in ("add", "list"):
        add_providers(made[name])
    for name in ("add", "rm"):
        made[name].add_argument(
            "--follow-links", action="store_true", help="change the file behind a symbolic link"
        )


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; returns the exit status."""
    path = accounts.chosen_path(arguments.accounts)
    {"add": _add, "list": _list, "rm": _remove}[arguments.action](path, arguments)
    return 0


def _add(path: str, arguments: argparse.Namespace) -> None:
    from mailgen import accounts_edit, accounts_file

    catalogue = opened(arguments.providers)
    data = _household(path, catalogue)
    id, account = account_options.account_from(arguments, data, catalogue)
    id = id or _free_id(account["address"], data["accounts"])
    request, results = _tried(path, data, id, account, catalogue)

    def edited(text: str) -> str:
        new = accounts_edit.with_account(text, path, id, account)
        found = accounts.problems(accounts.parsed(new, path), catalogue.target_names(), passwords=False)
        if found:
            raise accounts.together(new, path, found)
        return new

    accounts_file.change(path, edited, create=True, follow_links=arguments.follow_links)
    say(f"added the account {id} to {path}")
    kept = _row(request, catalogue)["credential"] in STORES
    account_options.tell(results[0], id, kept, arguments)
    _advise_apply(arguments)


def _household(path: str, catalogue: Catalogue) -> dict[str, Any]:
    import os

    if not os.path.lexists(path) or not accounts.text_of(path).strip():
        return {"accounts": {}}
    data = accounts.read(path)
    if data is None:
        return {"accounts": {}}
    if isinstance(data, dict):
        data.setdefault("accounts", {})
    found = accounts.problems(data, catalogue.target_names(), passwords=False)
    if found:
        raise accounts.together(accounts.text_of(path), path, found)
    return data  # type: ignore[no-any-return]


def _tried(
    path: str, data: dict[str, Any], id: str, account: dict[str, Any], catalogue: Catalogue
) -> tuple[Request, list[Result]]:
    """Return the new account with the defaults in it, and what its targets would get.

    Raises MailgenError, in the words of the options, if it cannot be or a target refuses it.
    """
    from mailgen.api import generate
    from mailgen.household import requests, wish_for
    from mailgen.lookup import target_record
    from mailgen.records import target_from_record
    from mailgen.remarks import no_account

    if id in data["accounts"]:
        raise MailgenError(f"there is already an account {id}", path, "choose another id, or remove it first")
    whole = {**data, "accounts": {**data["accounts"], id: account}}
    try:
        accounts.check(whole, catalogue.target_names(), passwords=False)
    except DataError as error:
        raise UsageError(error.what, account_options.option_of(error.field), error.mend) from None
    request = next(request for request in requests(whole) if request.id == id)
    results = []
    for name in request.targets:
        target = target_from_record(name, target_record(catalogue, name))
        if target.published:
            raise no_account(target, request.address)
        results.append(
            generate(
                name,
                str(request.address),
                wish_for(request, target),
                provider=request.data.get("provider"),
                catalogue=catalogue,
            )
        )
    return request, results


def _free_id(address: str, taken: dict[str, Any]) -> str:
    """Return an id made of the address's domain, with the name before it if that is taken.

    >>> _free_id("ada@sohu.com", {}), _free_id("ada@sohu.com", {"Sohu": {}})
    ('sohu', 'ada-sohu')
    """
    parsed = parse_address(address)
    labels = parsed.domain.split(".")
    known = (
        labels[-3] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2] if labels[1:] else labels[0]
    )
    local = re.sub(r"[^a-z0-9]+", "-", parsed.local.lower()).strip("-")
    used = {id.casefold() for id in taken}
    names = [known, f"{local}-{known}" if local else known]
    names += [f"{names[-1]}-{number}" for number in range(2, len(used) + 3)]
    return next(name[:64] for name in names if name not in used)


def _list(path: str, arguments: argparse.Namespace) -> None:
    from mailgen.household import requests

    catalogue = opened(arguments.providers)
    data = accounts.load(path, catalogue.target_names())
    rows = [_row(request, catalogue) for request in requests(data)]
    if arguments.json:
        show_data(rows)
        return
    if not rows:
        say("there are no accounts yet", where=path, mend="add one with 'mailgen accounts add'")
    names = [f"{row['id']} (default)" if row["default"] else row["id"] for row in rows]
    width = max(map(len, names), default=0)
    for name, row in zip(names, rows, strict=True):
        facts = [row["address"], row["provider"] or "own servers", f"secret: {row['credential']}"]
        text = f"{name:{width}}  {', '.join(facts)}, for: {', '.join(row['targets'])}"
        show(text, " " * (width + 2))


def _row(request: Request, catalogue: Catalogue) -> dict[str, Any]:
    from mailgen.household import CREDENTIAL_KEYS

    data = request.data
    provider = data.get("provider")
    if provider is None:
        hit = catalogue.provider_for(request.address.domain)
        provider = hit[0] if hit else None
    key = next((key for key in CREDENTIAL_KEYS if key in data), None)
    kind = data["credential"] if key == "credential" else (key or "prompt").removesuffix("_command")
    return {
        "id": request.id,
        "address": data["address"],
        "provider": provider,
        "targets": list(request.targets),
        "default": bool(data.get("default")),
        "credential": kind if isinstance(kind, str) else kind["kind"],
    }


def _remove(path: str, arguments: argparse.Namespace) -> None:
    from mailgen import accounts_edit, accounts_file

    def edited(text: str) -> str:
        for id in dict.fromkeys(arguments.ids):
            data = accounts.parsed(text, path)
            there = data.get("accounts") if isinstance(data, dict) else None
            require(id, there if isinstance(there, dict) else {}, path)
            text = accounts_edit.without_account(text, path, id)
        return text

    accounts_file.change(path, edited, follow_links=arguments.follow_links)
    for id in dict.fromkeys(arguments.ids):
        say(f"removed the account {id} from {path}")
    _advise_apply(arguments)


def _advise_apply(arguments: argparse.Namespace) -> None:
    say("the clients do not know yet; tell them with:")
    copy_line(f"mailgen apply{account_options.accounts_option(arguments.accounts)}")


def require(id: str, there: dict[str, Any], path: str) -> None:
    """Raise UsageError, with the nearest id, if an account is not there."""
    import difflib

    if id in there:
        return
    near = difflib.get_close_matches(id, there, 1)
    if near:
        mend = f"did you mean '{near[0]}'?"
    else:
        mend = f"the accounts are {', '.join(there)}" if there else "there are no accounts in this file"
    raise UsageError(f"there is no account {shown(id)}", path, mend)
