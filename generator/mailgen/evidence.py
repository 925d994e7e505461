"""How far a recorded fact can be trusted, derived from who attests it; nobody types a confidence."""

from __future__ import annotations

from mailgen.model import Endpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from mailgen.model import Source

_WEIGHT = {"vendor": 4, "dataset": 2, "guide": 1, "report": 1, "preset": 1, "list": 0}


def confidence(endpoint: Endpoint, sources: Mapping[str, Source]) -> Literal["high", "medium", "low"]:
    """Judge an endpoint by its sources.

    high: the operator says so, or two maintained sets do. medium: one set does, or two unofficial
    sources agree. low: a single unofficial source or an old list; the user is told. An endpoint
    without sources was given by the user, who knows best.
    """
    if not endpoint.sources:
        return "high"
    weight = sum(_WEIGHT[sources[name].kind] for name in endpoint.sources)
    return "high" if weight >= 4 else "medium" if weight >= 2 else "low"
