"""Floor 4: what programs call: files from an address, or from a household.

Both are pure but for reading the catalogue, and may be called from many threads.
"""

from __future__ import annotations

from mailgen.catalog.lookup import find_provider, needed_protocols, resolved
from mailgen.catalog.opening import open_catalogue
from mailgen.catalog.reader import Catalogue
from mailgen.core.errors import DataError
from mailgen.core.values import dataclass
from mailgen.render.files import render
from mailgen.render.next_steps import NextStep, next_step, publishing_step
from mailgen.resolve.address import parse_address
from mailgen.resolve.wish import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from mailgen.core.files import RenderedFile
    from mailgen.model.account import Account
    from mailgen.model.finding import Finding
    from mailgen.model.provider import Provider
    from mailgen.model.target import Target


@dataclass(frozen=True, slots=True)
class Result:
    """All that came of one request; `files` the main one first."""

    target: Target
    account: Account
    provider: Provider
    files: tuple[RenderedFile, ...]
    findings: tuple[Finding, ...]
    step: NextStep | None


def generate(
    target: str | Target,
    address: str,
    wish: Wish | None = None,
    *,
    provider: str | Provider | None = None,
    catalogue: Catalogue | None = None,
) -> Result:
    """Make the configuration of `target`, a name or one of the catalogue's, for `address`.

    `provider` names a provider by id or by one of its domains, for people with a domain of their
    own, or is one that no catalogue has (a discovered one). Reads the catalogue and nothing else, and
    writes nothing. Raises MailgenError with what, where and how to mend.
    """
    catalogue = catalogue or open_catalogue()
    wish = wish or Wish()
    chosen = catalogue.target(target) if isinstance(target, str) else target
    parsed = parse_address(address)
    found = (
        find_provider(catalogue, parsed, wish, provider, needed_protocols(chosen, wish))
        if provider is None or isinstance(provider, str)
        else provider
    )
    resolution = resolved(catalogue, parsed, found, chosen, wish)
    files = render(chosen, [resolution.account])
    if chosen.published:
        step: NextStep | None = publishing_step(chosen, resolution.account, files)
    else:
        step = next_step(chosen, resolution.account)
    return Result(chosen, resolution.account, resolution.provider, tuple(files), resolution.findings, step)


def plan(data: Mapping[str, Any], *, catalogue: Catalogue | None = None) -> list[RenderedFile]:
    """Make all files of a household: the data of an accounts file (accounts.schema.json), Ansible's too.

    Raises DataError, with the path in the data, for the first thing that is wrong, and then returns
    nothing for anyone. What the user should know about the choices is told by planner.Planner.
    """
    from mailgen.accounts.planner import Planner

    catalogue = catalogue or open_catalogue()
    _check(data, catalogue.target_names())
    return list(Planner(catalogue).plan(data).files)


def plan_each(
    households: Iterable[Mapping[str, Any]],
    *,
    catalogue: Catalogue | None = None,
    checked: bool = False,
    jobs: int = 1,
) -> Iterator[list[RenderedFile]]:
    """Yield the files of each household of a stream, as `plan` makes them, in constant memory.

    `checked` says that the data are known to be valid by the schema, and spares the look. So many processes
    as `jobs` share the work, where the program has no other threads; what they make, its order and what is
    raised stay the same, but some hundred households are read ahead. Raises
    DataError as `plan` does, the path in the data beginning with the number of the household, from 0;
    so many households as were yielded before it are good.
    """
    from mailgen.accounts.planner import Planner

    catalogue = catalogue or open_catalogue()
    planner = Planner(catalogue)
    names = catalogue.target_names()

    def planned(number: int, data: Mapping[str, Any]) -> list[RenderedFile]:
        try:
            if not checked:
                _check(data, names)
            return list(planner.plan(data).files)
        except DataError as error:
            raise DataError(error.what, (number, *error.field), error.mend) from None

    if jobs > 1:
        from mailgen.accounts.side_by_side import may_fork, side_by_side

        if may_fork():
            yield from side_by_side(households, planned, jobs)
            return
    for number, data in enumerate(households):
        yield planned(number, data)


def _check(data: Mapping[str, Any], targets: Iterable[str]) -> None:
    """Raise the first thing that the schema has against a household; the planner asks for the rules."""
    from mailgen.accounts import reader

    reader.check(data, targets, rules=False)
