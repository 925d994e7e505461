"""Accounts that only send, beside those whose folders keep what they send."""

from __future__ import annotations

from mailgen.core.errors import DataError
from mailgen.core.text import Text
from mailgen.core.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.model.account import Account
    from mailgen.model.target import Target


def receiving_first(target: Target, accounts: Sequence[Account]) -> list[Account]:
    """Return accounts in the order in which a client shows them: those that only send have no folder.

    Raises DataError if all of them only send.
    """
    if all(account.only_sends for account in accounts):
        raise DataError(
            Text(
                "no account here receives mail in {title}, and it opens with one that does",
                title=target.title,
            ),
            ("accounts", accounts[0].id, "protocol"),
            Text(
                "give {title} an account that receives too, or take it out of the targets", title=target.title
            ),
        )
    return sorted(accounts, key=lambda account: account.only_sends)


def with_keepers(accounts: Sequence[Account]) -> list[Account]:
    """Return accounts, which are `numbered`, each that only sends with the one that keeps what it sends.

    That is the one it names, or the first that receives.
    """
    receiving = {account.id: account for account in accounts if not account.only_sends}
    first = next(iter(receiving.values()))
    return [
        replace(account, another=receiving.get(account.kept_at or "", first))
        if account.only_sends
        else account
        for account in accounts
    ]
