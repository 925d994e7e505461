"""What no file can hold: two accounts of one name, mail that lies elsewhere, lines that are too long."""

from __future__ import annotations

from mailgen.core.errors import DataError, MailgenError, Unrepresentable
from mailgen.core.text import Option, Text
from mailgen.model.tokens import FileName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailgen.model.account import Account
    from mailgen.model.target import Target


def refuse_mail_elsewhere(target: Target, accounts: Sequence[Account], root: str) -> None:
    """Raise DataError for an account whose mail does not lie below the option `root`, where all mail is."""
    from mailgen.resolve.local import path_within

    for account in accounts:
        folder = account.options[root]
        if account.maildir is None or not isinstance(folder, FileName):
            continue
        try:
            path_within(account.maildir.path, folder.path)
        except ValueError:
            what, mend = (
                Text(
                    "{title} looks for mail below {folder}, and the mail of {id} lies in {maildir}",
                    title=target.title,
                    folder=folder.path,
                    id=account.id or account.address,
                    maildir=account.maildir.path,
                ),
                Text("name a folder in which the mail of all accounts lies, or move the mail there"),
            )
            if not account.id:
                raise MailgenError(what, Option(f"options.{target.name}.{root}"), mend) from None
            raise DataError(what, ("accounts", account.id, "options", target.name, root), mend) from None


def refuse_same_names(target: Target, accounts: Sequence[Account], nests: str = "") -> None:
    """Raise DataError if two accounts, which are `numbered`, or their identities, are called the same.

    So it is with one that is called like a part of another, where the mark `nests` begins one.
    """
    owners = {name: account for account in accounts for name in account.names}
    seen: set[str] = set()
    for account in accounts:
        for name in account.names:
            if name in seen:
                raise DataError(
                    Text("two accounts of {title} would be called {name}", title=target.title, name=name),
                    ("accounts", account.id),
                    "give one of them another label, or another id",
                )
            seen.add(name)
            for end in (at for at, char in enumerate(name) if char == nests):
                if owners.get(name[:end], account) is not account:
                    raise DataError(
                        Text(
                            "{title} takes the account {name} for a part of the account {outer}",
                            title=target.title,
                            name=name,
                            outer=name[:end],
                        ),
                        ("accounts", account.id),
                        "give one of them another label, or another id",
                    )


def refuse_long_lines(text: str, longest: int, target: str) -> None:
    """Raise Unrepresentable if a line has more bytes than the program reads."""
    for line in text.splitlines():
        if len(line.encode()) > longest:
            raise Unrepresentable(
                line.split()[0],
                target,
                Text("it is longer than a line may be ({longest} bytes)", longest=longest),
            )
