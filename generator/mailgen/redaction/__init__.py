"""Floor 0: what may be shown of a file to anybody; all else is hidden, for all who show.

Each format is cut into words as its program cuts it. A value is shown if its name is on the list of those
that hold no secret, and nothing in it looks like one; whatever else stands there is hidden, to the end
of the line, and so is what is not understood. To show too little is a nuisance, too much is a leak.
"""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]


def redacted(text: str, grammar: str, own: bool = False) -> list[str]:
    r"""Return the lines of a file, without their ends, with *** for all that may be a secret.

    `grammar` says how the file is written: a folder of `formats`, `text` for what holds no secrets but in
    URLs, or `words` (`toml`, `plist`, `json`, `yaml`) and the names of settings that may be shown, as
    `words.showing` and `keyed.showing_form` have them; of a file of any other, nothing is shown. `own` says
    that mailgen wrote none of it, so that comments, which no list can judge, are hidden as well.

    >>> redacted("user ada\npassword s3cret", "msmtp")
    ['user ada', 'password ***']
    >>> redacted("Host h\nPass s3cret", "words Host Port")
    ['Host h', '***']
    """
    from .secrecy import HIDDEN, place_of_secret

    lines = text.split("\n")
    find = _finder(grammar)
    if find is None:
        return [HIDDEN if line.strip() else line for line in lines]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    cuts = {}
    for number, line in enumerate(lines):
        if (place := place_of_secret(line)) is not None:
            cuts[number] = place
    for start, end in find(text, own):
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
        cuts[first] = min(cuts.get(first, len(text)), start - starts[first])
        for number in range(first + 1, last + 1):
            cuts[number] = 0
    return [
        line[: cuts[number]] + HIDDEN if number in cuts and line.strip() else line
        for number, line in enumerate(lines)
    ]


def _text(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find nothing of its own; URLs with passwords are hidden everywhere."""
    yield from ()


def is_known(grammar: str) -> bool:
    """Say whether files so written can be shown at all, but for what may be a secret in them."""
    return grammar in KNOWN or _finder(grammar) is not None


#: The grammars of files that can be shown, beside those that say it in `words`: the module that has the
#: finder; none for what holds no secret but in URLs.
_MODULES = {
    "text": "",
    "xml": "",
    "json": "",
    "address": "",
    "msmtp": "msmtp",
    "fetchmail": "fetchmail",
    "muttrc": "muttrc",
    "neomuttrc": "muttrc",
    "prefs": "prefs",
    "elisp": "elisp",
    "lua": "lua",
    "nullmailer": "nullmailer",
    "exim": "exim",
    "opensmtpd": "opensmtpd",
    "mailrc": "mailrc",
    "python": "python",
}
KNOWN = frozenset(_MODULES)


def import_finders() -> None:
    """Import all finders, which are names of this package from then on: later its files may be out of reach.

    They take a while to compile on a host, where nothing keeps them compiled.
    """
    from . import (  # noqa: F401
        elisp,
        exim,
        fetchmail,
        keyed,
        lua,
        mailrc,
        msmtp,
        muttrc,
        nullmailer,
        opensmtpd,
        prefs,
        python,
        words,
    )


def _finder(grammar: str) -> Finder | None:
    if grammar in KNOWN and not _MODULES[grammar]:
        return _text
    import_finders()
    modules: dict[str, Any] = globals()
    kind, _blank, names = grammar.partition(" ")
    if kind == "words":
        found: Finder | None = modules["words"].showing(names)
    elif grammar in KNOWN:
        found = modules[_MODULES[grammar]].hidden
    else:
        found = modules["keyed"].showing_form(kind, names)
    return found
