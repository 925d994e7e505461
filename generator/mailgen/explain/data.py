"""Explained lines as plain data: what `explain --json` prints, and each line of an answer."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mailgen.explain.lines import ExplainedLine
    from mailgen.explain.reason import Reason


def line_data(line: ExplainedLine) -> dict[str, Any]:
    """Return a line as plain data for JSON."""
    return {
        "file": line.file,
        "line": line.number,
        "text": line.text,
        "templates": [{"template": f"templates/{name}", "line": number} for name, number in line.places],
        "values": [
            {
                "text": value.text,
                "expression": value.expression,
                "reasons": [_reason_data(reason) for reason in value.reasons],
            }
            for value in line.values
        ],
        "conditions": [
            {
                "text": ground.text,
                "holds": ground.holds,
                "reasons": [_reason_data(reason) for reason in ground.reasons],
            }
            for ground in line.grounds
        ],
        "why": dict(line.why),
        "source": line.source,
        "note": line.note,
    }


def _reason_data(reason: Reason) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": reason.kind, "field": reason.field, "why": dict(reason.why)}
    if reason.kind == "provider":
        data["provider"] = reason.provider
        data["sources"] = [
            {"id": name, "kind": source.kind, "what": source.what, "checked": source.checked}
            for name, source in reason.sources.items()
        ]
        data["confidence"] = reason.confidence or None
    return data
