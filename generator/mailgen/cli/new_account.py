"""An account that is new to the accounts file: tried with all its clients before anything is written."""

from __future__ import annotations

import os
import re

from mailgen.accounts import reader
from mailgen.cli import account_options
from mailgen.core.errors import DataError, MailgenError, UsageError
from mailgen.core.text import Text
from mailgen.resolve.address import parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from mailgen.accounts.chain import StandIn
    from mailgen.accounts.requests import Request
    from mailgen.api import Result
    from mailgen.catalog.reader import Catalogue


def household_so_far(path: str, catalogue: Catalogue) -> dict[str, Any]:
    """Return the data of the accounts file, or of none; raises MailgenError for all that is wrong in it."""
    if not os.path.lexists(path) or not reader.accounts_text(path).strip():
        return {"accounts": {}}
    data = reader.read_accounts(path)
    if data is None:
        return {"accounts": {}}
    if isinstance(data, dict):
        data.setdefault("accounts", {})
    found = reader.problems(data, catalogue.target_names(), passwords=False)
    if found:
        raise reader.together(reader.accounts_text(path), path, found)
    return data  # type: ignore[no-any-return]


def tried(
    path: str, data: dict[str, Any], id: str, account: dict[str, Any], catalogue: Catalogue
) -> tuple[Request, list[Result]]:
    """Return the new account with the defaults in it, and what its targets would get.

    Raises MailgenError, in the words of the options, if it cannot be or a target refuses it.
    """
    request, results, _ = tried_in_chain(path, data, id, account, catalogue, [])
    return request, results


def tried_in_chain(
    path: str,
    data: dict[str, Any],
    id: str,
    account: dict[str, Any],
    catalogue: Catalogue,
    chain: list[str],
) -> tuple[Request, list[Result], list[StandIn]]:
    """Return what `tried` does, and who stands in for others of the `chain`.

    Where one that keeps the mail here cannot serve the account, another that can takes its place, also in
    `account`. Raises as `tried` does.
    """
    from mailgen.accounts.chain import stand_ins, with_stand_ins
    from mailgen.accounts.requests import requests

    if id in data["accounts"]:
        from mailgen.accounts.edit import changing

        raise MailgenError(Text("there is already an account {id}", id=id), path, changing(id))
    whole = {**data, "accounts": {**data["accounts"], id: account}}
    try:
        reader.check(whole, catalogue.target_names(), passwords=False)
    except DataError as error:
        raise UsageError(error.what, account_options.option_of(error.field), error.mend) from None
    request = next(request for request in requests(whole) if request.id == id)
    found = list(stand_ins(request, chain, catalogue)) if chain else []
    if found:
        account["targets"] = with_stand_ins(request.targets, found)
        request = next(request for request in requests(whole) if request.id == id)
    _find_place(request, requests(data), catalogue)
    return request, results_of(request, catalogue), found


def _find_place(request: Request, others: Iterable[Request], catalogue: Catalogue) -> None:
    """Raise UsageError if the targets of a new account cannot be on one machine with those of the others."""
    from mailgen.accounts.machine import find_place

    names = dict.fromkeys(name for other in others if other.owner is None for name in other.targets)
    try:
        find_place(request, map(catalogue.target, request.targets), [*map(catalogue.target, names)])
    except DataError as error:
        raise UsageError(error.what, account_options.option_of(error.field), error.mend) from None


def results_of(request: Request, catalogue: Catalogue) -> list[Result]:
    """Return what the targets of an account would get; raises MailgenError if one refuses it."""
    from mailgen.accounts.requests import wish_for
    from mailgen.api import generate
    from mailgen.resolve.findings import no_account

    targets = [catalogue.target(name) for name in request.targets]
    results = []
    for target in targets:
        if target.published:
            raise no_account(target, request.address)
        results.append(
            generate(
                target,
                str(request.address),
                wish_for(request, target, targets),
                provider=request.data.get("provider"),
                catalogue=catalogue,
            )
        )
    return results


def with_new_account(text: str, path: str, id: str, account: dict[str, Any], catalogue: Catalogue) -> str:
    """Return the text of the accounts file with one more account; raises MailgenError if it cannot be."""
    from mailgen.accounts import edit

    new = edit.with_account(text, path, id, account)
    found = reader.problems(reader.parsed(new, path), catalogue.target_names(), passwords=False)
    if found:
        raise reader.together(new, path, found)
    return new


def free_id(address: str, taken: Collection[str]) -> str:
    """Return an id made of the address's domain, with the name before it if that is taken.

    >>> free_id("ada@sohu.com", {}), free_id("ada@sohu.com", {"Sohu": {}})
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
