"""prefs.js, user.js and mozilla.cfg: where something is to be hidden."""

from __future__ import annotations

import re

from .secrecy import (
    remark_may_hold_secret,
    word_may_hold_secret,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Yields from where to where something is to be hidden; comments are hidden if they are another's.
    Finder = Callable[[str, bool], Iterator[tuple[int, int]]]


#: The last part of a pref's name whose value is no secret, of accounts, servers and identities.
SHOWN = frozenset(
    """server identities type name hostname port userName username socketType try_ssl authMethod
    login_at_startup check_new_mail check_time download_on_biff leave_on_server delete_mail_from_server
    description fullName useremail reply_to valid smtpServer fcc fcc_folder draft_folder
    stationery_folder archive_folder fcc_folder_picker_mode drafts_folder_picker_mode
    archives_folder_picker_mode spamActionTargetFolder moveTargetMode trash_folder_name sig_file
    sig_file-rel attach_signature compose_html accounts defaultaccount localfoldersserver defaultserver
    smtpservers status""".split()
)


#: What names the file of a fleet's preferences, and says how it is written: no secret has a place there.
_OF_THE_FILE = frozenset({"general.config.filename", "general.config.obscure_value"})


_PREFS_NAME = re.compile(
    r"mail\.(?:server|account|identity|smtpserver)\.[\w-]+\.([\w-]+)$|mail\.(?:accountmanager\.|smtp\.)?(\w+)$"
)


_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"


_GAP = r"(?:\s|/\*[^*]{0,300}\*/|//[^\n\r]{0,300}[\n\r]|\#[^\n\r]{0,300}[\n\r])*"


_PREF = re.compile(
    rf"(?:user_pref|pref|sticky_pref|lockPref|defaultPref){_GAP}"
    rf"\({_GAP}({_STRING}){_GAP},{_GAP}({_STRING}|[+-]?[0-9]+|true|false){_GAP}\){_GAP};",
    re.DOTALL,
)


_PREFS_COMMENT = re.compile(r"(?://|\#)[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)


_PREFS_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


def hidden(text: str, own: bool) -> Iterator[tuple[int, int]]:
    """Find secrets in a user.js, prefs.js or mozilla.cfg: calls, whose names say what they hold."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        comment = _PREFS_COMMENT.match(text, at)
        call = None if comment else _PREF.match(text, at)
        if comment is not None:
            if own or remark_may_hold_secret(comment.group()) or "pref" in comment.group():
                yield comment.span()
            at = comment.end()
        elif call is None:  # no pref: nothing can be said of this line
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            yield at, end
            at = end
        else:
            if not _pref_shown(_prefs_plain(call[1][1:-1]), call[2]):
                yield call.start(2), call.end()
            elif "\n" in call.group():
                yield call.span()
            at = call.end()


def _pref_shown(name: str, value: str) -> bool:
    found = _PREFS_NAME.match(name)
    if value in ("true", "false"):
        return True
    known = name in _OF_THE_FILE or (found is not None and (found[1] or found[2]) in SHOWN)
    return known and not word_may_hold_secret(_prefs_plain(value))


def _prefs_plain(text: str) -> str:
    return _PREFS_ESCAPE.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), text)
