"""What the catalogue needs of `sqlite3` and `json`, without the parts in Python that a look-up does not need.

Those import re, datetime and more: a third of the time that Python itself takes to start. The parts in C are
what the modules of the standard library call too, so nothing else is read; they are not promised to stay,
and where they are not, the modules serve (tests/catalog/test_light.py compares both).
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False


def _alone(name: str) -> Any:
    """Import a module in C that asks functools for `lru_cache` and for nothing else, without the rest of it.

    Meanwhile a stand-in has that one function, made of the same part in C; functools itself brings
    collections and five more. Where it has been imported, as by whoever has threads, it serves.
    """
    if "functools" in sys.modules:
        return __import__(name)
    from _functools import _lru_cache_wrapper  # type: ignore[import-not-found]

    def lru_cache(maxsize: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return lambda function: _lru_cache_wrapper(function, maxsize, False, tuple)

    stand_in = sys.modules["functools"] = type(sys)("functools")
    stand_in.lru_cache = lru_cache  # type: ignore[attr-defined]
    try:
        return __import__(name)
    finally:
        del sys.modules["functools"]


if TYPE_CHECKING:
    import sqlite3 as sqlite
    from collections.abc import Callable
    from typing import Any

    make_scanner: Callable[[object], Callable[[str, int], tuple[Any, int]]] | None
else:
    try:
        sqlite = _alone("_sqlite3")
    except ImportError:
        import sqlite3 as sqlite
    try:
        from _json import make_scanner
    except ImportError:
        make_scanner = None

__all__ = ["json_value", "sqlite"]


class _Plainly:
    """What json.JSONDecoder() tells the scanner; of hooks that a newer Python may have: there is none."""

    strict = True
    parse_float = float
    parse_int = int

    def parse_constant(self, name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    def __getattr__(self, name: str) -> None:
        return None


def json_value(text: str) -> Any:
    """Return the value of a JSON text, with no blanks around it; raises ValueError if it is none.

    Each call has a scanner of its own: what is shared by threads could answer one with another's record.

    >>> json_value('{"imap": [993, true, null]}')
    {'imap': [993, True, None]}
    """
    if make_scanner is None:
        import json

        return json.loads(text)
    try:
        value, end = make_scanner(_Plainly())(text, 0)
    except StopIteration as stop:
        raise ValueError(f"there is no JSON value at character {stop.value}") from None
    if end != len(text):
        raise ValueError(f"there is more than a JSON value at character {end}")
    return value
