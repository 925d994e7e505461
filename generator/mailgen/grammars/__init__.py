"""One module a grammar, each with its GRAMMAR; a run imports the one it needs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mailgen.quoting import Grammar

#: Names that a manifest may give as its grammar.
NAMES = ("fetchmail", "json", "msmtp", "muttrc", "neomuttrc", "prefs", "xml")


def load(name: str) -> Grammar:
    """Return the grammar of that name, one of NAMES; raises KeyError for another.

    Written out, for importlib takes longer to import than any of these.
    """
    match name:
        case "fetchmail":
            from mailgen.grammars import fetchmail

            return fetchmail.GRAMMAR
        case "json":
            from mailgen.grammars import json

            return json.GRAMMAR
        case "msmtp":
            from mailgen.grammars import msmtp

            return msmtp.GRAMMAR
        case "muttrc":
            from mailgen.grammars import muttrc

            return muttrc.GRAMMAR
        case "neomuttrc":
            from mailgen.grammars import neomuttrc

            return neomuttrc.GRAMMAR
        case "prefs":
            from mailgen.grammars import prefs

            return prefs.GRAMMAR
        case "xml":
            from mailgen.grammars import xml

            return xml.GRAMMAR
    raise KeyError(name)
