"""What somebody may have meant by a mistyped domain. A suggestion is shown and never taken."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(domain: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return up to `most` known domains that are nearest to `domain`, within two typing errors.

    One error is a letter too many, too few, wrong, or two neighbours swapped. Short domains allow
    one error only, so that everything is not like everything.
    """
    limit = 2 if len(domain) > 6 else 1
    found = []
    for name in known:
        if abs(len(name) - len(domain)) <= limit:
            errors = distance(domain, name, limit)
            if errors <= limit:
                found.append((errors, name))
    return [name for errors, name in sorted(found)[:most] if errors == min(found)[0]]


def distance(left: str, right: str, limit: int) -> int:
    """Return the number of typing errors between two words (optimal string alignment), or limit + 1.

    >>> distance("gmial.com", "gmail.com", 2)
    1
    >>> distance("exmaple.org", "sohu.com", 2)
    3
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and (i < 2 or min(before) > limit):
            return limit + 1
    return min(row[-1], limit + 1)
