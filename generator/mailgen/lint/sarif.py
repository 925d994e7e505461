"""What lint found as SARIF 2.1.0 (OASIS), the format in which forges take findings."""

from __future__ import annotations

from urllib.parse import quote

from mailgen.formats.problems import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from mailgen.formats.problems import Problem
    from mailgen.formats.statements import Mark

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_RULES = list(RULES)


def sarif(found: Iterable[tuple[str, Sequence[Problem]]]) -> dict[str, Any]:
    """Return the log of one run, as data for JSON; `found` are paths with what was found there.

    It holds no text of the files, so no secret.
    """
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "mailgen", "rules": [_rule(id) for id in _RULES]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(path, problem) for path, problems in found for problem in problems],
            }
        ],
    }


def _rule(id: str) -> dict[str, Any]:
    rule = RULES[id]
    return {
        "id": id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(path: str, problem: Problem) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": uri(path)}}
    result: dict[str, Any] = {
        "ruleId": problem.rule,
        "ruleIndex": _RULES.index(problem.rule),
        "level": problem.severity,
        "message": {"text": f"{problem.what}. Mend: {problem.mend}"},
        "locations": [{"physicalLocation": {**place, "region": _region(problem.mark)}}],
    }
    replaced = [change for change in problem.changes if change.mark is not None]
    if replaced and len(replaced) == len(problem.changes):
        result["fixes"] = [
            {
                "description": {"text": problem.mend},
                "artifactChanges": [
                    {
                        **place,
                        "replacements": [
                            {
                                "deletedRegion": _region(change.mark),
                                "insertedContent": {"text": change.text},
                            }
                            for change in replaced
                            if change.mark is not None
                        ],
                    }
                ],
            }
        ]
    return result


def _region(mark: Mark) -> dict[str, int]:
    return {
        "startLine": mark.line,
        "startColumn": mark.column,
        "endLine": mark.last_line,
        "endColumn": max(mark.end, mark.column if mark.last_line == mark.line else 1),
    }


def uri(path: str) -> str:
    """Return the reference (RFC 3986) to a file by its path.

    >>> uri("my dotfiles/msmtprc"), uri("/home/ada/.msmtprc")
    ('my%20dotfiles/msmtprc', 'file:///home/ada/.msmtprc')
    """
    quoted = quote(path.removeprefix("./"), safe="/~")
    return f"file://{quoted}" if path.startswith("/") else quoted
