"""What a machine has one of: an account of a target that serves one, and a sendmail, for all programs."""

from __future__ import annotations

from mailgen.core.errors import DataError
from mailgen.core.text import Text
from mailgen.model.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mailgen.accounts.requests import Request
    from mailgen.core.errors import Field
    from mailgen.model.target import Target


def second_account(target: Target, request: Request) -> DataError:
    """Return the refusal of a second account for a target that serves one."""
    return DataError(
        Text("{title} sends through one account, and here are two", title=target.title),
        request.field("targets"),
        Text("leave {name} to one of them", name=target.name),
    )


def find_place(request: Request, targets: Iterable[Target], there: Sequence[Target]) -> None:
    """Raise DataError if an account cannot have its targets beside those of the accounts that are there."""
    for target in targets:
        if target.one_account and any(target.name == other.name for other in there):
            raise second_account(target, request)
        beside(there, target, request.field("targets"))
        there = [*there, target]


def without_place(asked: Iterable[Request], target_of: Callable[[str], Target]) -> list[DataError]:
    """Return why accounts cannot be on one machine with those that stand before them, at most one each."""
    found: list[DataError] = []
    there: dict[str, Target] = {}
    for request in asked:
        if request.owner is not None:
            continue
        targets = [target_of(name) for name in request.targets]
        try:
            find_place(request, targets, [*there.values()])
        except DataError as error:
            found.append(error)
        there |= {target.name: target for target in targets}
    return found


def beside(others: Iterable[Target], target: Target, where: Field) -> tuple[Finding, ...]:
    """Return what is to be known of a target beside others of the same machine that may be its sendmail.

    Raises DataError, at the field `where`, if both are: each would take over the other's queue and its name,
    and packages of both cannot be installed.
    """
    found = []
    for other in others:
        names = {"first": other.name, "second": target.name}
        if other.sendmail == target.sendmail == "always":
            raise DataError(
                Text(
                    "a machine has one program that takes its mail (sendmail), and here are two: "
                    "{first} and {second}",
                    **names,
                ),
                where,
                Text("leave out {first} or {second}", **names),
            )
        if "always" in (other.sendmail, target.sendmail):
            whole, part = sorted((other, target), key=lambda one: one.sendmail)
            found.append(
                Finding(
                    "warning",
                    "two-sendmails",
                    Text(
                        "{whole} takes the mail of this machine (sendmail), which {part} cannot be as well",
                        whole=whole.name,
                        part=part.name,
                    ),
                    Text("the targets {first} and {second}", **names),
                    Text(
                        "have {part} called by its own name only, or leave one of the two out", part=part.name
                    ),
                )
            )
    return tuple(found)
