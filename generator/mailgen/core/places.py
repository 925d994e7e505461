"""Where a program looks for its own file, in its own order. Pure: nobody looks here."""

from __future__ import annotations

from .values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: What a variable stands for that is not set (XDG Base Directory Specification 0.8).
_DEFAULTS = {"XDG_CONFIG_HOME": "~/.config"}


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """Where a program looks for its own file, on one `platform` (as `sys.platform` begins) or on all.

    `path` begins with `~/`, with `/`, or with a variable of the environment, and may hold more of these.
    `only` says that it looks nowhere else where they are set.
    """

    path: str
    platform: str = ""
    only: bool = False


def read_places(
    places: Iterable[ReadPlace], environment: Mapping[str, str], platform: str = "linux"
) -> Iterator[str]:
    """Yield paths in the order in which a program looks for its file, the first that is there being read.

    Takes the variables of the environment that it runs in. A path of whose variables one is not set is left
    out; a relative XDG path is ignored, as the specification says.
    """
    for place in places:
        if place.platform and not platform.startswith(place.platform):
            continue
        path = _filled(place.path, environment)
        if not path:
            continue
        yield path
        if place.only:
            return


def _filled(path: str, environment: Mapping[str, str]) -> str:
    """Return a path with its variables filled in; empty where one of them is not set.

    >>> _filled("~/.x.$OWN", {"OWN": "y"}), _filled("$OWN", {"OWN": "/y"}), _filled("$OWN/x", {})
    ('~/.x.y', '/y', '')
    """
    filled, *parts = path.split("$")
    for part in parts:
        rest = part.lstrip(_LETTERS)
        name = part[: len(part) - len(rest)]
        value = environment.get(name, "")
        if name in _DEFAULTS and not value.startswith("/"):
            value = _DEFAULTS[name]
        if not value:
            return ""
        filled += value.rstrip("/") + rest
    return filled


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
