"""The servers of a person's own accounts, with the provider data in use and with others."""

from __future__ import annotations

from contextlib import suppress

from mailgen.cli.terminal import show
from mailgen.cli.wording import worded
from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.model.vocabulary import PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.catalog.reader import Catalogue
    from mailgen.model.records import Record


def own_servers(
    before: Mapping[str, Record], after: Mapping[str, Record], catalogue: Catalogue
) -> list[dict[str, Any]]:
    """Return `address`, and the servers `before` and `after`, of each account in the user's accounts file.

    Servers are those that a provider names first; there are none where nobody lists the domain. An accounts
    file that is missing or wrong has no accounts here: `apply` says what is wrong with it.
    """
    from mailgen.accounts.location import default_path
    from mailgen.accounts.reader import load_accounts

    accounts: Mapping[str, Any] = {}
    with suppress(MailgenError):
        accounts = load_accounts(default_path(), catalogue.target_names())["accounts"]
    return [
        {
            "address": one["address"],
            "before": list(_servers(one, before)),
            "after": list(_servers(one, after)),
        }
        for one in accounts.values()
    ]


def _servers(account: Mapping[str, Any], records: Mapping[str, Record]) -> Iterator[str]:
    record = records.get(account.get("provider") or _provider(account["address"], records.items()), {})
    for protocol in PROTOCOLS:
        for server in record.get("services", {}).get(protocol, ())[:1]:
            yield f"{protocol} {server['host']}:{server['port']} ({server['tls']})"


def _provider(address: str, records: Iterable[tuple[str, Record]]) -> str:
    from mailgen.resolve.address import normalise_domain, parse_address

    with suppress(MailgenError):
        domain = parse_address(address).domain
        for id, record in records:
            if any(normalise_domain(name, name)[0] == domain for name in record.get("domains", ())):
                return id
    return ""


def show_own_servers(found: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Print each account on a line: what it has now, and what it would have."""
    for one in found:
        before, after = (", ".join(one[key]) or "-" for key in ("before", "after"))
        text = (
            Text("your {address} keeps {servers}", address=one["address"], servers=before)
            if before == after
            else Text(
                "your {address} had {before}, and has {after} with these data",
                address=one["address"],
                before=before,
                after=after,
            )
        )
        show(worded(text, lang), " " * 9)
