"""Days from which, or until which, a record says that something is so."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailgen.core.errors import Field

#: The keys that hold such days, the earlier first.
KEYS = ("from", "until")


def days_in(node: object, field: Field = ()) -> Iterator[tuple[Field, str]]:
    """Yield each day or month (ISO 8601) in plain data that is valid by provider.schema.json, and its field.

    >>> list(days_in({"services": {"smtp": [{"port": 25, "until": "2026-12"}]}}))
    [(('services', 'smtp', 0, 'until'), '2026-12')]
    """
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from days_in(item, (*field, index))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in KEYS and isinstance(value, str):
                yield (*field, key), value
            else:
                yield from days_in(value, (*field, key))
