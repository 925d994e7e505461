"""Which file of its own a program reads, where there are several places for it. Pure: nobody looks here."""

from __future__ import annotations

from mailgen.core.places import ReadPlace, read_places
from mailgen.model.target import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mailgen.model.target import Target


def places_of(target: Target, version: str | None = None) -> Iterator[ReadPlace]:
    """Yield where a program looks, of one version (else the one that the templates were tried with)."""
    key = version_key(version or target.version)
    for place in target.reads:
        if "since" in place and key < version_key(place["since"]):
            continue
        if "until" in place and key >= version_key(place["until"]):
            continue
        yield ReadPlace(place["path"], place.get("platform", ""), place.get("only", False))


def read_of(
    target: Target, there: Collection[str], environment: Mapping[str, str], version: str | None = None
) -> str | None:
    """Return the path of the file that a program reads, of those that are `there`; None if it reads none.

    Paths below the home begin with `~/` in both.
    """
    paths = read_places(places_of(target, version), environment)
    return next((path for path in paths if path in there), None)
