"""How far a recorded fact can be trusted, derived from who attests it; nobody types a confidence."""

from __future__ import annotations

from mailgen.model import Endpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from mailgen.model import Source

_OFFICIAL = {"vendor": 2, "dataset": 1}
_UNOFFICIAL = ("guide", "report", "preset")


def confidence(endpoint: Endpoint, sources: Mapping[str, Source]) -> Literal["high", "medium", "low"]:
    """Judge an endpoint by its sources.

    high: the operator says so, or two maintained sets do. medium: one set does, or two unofficial
    sources agree, be they many more. low: a single unofficial source or an old list; the user is
    told. An endpoint without sources was given by the user, who knows best.
    """
    if not endpoint.sources:
        return "high"
    kinds = [sources[name].kind for name in endpoint.sources]
    official = sum(_OFFICIAL.get(kind, 0) for kind in kinds)
    unofficial = sum(kind in _UNOFFICIAL for kind in kinds)
    if official >= 2:
        return "high"
    return "medium" if official or unofficial >= 2 else "low"
