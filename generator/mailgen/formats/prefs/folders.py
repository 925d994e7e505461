"""What prefs say of the folders of an account, by their roles."""

from __future__ import annotations

from mailgen.formats.prefs.grammar import mailbox_uri
from mailgen.model.tokens import Url
from mailgen.model.utf7 import from_utf7

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailgen.formats.statements import Statement

#: Role -> the pref of an identity that names the folder, and the one that says whether this is meant.
_OF_IDENTITY = {
    "sent": ("fcc_folder", "fcc_folder_picker_mode"),
    "drafts": ("draft_folder", "drafts_folder_picker_mode"),
    "archive": ("archive_folder", "archives_folder_picker_mode"),
}
_JUNK = ("spamActionTargetFolder", "moveTargetMode")
_TRASH = "trash_folder_name"


def folders_of(
    server: Mapping[str, Statement], identities: Sequence[Mapping[str, Statement]]
) -> tuple[dict[str, str], set[str]]:
    """Return the folders of an account's own server, by role, and the whole names of the prefs that say so.

    The first identity counts; what another says otherwise is not among these. Where the folder is the one
    that Thunderbird itself makes, its prefs are, and no folder is.
    """
    found: dict[str, str] = {}
    said: set[str] = set()
    for identity in identities:
        for role, (pref, mode) in _OF_IDENTITY.items():
            chosen, name = identity.get(mode), _mailbox(server, identity, pref)
            by_itself = chosen is not None and chosen.text != "1"
            if by_itself or (name and found.setdefault(role, name) == name):
                said |= _names(identity, pref, mode)
    moved = server.get(_JUNK[1])
    if moved and moved.value == 1 and (name := _mailbox(server, server, _JUNK[0])):
        found["junk"] = name
        said |= _names(server, *_JUNK)
    if server.get(_TRASH) and _text(server, "type") == "imap":
        found["trash"] = _text(server, _TRASH)
        said |= _names(server, _TRASH)
    return found, said


def _names(part: Mapping[str, Statement], *prefs: str) -> set[str]:
    return {part[pref].name for pref in prefs if pref in part}


def _text(part: Mapping[str, Statement], name: str) -> str:
    return part[name].text if name in part else ""


def _mailbox(server: Mapping[str, Statement], part: Mapping[str, Statement], pref: str) -> str:
    """Return the name of a mailbox of this server that a pref names by its URI, else ""."""
    begin = mailbox_uri(Url("imap", _text(server, "userName"), _text(server, "hostname"), 143))[1:-1]
    uri = _text(part, pref)
    if _text(server, "type") != "imap" or not uri.startswith(begin):
        return ""
    return from_utf7(uri[len(begin) :])
