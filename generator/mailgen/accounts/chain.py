"""Targets that work together: who keeps the mail of an account here where the one that was named cannot."""

from __future__ import annotations

from mailgen.accounts.requests import kept_in, wish_for
from mailgen.catalog.lookup import find_provider, needed_protocols, resolved
from mailgen.core.errors import DataError, MailgenError, Unrepresentable, UsageError
from mailgen.core.values import dataclass
from mailgen.render.files import render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mailgen.accounts.requests import Request
    from mailgen.catalog.reader import Catalogue
    from mailgen.model.target import Target


@dataclass(frozen=True, slots=True)
class StandIn:
    """What takes the place of `passed`, which was refused for `why`: it fetches over `protocol`."""

    passed: Target
    why: MailgenError
    target: Target
    protocol: str


def stand_ins(request: Request, names: Collection[str], catalogue: Catalogue) -> Iterator[StandIn]:
    """Yield what keeps the mail of an account in the place of those targets of `names` that cannot.

    Of all that keep mail on this machine the first that works is taken. Those that only fetch come first: a
    program that nobody has named changes nothing on the server; among them those that can do most.
    Nothing is yielded for a target that works, and for one that none can stand in for.
    """
    fellows = [catalogue.target(name) for name in request.targets]
    for target in fellows:
        if target.name not in names or not kept_in(request, target, fellows):
            continue
        try:
            _protocol(request, target, catalogue)
        except (UsageError, DataError, Unrepresentable):
            continue  # another target would not help
        except MailgenError as error:
            others = [one for one in catalogue.targets() if one.maildir and one.name not in request.targets]
            for other in sorted(others, key=_rank):
                try:
                    protocol = _protocol(request, other, catalogue)
                except MailgenError:
                    continue
                yield StandIn(target, error, other, protocol)
                break


def with_stand_ins(targets: Collection[str], found: Collection[StandIn]) -> list[str]:
    """Return the names of targets, those that were refused replaced."""
    instead = {one.passed.name: one.target.name for one in found}
    return [instead.get(name, name) for name in targets]


def _rank(target: Target) -> tuple[bool, int, bool, str]:
    return target.kind != "fetch", -len(target.protocols), "token" not in target.secret, target.name


def _protocol(request: Request, target: Target, catalogue: Catalogue) -> str:
    """Return over which protocol a target would fetch the mail of an account; MailgenError if over none."""
    wish = wish_for(request, target)
    asked = needed_protocols(target, wish)
    provider = find_provider(catalogue, request.address, wish, request.data.get("provider"), asked)
    account = resolved(catalogue, request.address, provider, target, wish).account
    render(target, [account], "household")
    return account.incoming.protocol if account.incoming else ""
