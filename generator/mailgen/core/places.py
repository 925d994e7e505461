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

    `path` begins with `~/`, with `/`, or with a variable of the environment. `only` says that it looks
    nowhere else where that variable is set.
    """

    path: str
    platform: str = ""
    only: bool = False


def read_places(
    places: Iterable[ReadPlace], environment: Mapping[str, str], platform: str = "linux"
) -> Iterator[str]:
    """Yield paths in the order in which a program looks for its file, the first that is there being read.

    Takes the variables of the environment that it runs in. A path whose variable is not set is left out; a
    relative XDG path is ignored, as the specification says.
    """
    for place in places:
        if place.platform and not platform.startswith(place.platform):
            continue
        path = place.path
        if path.startswith("$"):
            name, slash, rest = path[1:].partition("/")
            value = environment.get(name, "")
            if name in _DEFAULTS and not value.startswith("/"):
                value = _DEFAULTS[name]
            if not value:
                continue
            path = value.rstrip("/") + slash + rest
        yield path
        if place.only:
            return
