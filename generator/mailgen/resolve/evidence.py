"""How far a recorded fact can be trusted, derived from who attests it; nobody types a confidence."""

from __future__ import annotations

from mailgen.core.values import remembered_for_pairs
from mailgen.model.provider import Endpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from mailgen.model.provider import Source

_OFFICIAL = {"vendor": 2, "dataset": 1}
_UNOFFICIAL = ("guide", "report", "preset")

#: How many years a comparison lasts, counted back from the newest one of the same dataset.
FRESH_YEARS = 2

#: What a source is worth once its comparison has aged.
_AGED = {"vendor": "dataset", "dataset": "report", **dict.fromkeys(_UNOFFICIAL, "list")}


@remembered_for_pairs(256)
def confidence(endpoint: Endpoint, sources: Mapping[str, Source]) -> Literal["high", "medium", "low"]:
    """Judge an endpoint by its sources: how many independent ones there are, of which kind and how fresh.

    high: the operator says so, or two maintained sets do. medium: one set does, or two unofficial
    sources agree, be they many more. low: a single unofficial source or an old list; the user is
    told. A source that was last compared too long ago (see `aged`) counts for one kind less: the
    operator's page as a set does, a set as an unofficial source, the rest as a list. One that nobody
    can look up is no more than a lead, as a list is. What stands under two names is one source. An
    endpoint without sources was given by the user, who knows best.
    """
    if not endpoint.sources:
        return "high"
    independent = {sources[name].what: sources[name] for name in endpoint.sources}
    kinds = [
        _AGED.get(one.kind, one.kind) if one.aged else one.kind
        for one in independent.values()
        if not one.lead
    ]
    official = sum(_OFFICIAL.get(kind, 0) for kind in kinds)
    unofficial = sum(kind in _UNOFFICIAL for kind in kinds)
    if official >= 2:
        return "high"
    return "medium" if official or unofficial >= 2 else "low"


def aged(checked: str, newest: str) -> bool:
    """Say whether a comparison of the day `checked` is too old beside the `newest` of the dataset (ISO 8601).

    The newest comparison is the measure, and not today: the same dataset is judged the same for ever,
    and one that nobody touches does not lose its word by itself.

    >>> aged("2024-03-12", "2026-03-12"), aged("2024-03-11", "2026-03-12")
    (False, True)
    """
    return checked < f"{int(newest[:4]) - FRESH_YEARS}{newest[4:]}"
