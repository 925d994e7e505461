"""Which file of its own a program reads, where there are several places for it. Pure: nobody looks here."""

from __future__ import annotations

from mailgen.model.target import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mailgen.model.target import Target

#: What a variable stands for that is not set (XDG Base Directory Specification 0.8).
_DEFAULTS = {"XDG_CONFIG_HOME": "~/.config"}


def read_places(
    target: Target, environment: Mapping[str, str], version: str | None = None, platform: str = "linux"
) -> Iterator[str]:
    """Yield where a program looks for its own file, the first that is there being read.

    Takes the variables of the environment that it runs in, and its version (else the one that the templates
    were tried with). A path whose variable is not set is left out; a relative XDG path is ignored, as the
    specification says. Source: `reads` of the manifest.
    """
    key = version_key(version or target.version)
    for place in target.reads:
        old = place.since and key < version_key(place.since)
        new = place.until and key >= version_key(place.until)
        if old or new or (place.platform and not platform.startswith(place.platform)):
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


def read_of(
    target: Target, there: Collection[str], environment: Mapping[str, str], version: str | None = None
) -> str | None:
    """Return the path of the file that a program reads, of those that are `there`; None if it reads none.

    Paths below the home begin with `~/` in both.
    """
    return next((path for path in read_places(target, environment, version) if path in there), None)
